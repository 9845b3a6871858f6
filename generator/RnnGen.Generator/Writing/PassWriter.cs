using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;
using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>Writes training's passes: all declared steps of all rows forward onto a tape, and back.</summary>
internal sealed class PassWriter(CodeWriter writer, ModelLayout model)
{
    private readonly ProjectionWriter projections = new(writer, model);

    private string Real => model.Real;

    public void Write()
    {
        WriteForward();
        writer.Blank();
        WriteBackward();
    }

    private void WriteForward()
    {
        writer.Line("/// <summary>All steps of all rows forward, onto the tape.</summary>");
        using (writer.Block($"public static void Forward(Tape tape, ref {Real} weights)"))
        {
            writer.Line($"int rows = {model.Declaration.Steps} * tape.Rows;");
            if (model.Declaration.Source.Kind == SourceKind.Embedding)
                writer.Line($"{Api.Numerics}.Embedding.Gather<V, {Real}>(tape.symbols, {model.EmbeddingRow}, ref weights, ref tape.x.Start);");
            foreach (var layer in model.Layers)
            {
                writer.Blank();
                writer.Line($"// Layer {layer.Number}");
                projections.WriteLayer(layer, "rows", Places.InputOf(model, layer), "tape.symbols", $"tape.slots{layer.Number}.Start");
                Unroll(t => $"{layer.Name}Forward(tape, ref weights, {t});", descending: false);
            }

            if (model.Dense is not null)
            {
                writer.Blank();
                writer.Line("// Dense layer");
                projections.WriteDense("rows", Places.OutputOf(model.Layers[model.Layers.Count - 1]), "tape.outputs.Start");
            }
        }

        foreach (var layer in model.Layers)
            WriteStep(layer, backward: false);
    }

    private void WriteBackward()
    {
        writer.Line("/// <summary>All steps of all rows back: the gradients of everything from those of the outputs.</summary>");
        using (writer.Block($"public static void Backward(Tape tape, ref {Real} weights, ref {Real} gradients, global::System.ReadOnlySpan<State> finalStateGradients)"))
        {
            writer.Line($"int rows = {model.Declaration.Steps} * tape.Rows;");
            writer.Line($"ref {Real} transposed = ref tape.transposed.Start;");
            foreach (var layer in model.Layers)
            {
                foreach (var group in layer.Plan.Groups.Where(g => TransposedLayout.IsTransposed(model, layer, g)))
                    writer.Line($"{Api.Panels}.Transpose<{Real}>({KernelWriter.ShapeName(layer, group)}, ref {Places.Shift("weights", layer.GroupOffsets[group.Index])}, ref {Places.Shift("transposed", TransposedLayout.OffsetOf(model, layer, group))});");
            }

            if (model.Dense is not null)
                WriteDenseBackward();
            foreach (var layer in model.Layers.AsEnumerable().Reverse())
            {
                writer.Blank();
                writer.Line($"// Layer {layer.Number}");
                writer.Line($"Tape.AddState(finalStateGradients, tape.d{KernelMemory.History(layer, 0)}.Span.Slice(rows * {layer.Padded}), {layer.FirstState}, {layer.Padded});");
                Unroll(t => $"{layer.Name}Backward(tape, ref weights, ref gradients, {t});", descending: true);
                WriteLayerGradients(layer);
            }
        }

        foreach (var layer in model.Layers)
            WriteStep(layer, backward: true);
    }

