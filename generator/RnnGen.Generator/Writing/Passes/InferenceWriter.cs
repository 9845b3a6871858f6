using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Kernels;
using RnnGen.Generator.Writing.Operations;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Passes;

/// <summary>Writes inference: steps of one row, as many as there are inputs, without a tape.</summary>
internal sealed class InferenceWriter(CodeWriter writer, ModelLayout model)
{
    private ScratchSite site = new(model, ScratchKind.Steps);

    private string Real => model.Real;

    /// <summary>The parameters of the method, but for their type those of its callers.</summary>
    public static string Parameters(ModelLayout model)
    {
        string memory = model.Encoder is null ? "" : "Memory memory, ", attention = model.Encoder is null ? "" : $", global::System.Span<{model.Real}> attention";
        return $"ref {model.Real} weights, ref {model.Real} scratch, global::System.ReadOnlySpan<{Api.Input(model)}> inputs, {memory}ref {model.Real} state, global::System.Span<{model.Real}> outputs{attention}";
    }

    /// <summary>Those of the method that encodes.</summary>
    public static string EncodeParameters(ModelLayout model) =>
        $"ref {model.Real} weights, ref {model.Real} scratch, global::System.ReadOnlySpan<{Api.Element(model.Encoder!.Part.Source, model.Real)}> inputs, Memory memory, ref {model.Real} state";

    public void Write()
    {
        writer.Line(model.NeedsWholeSequence
            ? "/// <summary>A whole sequence of one row, without a tape.</summary>"
            : $"/// <summary>Steps of one row, without a tape: {model.Chunk} at a time go through all layers.</summary>");
        using (writer.Block($"public static void Infer({Parameters(model)})"))
        {
            string width = model.IsSymbolic ? "" : $" / {model.Declaration.Source.Width}";
            string length = model.InputsOnce ? "outputs.Length / " + model.OutputSize : $"inputs.Length{width}";
            if (model.NeedsWholeSequence)
            {
                writer.Line($"int count = {length};");
                writer.Line("if (count == 0)\n    return;");
                site.WriteBuffers(writer);
                writer.Line(model.IsSymbolic ? "global::System.ReadOnlySpan<int> symbols = inputs;" : InputStart(model.Source, "0"));
                WriteSteps();
                return;
            }

            writer.Line($"int length = {length};");
            if (HasStep)
                writer.Line($"if (length == 1)\n{{\n    InferOne({Arguments});\n    return;\n}}\n");
            site.WriteBuffers(writer);
            using (writer.Block($"for (int first = 0; first < length; first += {model.Chunk})"))
            {
                writer.Line($"int count = global::System.Math.Min({model.Chunk}, length - first);");
                writer.Line(model.IsSymbolic ? "global::System.ReadOnlySpan<int> symbols = inputs.Slice(first, count);" : InputStart(model.Source, $"first * {model.Declaration.Source.Width}"));
                WriteSteps();
            }
        }

        if (HasStep)
            WriteOne();
        if (HasRows(model))
            WriteRows();
        if (model.Encoder is not null)
            WriteEncode(model.Encoder.Part.Source);
    }

    /// <summary>Whether many streams can take a step together.</summary>
    public static bool HasRows(ModelLayout model) => !model.NeedsWholeSequence && model.Encoder is null;

    /// <summary>The parameters of the method that steps many streams.</summary>
    public static string RowsParameters(ModelLayout model) =>
        $"ref {model.Real} weights, ref {model.Real} scratch, global::System.ReadOnlySpan<{Api.Input(model)}> inputs, global::System.Span<State> states, global::System.Span<{model.Real}> outputs";

