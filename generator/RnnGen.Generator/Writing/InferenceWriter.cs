using RnnGen.Generator.Reading;
using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>Writes inference: steps of one row, as many as there are inputs, without a tape.</summary>
internal sealed class InferenceWriter(CodeWriter writer, ModelLayout model)
{
    private readonly ScratchSite site = new(model);

    private string Real => model.Real;

    /// <summary>The parameters of the method, but for their type those of its callers.</summary>
    public static string Parameters(ModelLayout model) =>
        $"ref {model.Real} weights, ref {model.Real} scratch, global::System.ReadOnlySpan<{Api.Input(model)}> inputs, ref {model.Real} state, global::System.Span<{model.Real}> outputs";

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
                writer.Line(model.IsSymbolic ? "global::System.ReadOnlySpan<int> symbols = inputs;" : InputStart("0"));
                WriteOperations();
                return;
            }

            writer.Line($"int length = {length};");
            site.WriteBuffers(writer);
            using (writer.Block($"for (int first = 0; first < length; first += {model.Chunk})"))
            {
                writer.Line($"int count = global::System.Math.Min({model.Chunk}, length - first);");
                writer.Line(model.IsSymbolic ? "global::System.ReadOnlySpan<int> symbols = inputs.Slice(first, count);" : InputStart($"first * {model.Declaration.Source.Width}"));
                WriteOperations();
            }
        }
    }

    private string InputStart(string index) => $"ref {Real} x = ref {Api.Unsafe}.AsRef(in inputs[{index}]);";

    private void WriteOperations()
    {
        foreach (var carried in model.Carried)
            writer.Line($"Copy(ref At(ref state, {carried.FirstState}), ref {site.Buffer(carried.Value.Buffer)}, {carried.Value.Stride});");
        var parts = model.Operations.Select(o => (Operation: o, Writer: OperationWriter.Of(writer, model, o))).Where(p => p.Writer.IsInferred).ToList();
        var loop = parts.Where(p => p.Operation.IsInLoop).ToList();
        foreach (var (operation, part) in parts.Where(p => !p.Operation.IsInLoop || p == loop[0]))
        {
            writer.Blank();
            if (operation.IsInLoop)
                WriteLoop(loop);
            else
                Write(operation, () => WriteAllSteps(part));
        }

        foreach (var carried in model.Carried)
            writer.Line($"Copy(ref {Site.Shift(site.Buffer(carried.Value.Buffer), $"count * {carried.Value.Stride}")}, ref At(ref state, {carried.FirstState}), {carried.Value.Stride});");

        writer.Blank();
        if (!model.OutputsOnce)
            writer.Line("for (nint step = 0; step < count; step++)");
        bool several = !model.OutputsOnce && model.Heads.Count > 1;
        using (several ? writer.Block() : default(IDisposable?))
        {
            foreach (var head in model.Heads)
                writer.Line((several || model.OutputsOnce ? "" : "    ") + Output(head));
        }

        if (model.Feedback is { } feedback)
            writer.Line($"Copy(ref outputs[first * {model.OutputSize}], ref At(ref state, {model.FeedbackState}), {feedback.Width});");
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

    private string Output(Head head)
    {
        string function = head.Loss switch
        {
            LossKind.SoftmaxCrossEntropy => $"{Api.Numerics}.Losses.Softmax<{Real}>",
            LossKind.SigmoidCrossEntropy => $"{Api.Numerics}.Losses.Sigmoid<{Real}>",
            _ => "Copy",
        };
        string from = site.Of(head.Value);
        string step = model.NeedsWholeSequence ? "(int)step" : "(first + (int)step)";
        string place = model.OutputsOnce ? $"{head.Offset}" : $"{step} * {model.OutputSize}{(head.Offset > 0 ? $" + {head.Offset}" : "")}";
        return $"{function}(ref {(model.OutputsOnce ? from : Site.Shift(from, $"step * {head.Value.Stride}"))}, ref outputs[{place}], {head.Size});";
    }
}