    private void WriteDenseBackward()
    {
        var dense = model.Dense!;
        var last = model.Layers[model.Layers.Count - 1];
        writer.Blank();
        writer.Line("// Dense layer");
        if (dense.Activation != ActivationKind.Linear)
            writer.Line($"{Api.Numerics}.Activations.{dense.Activation}Gradient<V, {Real}>(ref tape.outputs.Start, ref tape.outputGradients.Start, rows * {dense.Padded});");
        bool accumulate = false;
        foreach (var group in dense.Groups)
        {
            string matrix = $"ref At(ref weights, {group.Offset})";
            string transposed = $"ref {Places.Shift("transposed", TransposedLayout.OffsetOfDense(model) + group.TransposedOffset)}";
            string dy = $"ref {Places.Shift("tape.outputGradients.Start", group.FirstBlock * Layout.Lanes)}";
            writer.Line($"{Api.Panels}.Gradient<V, {Real}>({group.Name}, rows, ref {Places.OutputOf(last)}, {last.Padded}, {dy}, ref At(ref gradients, {group.Offset}));");
            writer.Line($"{Api.Panels}.BiasGradient<V, {Real}>({group.Name}, rows, {dy}, ref At(ref gradients, {dense.BiasOffset + (group.FirstBlock * Layout.Lanes)}), {group.Columns * Layout.Lanes});");
            writer.Line($"{Api.Panels}.Transpose<{Real}>({group.Name}, {matrix}, {transposed});");
            writer.Line($"{Api.Panels}.Transposed<V, {Real}>({group.Name}, rows, {dy}, {transposed}, ref {Places.OutputGradientOf(last)}, {last.Padded}, accumulate: {(accumulate ? "true" : "false")});");
            accumulate = true;
        }
    }

    private void WriteLayerGradients(LayerLayout layer)
    {
        foreach (var group in layer.Plan.Groups)
        {
            string dy = $"ref {Places.Shift($"tape.slots{layer.Number}.Start", group.FirstColumn * Layout.Lanes)}";
            string gradient = $"ref {Places.Shift("gradients", layer.GroupOffsets[group.Index])}";
            string shape = KernelWriter.ShapeName(layer, group);
            if (group.Operand is null && model.IsOneHot(layer))
                writer.Line($"{Api.Panels}.Scatter<V, {Real}>({shape}, tape.symbols, {dy}, {gradient});");
            else if (group.Operand is null)
                writer.Line($"{Api.Panels}.Gradient<V, {Real}>({shape}, rows, ref {Places.InputOf(model, layer)}, {Places.RowOfInput(model, layer)}, {dy}, {gradient});");
            else if (group.Operand.Op == Op.State)
                writer.Line($"{Api.Panels}.Gradient<V, {Real}>({shape}, rows, ref tape.{KernelMemory.History(layer, group.Operand.Index)}.Start, {layer.Padded}, {dy}, {gradient});");
            else
                writer.Line($"{Api.Panels}.Gradient<V, {Real}>({shape}, rows, ref tape.operand{layer.Number}_{layer.Plan.Derivative.Operands.IndexOf(group.Operand) + 1}.Start, {layer.Padded}, {dy}, {gradient});");
        }

        for (int rank = 0; rank < layer.BiasOffsets.Length; rank++)
        {
            foreach (var run in layer.BiasRuns(rank))
                writer.Line($"{Api.Panels}.BiasGradient<V, {Real}>({Places.Slots(layer, run.Parameters.Count)}, rows, ref {Places.Shift($"tape.slots{layer.Number}.Start", run.FirstColumn * Layout.Lanes)}, ref {Places.Shift("gradients", layer.BiasOffsets[rank] + (run.FirstColumn * Layout.Lanes))}, {Places.BiasStride(layer)});");
        }

        foreach (int offset in layer.VectorOffsets.Values.Where(_ => layer.IsPadded))
            writer.Line($"{Api.Panels}.ClearPadding<{Real}>(new(0, {layer.Blocks}, 1, {Layout.Lanes}, {layer.Padded}), 1, {layer.Hidden}, ref {Places.Shift("gradients", offset)});");
        WriteInputGradient(layer);
    }