    private void WriteRows()
    {
        site = new(model, ScratchKind.Rows);
        writer.Blank();
        writer.Line($"/// <summary>One step of many streams, {ScratchLayout.MostRows} at a time.</summary>");
        using (writer.Block($"public static void InferRows({RowsParameters(model)})"))
        {
            site.WriteBuffers(writer);
            using (writer.Block($"for (int first = 0; first < states.Length; first += {ScratchLayout.MostRows})"))
            {
                writer.Line($"int rows = global::System.Math.Min({ScratchLayout.MostRows}, states.Length - first);");
                writer.Line(model.IsSymbolic ? "global::System.ReadOnlySpan<int> symbols = inputs.Slice(first, rows);" : InputStart(model.Source, $"first * {model.Declaration.Source.Width}"));
                WriteSteps();
            }
        }
    }

    /// <summary>Whether single steps go another way: through kernels that take a layer's whole step.</summary>
    private bool HasStep => model.Layers.Any(model.IsOneKernel);

    private string Arguments => model.Encoder is null ? "ref weights, ref scratch, inputs, ref state, outputs" : "ref weights, ref scratch, inputs, memory, ref state, outputs, attention";

    private void WriteOne()
    {
        site = new(model, ScratchKind.OneStep);
        writer.Blank();
        writer.Line("/// <summary>One step of one row.</summary>");
        using (writer.Block($"private static void InferOne({Parameters(model)})"))
        {
            site.WriteBuffers(writer);
            writer.Line(model.IsSymbolic ? "global::System.ReadOnlySpan<int> symbols = inputs;" : InputStart(model.Source, "0"));
            WriteSteps();
        }

        foreach (var layer in model.Layers.Where(model.IsOneKernel))
            new StepKernelWriter(writer, model, layer).WriteOneStep();
    }

    /// <summary>An encoder's pass over one source: what the decoder needs of it goes into its memory.</summary>
    private void WriteEncode(Value source)
    {
        site = new(model, ScratchKind.Source);
        writer.Blank();
        writer.Line("/// <summary>The encoder, over one source.</summary>");
        using (writer.Block($"public static void Encode({EncodeParameters(model)})"))
        {
            writer.Line($"int count = inputs.Length{(source.IsInput && source.Width > 1 ? $" / {source.Width}" : "")};");
            site.WriteBuffers(writer);
            writer.Line(source.IsInput ? InputStart(source, "0") : "global::System.ReadOnlySpan<int> symbols = inputs;");
            WriteOperations(isEncoding: true);
            writer.Blank();
            writer.Line("// Where the decoder begins");
            foreach (var layer in model.StatefulLayers)
            {
                for (int state = 0; state < layer.States; state++)
                {
                    if (layer.Initials[state] is { } value)
                        writer.Line($"Copy(ref {site.Of(value)}, ref At(ref state, {layer.StateOffset(state)}), {Math.Min(value.Stride, layer.Padded)});");
                }
            }
        }
    }

    private string InputStart(Value source, string index) => $"ref {Real} {source.Buffer} = ref {Api.Unsafe}.AsRef(in inputs[{index}]);";

    private void WriteSteps()
    {
        foreach (var carried in model.Carried)
            writer.Line(site.LoadState(carried.FirstState, site.Buffer(carried.Value.Buffer), carried.Value.Stride));
        WriteOperations(isEncoding: false);
        foreach (var carried in model.Carried)
            writer.Line(site.StoreState(site.Last(site.Buffer(carried.Value.Buffer), carried.Value.Stride), carried.FirstState, carried.Value.Stride));
        WriteOutputs();
        WriteAttention();
    }

    private void WriteOperations(bool isEncoding)
    {
        var parts = model.Operations.Where(o => o.IsEncoding == isEncoding).Select(o => (Operation: o, Writer: OperationWriter.Of(writer, model, o))).Where(p => p.Writer.IsInferred).ToList();
        var loop = parts.Where(p => p.Operation.IsInLoop).ToList();
        foreach (var (operation, part) in parts.Where(p => !p.Operation.IsInLoop || site.IsOne || p == loop[0]))
        {
            writer.Blank();
            if (operation.IsInLoop && !site.IsOne)
                WriteLoop(loop);
            else
                Write(operation, () => WriteAllSteps(part));
        }
    }

