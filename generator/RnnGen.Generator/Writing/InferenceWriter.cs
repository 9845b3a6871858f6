using RnnGen.Generator.Reading;
using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>Writes inference: steps of one row, as many as there are inputs, without a tape.</summary>
internal sealed class InferenceWriter(CodeWriter writer, ModelLayout model)
{
    /// <summary>Steps of an inference whose inputs are multiplied at once.</summary>
    public const int Chunk = 16;

    private readonly ProjectionWriter projections = new(writer, model);

    private string Real => model.Real;

    /// <summary>Where each buffer of an inference lies in the scratch memory, and how much there is.</summary>
    public static (Dictionary<string, int> Offsets, int Size) Scratch(ModelLayout model)
    {
        var offsets = new Dictionary<string, int>();
        int size = 0;
        if (model.Declaration.Source.Kind == SourceKind.Embedding)
            Take("embedded", Chunk * model.EmbeddingRow);
        foreach (var layer in model.Layers)
        {
            Take($"slots{layer.Number}", Chunk * layer.SlotRow);
            for (int state = 0; state < layer.States; state++)
                Take(KernelMemory.History(layer, state), (Chunk + 1) * layer.Padded);
            for (int operand = 0; operand < layer.Plan.Derivative.Operands.Count; operand++)
                Take($"operand{layer.Number}_{operand + 1}", layer.Padded);
        }

        Take("outputs", model.Dense is { } dense ? Chunk * dense.Padded : 0);
        return (offsets, size);

        void Take(string name, int count)
        {
            offsets[name] = size;
            size += count;
        }
    }

    public void Write()
    {
        var (offsets, _) = Scratch(model);
        string input = model.IsSymbolic ? "int" : Real;
        writer.Line($"/// <summary>Steps of one row, without a tape: {Chunk} at a time go through all layers.</summary>");
        using (writer.Block($"public static void Infer(ref {Real} weights, ref {Real} scratch, global::System.ReadOnlySpan<{input}> inputs, ref {Real} state, global::System.Span<{Real}> outputs)"))
        {
            string width = model.IsSymbolic ? "" : $" / {model.Declaration.Source.Width}";
            writer.Line($"int length = inputs.Length{width};");
            using (writer.Block($"for (int first = 0; first < length; first += {Chunk})"))
            {
                writer.Line($"int count = global::System.Math.Min({Chunk}, length - first);");
                writer.Line(model.IsSymbolic
                    ? "global::System.ReadOnlySpan<int> symbols = inputs.Slice(first, count);"
                    : $"ref {Real} x = ref {Api.Unsafe}.AsRef(in inputs[first * {model.Declaration.Source.Width}]);");
                if (model.Declaration.Source.Kind == SourceKind.Embedding)
                    writer.Line($"{Api.Numerics}.Embedding.Gather<V, {Real}>(symbols, {model.EmbeddingRow}, ref weights, ref At(ref scratch, {offsets["embedded"]}));");
                foreach (var layer in model.Layers)
                    WriteLayer(layer, offsets);
                WriteOutputs(offsets);
            }
        }
    }

    private void WriteLayer(LayerLayout layer, Dictionary<string, int> offsets)
    {
        writer.Blank();
        writer.Line($"// Layer {layer.Number}");
        for (int state = 0; state < layer.States; state++)
            writer.Line($"Copy(ref At(ref state, {layer.FirstState + (state * layer.Padded)}), ref At(ref scratch, {offsets[KernelMemory.History(layer, state)]}), {layer.Padded});");
        string x = layer.Number > 1 ? $"At(ref scratch, {offsets[KernelMemory.History(model.Layers[layer.Number - 2], 0)] + model.Layers[layer.Number - 2].Padded})"
            : model.Declaration.Source.Kind == SourceKind.Embedding ? $"At(ref scratch, {offsets["embedded"]})" : "x";
        projections.WriteLayer(layer, "count", x, "symbols", $"At(ref scratch, {offsets[$"slots{layer.Number}"]})");
        var arguments = KernelMemory.Of(layer, backward: false).Select(m => "ref " + Memory(layer, m, offsets));
        writer.Line("for (nint step = 0; step < count; step++)");
        writer.Line($"    {layer.Kernel}Forward(1, {string.Join(", ", arguments)});");
        for (int state = 0; state < layer.States; state++)
            writer.Line($"Copy(ref At(ref scratch, {offsets[KernelMemory.History(layer, state)]} + (count * {layer.Padded})), ref At(ref state, {layer.FirstState + (state * layer.Padded)}), {layer.Padded});");
    }

    private static string Memory(LayerLayout layer, KernelMemory memory, Dictionary<string, int> offsets) => memory.Kind switch
    {
        MemoryKind.Weights => Places.Shift("weights", layer.FirstParameter),
        MemoryKind.Slots => Places.Shift("scratch", offsets[$"slots{layer.Number}"], $"step * {layer.SlotRow}"),
        MemoryKind.PreviousState => Places.Shift("scratch", offsets[KernelMemory.History(layer, memory.Index)], $"step * {layer.Padded}"),
        MemoryKind.NextState => Places.Shift("scratch", offsets[KernelMemory.History(layer, memory.Index)] + layer.Padded, $"step * {layer.Padded}"),
        _ => $"At(ref scratch, {offsets[$"operand{layer.Number}_{memory.Index + 1}"]})",
    };

    private void WriteOutputs(Dictionary<string, int> offsets)
    {
        var last = model.Layers[model.Layers.Count - 1];
        string outputs = $"At(ref scratch, {offsets[KernelMemory.History(last, 0)] + last.Padded})";
        if (model.Dense is not null)
        {
            writer.Blank();
            writer.Line("// Dense layer");
            projections.WriteDense("count", outputs, outputs = $"At(ref scratch, {offsets["outputs"]})");
        }

        writer.Blank();
        string function = model.Declaration.Loss switch
        {
            LossKind.SoftmaxCrossEntropy => $"{Api.Numerics}.Losses.Softmax<{Real}>",
            LossKind.SigmoidCrossEntropy => $"{Api.Numerics}.Losses.Sigmoid<{Real}>",
            _ => "Copy",
        };
        writer.Line("for (nint step = 0; step < count; step++)");
        writer.Line($"    {function}(ref {Places.Shift(outputs, $"(step * {model.OutputPadded})")}, ref outputs[(first + (int)step) * {model.OutputSize}], {model.OutputSize});");
    }
}