    private void WriteInputGradient(LayerLayout layer)
    {
        if (model.IsOneHot(layer))
            return;
        bool accumulate = false;
        var source = model.Declaration.Source;
        string target = layer.Number > 1 ? Places.OutputGradientOf(model.Layers[layer.Number - 2]) : "tape.dx.Start";
        int row = layer.Number > 1 ? model.Layers[layer.Number - 2].Padded : model.EmbeddingRow;
        bool onRequest = layer.Number == 1 && source.Kind == SourceKind.Input;
        foreach (var group in layer.Plan.InputGroups)
        {
            if (onRequest)
                writer.Line("if (tape.dx is not null)");
            writer.Line($"{(onRequest ? "    " : "")}{Api.Panels}.Transposed<V, {Real}>({KernelWriter.ShapeName(layer, group)}, rows, ref {Places.Shift($"tape.slots{layer.Number}.Start", group.FirstColumn * Layout.Lanes)}, ref {Places.Shift("transposed", TransposedLayout.OffsetOf(model, layer, group))}, ref {target}, {row}, accumulate: {(accumulate ? "true" : "false")});");
            accumulate = true;
        }

        if (layer.Number == 1 && source.Kind == SourceKind.Embedding)
            writer.Line($"{Api.Numerics}.Embedding.Scatter<V, {Real}>(tape.symbols, {model.EmbeddingRow}, ref tape.dx.Start, ref gradients);");
    }

    private void WriteStep(LayerLayout layer, bool backward)
    {
        writer.Blank();
        using (writer.Block($"private static void {layer.Name}{(backward ? "Backward" : "Forward")}(Tape tape, ref {Real} weights{(backward ? $", ref {Real} gradients" : "")}, nint step)"))
        {
            writer.Line("nint rows = tape.Rows;");
            var arguments = KernelMemory.Of(layer, backward).Select(m => "ref " + Memory(layer, m));
            writer.Line($"{layer.Kernel}{(backward ? "Backward" : "Forward")}(\n    tape.Rows,\n    {string.Join(",\n    ", arguments)});");
        }
    }

    private string Memory(LayerLayout layer, KernelMemory memory)
    {
        int n = layer.Number;
        string history = memory.Kind is MemoryKind.PreviousState or MemoryKind.NextState or MemoryKind.PreviousStateGradient or MemoryKind.NextStateGradient ? KernelMemory.History(layer, memory.Index) : "";
        return memory.Kind switch
        {
            MemoryKind.Weights => Places.Shift("weights", layer.FirstParameter),
            MemoryKind.Transposed => Places.Shift("tape.transposed.Start", TransposedLayout.FirstOf(model, layer)),
            MemoryKind.Gradients => Places.Shift("gradients", layer.FirstParameter),
            MemoryKind.Slots => $"At(ref tape.slots{n}.Start, step * rows * {layer.SlotRow})",
            MemoryKind.PreviousState => $"At(ref tape.{history}.Start, step * rows * {layer.Padded})",
            MemoryKind.NextState => $"At(ref tape.{history}.Start, (step + 1) * rows * {layer.Padded})",
            MemoryKind.Operand => $"At(ref tape.operand{n}_{memory.Index + 1}.Start, step * rows * {layer.Padded})",
            MemoryKind.OperandGradient => $"tape.dOperand{n}_{memory.Index + 1}.Start",
            MemoryKind.PreviousStateGradient when memory.Index == 0 => $"At(ref tape.d{history}.Start, step * rows * {layer.Padded})",
            MemoryKind.NextStateGradient when memory.Index == 0 => $"At(ref tape.d{history}.Start, (step + 1) * rows * {layer.Padded})",
            // Only the newest gradient of an inner state matters: two of them take turns.
            MemoryKind.PreviousStateGradient => $"At(ref tape.d{history}.Start, (step & 1) * rows * {layer.Padded})",
            _ => $"At(ref tape.d{history}.Start, ((step + 1) & 1) * rows * {layer.Padded})",
        };
    }

    /// <summary>A line per step; a loop beyond what the JIT compiles as straight code.</summary>
    private void Unroll(Func<string, string> line, bool descending)
    {
        int steps = model.Declaration.Steps;
        if (steps > ModelReader.LongestUnrolling)
        {
            writer.Line(descending ? $"for (nint step = {steps - 1}; step >= 0; step--)" : $"for (nint step = 0; step < {steps}; step++)");
            writer.Line("    " + line("step"));
            return;
        }

        foreach (int step in Enumerable.Range(0, steps).Select(t => descending ? steps - 1 - t : t))
            writer.Line(line($"{step}"));
    }
}