    private void WriteOutputs()
    {
        writer.Blank();
        // [step][output] of a stream, or [row][output] of a step.
        string item = site.Rows.IsOne ? "step" : "row";
        bool isLoop = !model.OutputsOnce && !(site.IsOne && site.Rows.IsOne);
        if (isLoop)
            writer.Line($"for (nint {item} = 0; {item} < {site.Count(model.Outputs)}; {item}++)");
        bool several = isLoop && (model.Heads.Count > 1 || (model.Feedback is not null && item == "row"));
        using (several ? writer.Block() : default(IDisposable?))
        {
            foreach (var head in model.Heads)
                writer.Line((several || !isLoop ? "" : "    ") + Output(head, isLoop ? item : ""));
            if (model.Feedback is { } feedback && item == "row")
                writer.Line($"Copy(ref outputs[(first + (int)row) * {model.OutputSize}], ref At(ref states[first + (int)row].Start, {model.FeedbackState}), {feedback.Width});");
        }

        if (model.Feedback is { } fed && item == "step")
            writer.Line($"Copy(ref outputs[{(site.IsOne ? "0" : $"first * {model.OutputSize}")}], ref At(ref state, {model.FeedbackState}), {fed.Width});");
    }

    /// <summary>The attentions' weights, for whoever wants to see them: [step][attention][source step].</summary>
    private void WriteAttention()
    {
        var attentions = model.Attentions.ToList();
        if (attentions.Count == 0)
            return;
        writer.Blank();
        using (writer.Block(site.IsOne ? "if (!attention.IsEmpty)" : "for (int step = 0; !attention.IsEmpty && step < count; step++)"))
        {
            for (int i = 0; i < attentions.Count; i++)
            {
                writer.Line(site.IsOne
                    ? $"Copy(ref {site.Buffer(attentions[i].Weights)}, ref attention[{(i == 0 ? "0" : $"{i} * memory.Length")}], memory.Length);"
                    : $"Copy(ref {site.Buffer(attentions[i].Weights).Plus(new Amount(attentions[i].Layout.SourceSteps, "(nint)step"))}, ref attention[{(attentions.Count == 1 ? "(first + step)" : $"(((first + step) * {attentions.Count}) + {i})")} * memory.Length], memory.Length);");
            }
        }
    }

    private void WriteAllSteps(OperationWriter part)
    {
        part.Start(site);
        part.Forward(site);
        part.End(site);
    }

    private void WriteLoop(List<(Operation Operation, OperationWriter Writer)> loop)
    {
        writer.Line("// Step by step");
        foreach (var (_, part) in loop)
            part.Start(site);
        using (writer.Block("for (nint step = 0; step < count; step++)"))
        {
            foreach (var (operation, part) in loop)
                Write(operation, () => part.Forward(site.EachStep));
        }

        foreach (var (_, part) in loop)
            part.End(site);
    }

    private void Write(Operation operation, Action lines)
    {
        writer.Line($"// {operation.Title}");
        lines();
    }

    private string Output(Head head, string item)
    {
        string function = head.Loss switch
        {
            LossKind.SoftmaxCrossEntropy => $"{Api.Numerics}.Losses.Softmax<{Real}>",
            LossKind.SigmoidCrossEntropy => $"{Api.Numerics}.Losses.Sigmoid<{Real}>",
            _ => "Copy",
        };
        var from = site.Of(head.Value);
        string index = model.NeedsWholeSequence ? $"(int){item}" : $"(first + (int){item})";
        string place = item.Length == 0 ? $"{head.Offset}" : $"{index} * {model.OutputSize}{(head.Offset > 0 ? $" + {head.Offset}" : "")}";
        return $"{function}(ref {(item.Length == 0 ? from : from.Plus(new Amount(head.Value.Stride, item)))}, ref outputs[{place}], {head.Size});";
    }
}
