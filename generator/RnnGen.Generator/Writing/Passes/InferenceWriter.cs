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

    private string[] Parameters
    {
        get
        {
            string[] memory = model.Encoder is null ? [] : ["Memory memory"];
            string[] attention = model.Encoder is null ? [] : [$"Span<{Real}> attention"];
            return [
                $"ref {Real} weights", $"ref {Real} scratch", $"ReadOnlySpan<{Api.Input(model)}> inputs", .. memory, $"ref {Real} state",
                $"Span<{Real}> outputs", .. attention
            ];
        }
    }

    public void Write()
    {
        writer.Line(model.NeedsWholeSequence
            ? "/// <summary>A whole sequence of one row, without a tape.</summary>"
            : $"/// <summary>Steps of one row, without a tape: {model.Chunk} at a time go through all layers.</summary>");
        writer.List("public static void Infer(", Parameters, ")");
        using (writer.Block())
        {
            string length =
                model.InputsOnce ? Count("outputs", model.OutputSize) : Count("inputs", model.IsSymbolic ? 1 : model.Source.Width);
            if (model.NeedsWholeSequence)
            {
                writer.Line($"int count = {length};");
                writer.Line("if (count == 0)\n    return;");
                site.WriteBuffers(writer);
                writer.Line(model.IsSymbolic ? "ReadOnlySpan<int> symbols = inputs;" : InputStart(model.Source, "0"));
                WriteSteps();
                return;
            }

            writer.Line($"int length = {length};");
            if (HasStep)
            {
                using (writer.Block("if (length == 1)"))
                    writer.Line($"InferOne({Arguments});\nreturn;");
            }

            site.WriteBuffers(writer);
            using (writer.Block($"for (int first = 0; first < length; first += {model.Chunk})"))
            {
                writer.Line($"int count = Math.Min({model.Chunk}, length - first);");
                writer.Line(model.IsSymbolic
                    ? "ReadOnlySpan<int> symbols = inputs.Slice(first, count);"
                    : InputStart(model.Source, $"{new Amount(model.Source.Width, "first")}"));
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

    /// <summary>True if many streams can take a step together.</summary>
    public static bool HasRows(ModelLayout model) => !model.NeedsWholeSequence && model.Encoder is null;

    private void WriteRows()
    {
        site = new(model, ScratchKind.Rows);
        writer.Blank();
        writer.Line($"/// <summary>One step of many streams, {ScratchLayout.MostRows} at a time.</summary>");
        writer.List(
            "public static void InferRows(",
            [
                $"ref {Real} weights", $"ref {Real} scratch", $"ReadOnlySpan<{Api.Input(model)}> inputs", "Span<State> states",
                $"Span<{Real}> outputs"
            ],
            ")");
        using (writer.Block())
        {
            site.WriteBuffers(writer);
            using (writer.Block($"for (int first = 0; first < states.Length; first += {ScratchLayout.MostRows})"))
            {
                writer.Line($"int rows = Math.Min({ScratchLayout.MostRows}, states.Length - first);");
                writer.Line(model.IsSymbolic
                    ? "ReadOnlySpan<int> symbols = inputs.Slice(first, rows);"
                    : InputStart(model.Source, $"{new Amount(model.Source.Width, "first")}"));
                WriteSteps();
            }
        }
    }

    /// <summary>True if single steps go another way: through kernels that take a layer's whole step.</summary>
    private bool HasStep => model.Layers.Any(model.IsOneKernel);

    private string Arguments =>
        model.Encoder is null
            ? "ref weights, ref scratch, inputs, ref state, outputs"
            : "ref weights, ref scratch, inputs, memory, ref state, outputs, attention";

    private void WriteOne()
    {
        site = new(model, ScratchKind.OneStep);
        writer.Blank();
        writer.Line("/// <summary>One step of one row.</summary>");
        writer.List("private static void InferOne(", Parameters, ")");
        using (writer.Block())
        {
            site.WriteBuffers(writer);
            writer.Line(model.IsSymbolic ? "ReadOnlySpan<int> symbols = inputs;" : InputStart(model.Source, "0"));
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
        writer.List(
            "public static void Encode(",
            [
                $"ref {Real} weights", $"ref {Real} scratch", $"ReadOnlySpan<{Api.Element(source, Real)}> inputs", "Memory memory",
                $"ref {Real} state"
            ],
            ")");
        using (writer.Block())
        {
            writer.Line($"int count = {Count("inputs", source.IsInput ? source.Width : 1)};");
            site.WriteBuffers(writer);
            writer.Line(source.IsInput ? InputStart(source, "0") : "ReadOnlySpan<int> symbols = inputs;");
            WriteOperations(isEncoding: true);
            writer.Blank();
            writer.Line("// Where the decoder begins");
            foreach (var layer in model.StatefulLayers)
            {
                for (int state = 0; state < layer.States; state++)
                {
                    if (layer.Initials[state] is { } value)
                        writer.Call("Copy", site.Of(value), site.StateOf(layer.StateOffset(state)), Math.Min(value.Stride, layer.Padded));
                }
            }
        }
    }

    /// <summary>The number of vectors that a span holds.</summary>
    private static string Count(string span, int width) => width == 1 ? $"{span}.Length" : $"{span}.Length / {width}";

    private string InputStart(Value source, string index) => $"ref {Real} {source.Buffer} = ref Unsafe.AsRef(in inputs[{index}]);";

    private void WriteSteps()
    {
        foreach (var carried in model.Carried)
            site.LoadCarried(writer, carried);
        WriteOperations(isEncoding: false);
        foreach (var carried in model.Carried)
            site.StoreCarried(writer, carried);
        WriteOutputs();
        WriteAttention();
    }

    private void WriteOperations(bool isEncoding)
    {
        var inferred = model.Operations.Where(o => o.IsEncoding == isEncoding)
            .Select(o => (Operation: o, Writer: OperationWriter.Of(writer, model, o))).Where(p => p.Writer.IsInferred).ToList();
        var loop = inferred.Where(p => p.Operation.IsInLoop).ToList();
        foreach (var (operation, operationWriter) in inferred.Where(p => !p.Operation.IsInLoop || site.IsOne || p == loop[0]))
        {
            writer.Blank();
            if (operation.IsInLoop && !site.IsOne)
                WriteLoop(loop);
            else
                Write(operation, () => WriteAllSteps(operationWriter));
        }
    }

    private void WriteOutputs()
    {
        writer.Blank();
        // [step][output] of a stream, or [row][output] of a step.
        string item = site.Rows.IsOne ? "step" : "row";
        bool isLoop = !model.OutputsOnce && !(site.IsOne && site.Rows.IsOne);
        bool isFedBack = model.Feedback is not null && !site.Rows.IsOne;
        string? loop = isLoop ? $"for (nint {item} = 0; {item} < {site.Count(model.Outputs)}; {item}++)" : null;
        using (isLoop && (model.Heads.Count > 1 || isFedBack) ? writer.Block(loop) : writer.Under(loop))
        {
            foreach (var head in model.Heads)
                WriteOutput(head, isLoop ? item : null);
            if (isFedBack)
                writer.Call(
                    "Copy", $"ref outputs[(first + (int)row) * {model.OutputSize}]",
                    $"ref {Address.Of("states[first + (int)row].Start").Plus(model.FeedbackState)}", model.Feedback!.Width);
        }

        if (model.Feedback is { } fed && site.Rows.IsOne)
            writer.Call(
                "Copy", $"ref outputs[{(site.IsOne ? new Amount(0) : new Amount(model.OutputSize, "first"))}]",
                site.StateOf(model.FeedbackState), fed.Width);
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
                var shares = site.Buffer(attentions[i].Weights);
                // What comes before, in rows of the source's length.
                string before = attentions.Count == 1 ? "(first + step)" : $"(((first + step) * {attentions.Count}) + {i})";
                if (site.IsOne)
                    writer.Call("Copy", shares, $"ref attention[{(i == 0 ? "0" : $"{i} * memory.Length")}]", "memory.Length");
                else
                    writer.Call(
                        "Copy", shares.Plus(new Amount(attentions[i].Layout.SourceSteps, "(nint)step")),
                        $"ref attention[{before} * memory.Length]", "memory.Length");
            }
        }
    }

    private void WriteAllSteps(OperationWriter operationWriter)
    {
        operationWriter.Begin(site);
        operationWriter.Forward(site);
        operationWriter.End(site);
    }

    private void WriteLoop(List<(Operation Operation, OperationWriter Writer)> loop)
    {
        writer.Line("// Step by step");
        foreach (var (_, operationWriter) in loop)
            operationWriter.Begin(site);
        using (writer.Block("for (nint step = 0; step < count; step++)"))
        {
            foreach (var (operation, operationWriter) in loop)
                Write(operation, () => operationWriter.Forward(site.EachStep));
        }

        foreach (var (_, operationWriter) in loop)
            operationWriter.End(site);
    }

    private void Write(Operation operation, Action lines)
    {
        writer.Line($"// {operation.Title}");
        lines();
    }

    /// <param name="head">The head.</param>
    /// <param name="item">The variable that counts steps or rows; null if there is one.</param>
    private void WriteOutput(Head head, string? item)
    {
        string function = head.Loss switch
        {
            _ when head.Declaration.IsSoftmax => $"Losses.Softmax<{Real}>",
            LossKind.SigmoidCrossEntropy => $"Losses.Sigmoid<{Real}>",
            _ => "Copy",
        };
        var from = item is null ? site.Of(head.Value) : site.Of(head.Value).Plus(new Amount(head.Value.Stride, item));
        Amount index =
            item is null ? 0 : new Amount(model.OutputSize, model.NeedsWholeSequence ? $"(int){item}" : $"(first + (int){item})");
        writer.Call(function, from, $"ref outputs[{Amount.Sum(index, head.Offset)}]", head.Size);
    }
}
