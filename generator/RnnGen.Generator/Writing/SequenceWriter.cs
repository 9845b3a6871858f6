using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;
using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>Writes what runs the kernels over time: inference of any length, and the unrolled forward and backward passes.</summary>
internal sealed class SequenceWriter(CodeWriter writer, ModelLayout model)
{
    /// <summary>Steps of an inference whose inputs are multiplied at once.</summary>
    public const int Chunk = 16;

    private string Real => model.Real;

    public void Write()
    {
        if (model.Dense is { } dense)
        {
            foreach (var group in dense.Groups)
                writer.Line($"private static {Api.Panels}.Shape {group.Name} => new(Depth: {dense.InputSize}, Blocks: {group.Panels}, Columns: {group.Columns}, BlockStride: {group.Columns * Layout.Lanes}, RowStride: {dense.Padded});");
            writer.Blank();
        }

        foreach (var layer in model.Layers)
        {
            foreach (var group in layer.Plan.InputGroups)
                writer.Line(KernelWriter.Shape(layer, group));
        }

        writer.Blank();
        WriteInfer();
        writer.Blank();
        WriteTapeForward();
        writer.Blank();
        WriteTapeBackward();
    }

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

    private void WriteInfer()
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
                    WriteInferLayer(layer, offsets);
                WriteInferOutputs(offsets);
            }
        }
    }

    private void WriteInferLayer(LayerLayout layer, Dictionary<string, int> offsets)
    {
        writer.Blank();
        writer.Line($"// Layer {layer.Number}");
        for (int state = 0; state < layer.States; state++)
            writer.Line($"Copy(ref At(ref state, {layer.FirstState + (state * layer.Padded)}), ref At(ref scratch, {offsets[KernelMemory.History(layer, state)]}), {layer.Padded});");
        string x = layer.Number > 1 ? $"At(ref scratch, {offsets[KernelMemory.History(model.Layers[layer.Number - 2], 0)] + model.Layers[layer.Number - 2].Padded})"
            : model.Declaration.Source.Kind == SourceKind.Embedding ? $"At(ref scratch, {offsets["embedded"]})" : "x";
        WriteProjection(layer, "count", x, "symbols", $"At(ref scratch, {offsets[$"slots{layer.Number}"]})");
        var arguments = KernelMemory.Of(layer, backward: false).Select(m => "ref " + InferMemory(layer, m, offsets));
        writer.Line("for (nint step = 0; step < count; step++)");
        writer.Line($"    {layer.Kernel}Forward(1, {string.Join(", ", arguments)});");
        for (int state = 0; state < layer.States; state++)
            writer.Line($"Copy(ref At(ref scratch, {offsets[KernelMemory.History(layer, state)]} + (count * {layer.Padded})), ref At(ref state, {layer.FirstState + (state * layer.Padded)}), {layer.Padded});");
    }

    private static string InferMemory(LayerLayout layer, KernelMemory memory, Dictionary<string, int> offsets) => memory.Kind switch
    {
        MemoryKind.Weights => Shift("weights", layer.FirstParameter),
        MemoryKind.Slots => $"At(ref scratch, {offsets[$"slots{layer.Number}"]} + (step * {layer.SlotRow}))",
        MemoryKind.PreviousState => $"At(ref scratch, {offsets[KernelMemory.History(layer, memory.Index)]} + (step * {layer.Padded}))",
        MemoryKind.NextState => $"At(ref scratch, {offsets[KernelMemory.History(layer, memory.Index)] + layer.Padded} + (step * {layer.Padded}))",
        _ => $"At(ref scratch, {offsets[$"operand{layer.Number}_{memory.Index + 1}"]})",
    };

    private void WriteInferOutputs(Dictionary<string, int> offsets)
    {
        var last = model.Layers[model.Layers.Count - 1];
        string outputs = $"At(ref scratch, {offsets[KernelMemory.History(last, 0)] + last.Padded})";
        if (model.Dense is not null)
        {
            writer.Blank();
            writer.Line("// Dense layer");
            WriteDenseForward("count", outputs, outputs = $"At(ref scratch, {offsets["outputs"]})");
        }

        writer.Blank();
        string function = model.Declaration.Loss switch
        {
            LossKind.SoftmaxCrossEntropy => $"{Api.Numerics}.Losses.Softmax<{Real}>",
            LossKind.SigmoidCrossEntropy => $"{Api.Numerics}.Losses.Sigmoid<{Real}>",
            _ => "Copy",
        };
        writer.Line("for (nint step = 0; step < count; step++)");
        writer.Line($"    {function}(ref {Shift(outputs, $"(step * {model.OutputPadded})")}, ref outputs[(first + (int)step) * {model.OutputSize}], {model.OutputSize});");
    }

    /// <summary>The part of a layer's sums that no recurrence touches, for all steps at once: biases, and the product with the inputs.</summary>
    private void WriteProjection(LayerLayout layer, string rows, string x, string symbols, string slots)
    {
        bool hasBias = layer.BiasOffsets.Length > 0;
        foreach (var group in layer.Plan.InputGroups)
        {
            // Of several panels on the same columns only the first starts from the bias; the others add to it.
            bool first = layer.Plan.InputGroups.TakeWhile(g => g != group).All(g => g.FirstColumn + g.Columns <= group.FirstColumn || group.FirstColumn + group.Columns <= g.FirstColumn);
            string start = $"ref {Shift(slots, group.FirstColumn * Layout.Lanes)}";
            string shape = KernelWriter.ShapeName(layer, group);
            string matrix = $"ref {Shift("weights", layer.GroupOffsets[group.Index])}";
            string bias = first ? Bias(group.FirstColumn) : "";
            if (model.IsOneHot(layer))
                writer.Line(first ? $"{Api.Panels}.Gather<V, {Real}>({shape}, {symbols}, {matrix}, {bias}, {start});" : $"{Api.Panels}.GatherMore<V, {Real}>({shape}, {symbols}, {matrix}, {start});");
            else
                writer.Line(first ? $"{Api.Panels}.Project<V, {Real}>({shape}, {rows}, ref {x}, {RowOfInput(layer)}, {matrix}, {bias}, {start});" : $"{Api.Panels}.ProjectMore<V, {Real}>({shape}, {rows}, ref {x}, {RowOfInput(layer)}, {matrix}, {start});");
        }

        foreach (var (first, count) in layer.ColumnsWithoutInput())
            writer.Line($"{Api.Panels}.Fill<V, {Real}>({Slots(layer, count)}, {rows}, {Bias(first)}, ref {Shift(slots, first * Layout.Lanes)});");
        for (int rank = 1; rank < layer.BiasOffsets.Length; rank++)
        {
            foreach (var run in layer.BiasRuns(rank))
                writer.Line($"{Api.Panels}.AddBias<V, {Real}>({Slots(layer, run.Parameters.Count)}, {rows}, ref {Shift("weights", layer.BiasOffsets[rank] + (run.FirstColumn * Layout.Lanes))}, {BiasStride(layer)}, ref {Shift(slots, run.FirstColumn * Layout.Lanes)});");
        }

        string Bias(int column) => hasBias
            ? $"ref {Shift("weights", layer.BiasOffsets[0] + (column * Layout.Lanes))}, {BiasStride(layer)}"
            : $"ref {Api.Panels}.Zero<{Real}>(), 0";
    }

    private void WriteDenseForward(string rows, string x, string y)
    {
        var dense = model.Dense!;
        foreach (var group in dense.Groups)
            writer.Line($"{Api.Panels}.Project<V, {Real}>({group.Name}, {rows}, ref {x}, {Layout.Pad(dense.InputSize)}, ref At(ref weights, {group.Offset}), ref At(ref weights, {dense.BiasOffset + (group.FirstBlock * Layout.Lanes)}), {group.Columns * Layout.Lanes}, ref {Shift(y, group.FirstBlock * Layout.Lanes)});");
        if (dense.Activation != ActivationKind.Linear)
            writer.Line($"{Api.Numerics}.Activations.{dense.Activation}<V, {Real}>(ref {y}, {rows} * {dense.Padded});");
    }

    private void WriteTapeForward()
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
                WriteProjection(layer, "rows", InputOf(layer), "tape.symbols", $"tape.slots{layer.Number}.Start");
                Unroll(t => $"{layer.Name}Forward(tape, ref weights, {t});", descending: false);
            }

            if (model.Dense is not null)
            {
                writer.Blank();
                writer.Line("// Dense layer");
                WriteDenseForward("rows", OutputOf(model.Layers[model.Layers.Count - 1]), "tape.outputs.Start");
            }
        }

        foreach (var layer in model.Layers)
            WriteTapeStep(layer, backward: false);
    }

    private void WriteTapeBackward()
    {
        writer.Line("/// <summary>All steps of all rows back: the gradients of everything from those of the outputs.</summary>");
        using (writer.Block($"public static void Backward(Tape tape, ref {Real} weights, global::System.ReadOnlySpan<State> finalStateGradients)"))
        {
            writer.Line($"int rows = {model.Declaration.Steps} * tape.Rows;");
            writer.Line($"ref {Real} gradients = ref tape.GradientStart;");
            writer.Line($"ref {Real} transposed = ref tape.transposed.Start;");
            foreach (var layer in model.Layers)
            {
                foreach (var group in layer.Plan.Groups.Where(g => TransposedLayout.IsTransposed(model, layer, g)))
                    writer.Line($"{Api.Panels}.Transpose<{Real}>({KernelWriter.ShapeName(layer, group)}, ref {Shift("weights", layer.GroupOffsets[group.Index])}, ref {Shift("transposed", TransposedLayout.OffsetOf(model, layer, group))});");
            }

            if (model.Dense is not null)
                WriteDenseBackward();
            foreach (var layer in model.Layers.AsEnumerable().Reverse())
            {
                writer.Blank();
                writer.Line($"// Layer {layer.Number}");
                writer.Line($"Tape.AddState(finalStateGradients, tape.d{KernelMemory.History(layer, 0)}.Span.Slice(rows * {layer.Padded}), {layer.FirstState}, {layer.Padded});");
                Unroll(t => $"{layer.Name}Backward(tape, ref weights, {t});", descending: true);
                WriteLayerGradients(layer);
            }
        }

        foreach (var layer in model.Layers)
            WriteTapeStep(layer, backward: true);
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
            string transposed = $"ref {Shift("transposed", TransposedLayout.OffsetOfDense(model) + group.TransposedOffset)}";
            string dy = $"ref {Shift("tape.outputGradients.Start", group.FirstBlock * Layout.Lanes)}";
            writer.Line($"{Api.Panels}.Gradient<V, {Real}>({group.Name}, rows, ref {OutputOf(last)}, {last.Padded}, {dy}, ref At(ref gradients, {group.Offset}));");
            writer.Line($"{Api.Panels}.BiasGradient<V, {Real}>({group.Name}, rows, {dy}, ref At(ref gradients, {dense.BiasOffset + (group.FirstBlock * Layout.Lanes)}), {group.Columns * Layout.Lanes});");
            writer.Line($"{Api.Panels}.Transpose<{Real}>({group.Name}, {matrix}, {transposed});");
            writer.Line($"{Api.Panels}.Transposed<V, {Real}>({group.Name}, rows, {dy}, {transposed}, ref {OutputGradientOf(last)}, {last.Padded}, accumulate: {(accumulate ? "true" : "false")});");
            accumulate = true;
        }
    }

    private void WriteLayerGradients(LayerLayout layer)
    {
        foreach (var group in layer.Plan.Groups)
        {
            string dy = $"ref {Shift($"tape.slots{layer.Number}.Start", group.FirstColumn * Layout.Lanes)}";
            string gradient = $"ref {Shift("gradients", layer.GroupOffsets[group.Index])}";
            string shape = KernelWriter.ShapeName(layer, group);
            if (group.Operand is null && model.IsOneHot(layer))
                writer.Line($"{Api.Panels}.Scatter<V, {Real}>({shape}, tape.symbols, {dy}, {gradient});");
            else if (group.Operand is null)
                writer.Line($"{Api.Panels}.Gradient<V, {Real}>({shape}, rows, ref {InputOf(layer)}, {RowOfInput(layer)}, {dy}, {gradient});");
            else if (group.Operand.Op == Op.State)
                writer.Line($"{Api.Panels}.Gradient<V, {Real}>({shape}, rows, ref tape.{KernelMemory.History(layer, group.Operand.Index)}.Start, {layer.Padded}, {dy}, {gradient});");
            else
                writer.Line($"{Api.Panels}.Gradient<V, {Real}>({shape}, rows, ref tape.operand{layer.Number}_{layer.Plan.Derivative.Operands.IndexOf(group.Operand) + 1}.Start, {layer.Padded}, {dy}, {gradient});");
        }

        for (int rank = 0; rank < layer.BiasOffsets.Length; rank++)
        {
            foreach (var run in layer.BiasRuns(rank))
                writer.Line($"{Api.Panels}.BiasGradient<V, {Real}>({Slots(layer, run.Parameters.Count)}, rows, ref {Shift($"tape.slots{layer.Number}.Start", run.FirstColumn * Layout.Lanes)}, ref {Shift("gradients", layer.BiasOffsets[rank] + (run.FirstColumn * Layout.Lanes))}, {BiasStride(layer)});");
        }

        foreach (int offset in layer.VectorOffsets.Values.Where(_ => layer.IsPadded))
            writer.Line($"{Api.Panels}.ClearPadding<{Real}>(new(0, {layer.Blocks}, 1, {Layout.Lanes}, {layer.Padded}), 1, {layer.Hidden}, ref {Shift("gradients", offset)});");
        WriteInputGradient(layer);
    }

    private void WriteInputGradient(LayerLayout layer)
    {
        if (model.IsOneHot(layer))
            return;
        bool accumulate = false;
        var source = model.Declaration.Source;
        string target = layer.Number > 1 ? OutputGradientOf(model.Layers[layer.Number - 2]) : "tape.dx.Start";
        int row = layer.Number > 1 ? model.Layers[layer.Number - 2].Padded : model.EmbeddingRow;
        bool onRequest = layer.Number == 1 && source.Kind == SourceKind.Input;
        foreach (var group in layer.Plan.InputGroups)
        {
            if (onRequest)
                writer.Line("if (tape.dx is not null)");
            writer.Line($"{(onRequest ? "    " : "")}{Api.Panels}.Transposed<V, {Real}>({KernelWriter.ShapeName(layer, group)}, rows, ref {Shift($"tape.slots{layer.Number}.Start", group.FirstColumn * Layout.Lanes)}, ref {Shift("transposed", TransposedLayout.OffsetOf(model, layer, group))}, ref {target}, {row}, accumulate: {(accumulate ? "true" : "false")});");
            accumulate = true;
        }

        if (layer.Number == 1 && source.Kind == SourceKind.Embedding)
            writer.Line($"{Api.Numerics}.Embedding.Scatter<V, {Real}>(tape.symbols, {model.EmbeddingRow}, ref tape.dx.Start, ref gradients);");
    }

    private void WriteTapeStep(LayerLayout layer, bool backward)
    {
        writer.Blank();
        using (writer.Block($"private static void {layer.Name}{(backward ? "Backward" : "Forward")}(Tape tape, ref {Real} weights, nint step)"))
        {
            writer.Line("nint rows = tape.Rows;");
            var arguments = KernelMemory.Of(layer, backward).Select(m => "ref " + TapeMemory(layer, m));
            writer.Line($"{layer.Kernel}{(backward ? "Backward" : "Forward")}(\n    tape.Rows,\n    {string.Join(",\n    ", arguments)});");
        }
    }

    private string TapeMemory(LayerLayout layer, KernelMemory memory)
    {
        int n = layer.Number;
        string history = memory.Kind is MemoryKind.PreviousState or MemoryKind.NextState or MemoryKind.PreviousStateGradient or MemoryKind.NextStateGradient ? KernelMemory.History(layer, memory.Index) : "";
        return memory.Kind switch
        {
            MemoryKind.Weights => Shift("weights", layer.FirstParameter),
            MemoryKind.Transposed => Shift("tape.transposed.Start", TransposedLayout.FirstOf(model, layer)),
            MemoryKind.Gradients => Shift("tape.GradientStart", layer.FirstParameter),
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

    private string InputOf(LayerLayout layer) => layer.Number > 1 ? OutputOf(model.Layers[layer.Number - 2]) : "tape.x.Start";

    private int RowOfInput(LayerLayout layer) => layer.Number > 1 ? model.Layers[layer.Number - 2].Padded
        : model.Declaration.Source.Kind == SourceKind.Embedding ? model.EmbeddingRow : model.Declaration.Source.Width;

    /// <summary>A layer's outputs are its first state from step 1 on.</summary>
    private static string OutputOf(LayerLayout layer) => $"At(ref tape.{KernelMemory.History(layer, 0)}.Start, (nint)tape.Rows * {layer.Padded})";

    private static string OutputGradientOf(LayerLayout layer) => $"At(ref tape.d{KernelMemory.History(layer, 0)}.Start, (nint)tape.Rows * {layer.Padded})";

    private static string Slots(LayerLayout layer, int columns) => $"new(0, {layer.Blocks}, {columns}, {layer.Plan.SlotCount * Layout.Lanes}, {layer.SlotRow})";

    private static int BiasStride(LayerLayout layer) => layer.Plan.SumCount * Layout.Lanes;

    private static string Shift(string place, int offset) => offset == 0 ? place : Shift(place, $"{offset}");

    /// <summary>The element some way after a place; At(ref a, 3) shifted by 4 is At(ref a, 3 + 4).</summary>
    private static string Shift(string place, string offset) =>
        place.StartsWith("At(ref ", StringComparison.Ordinal) ? $"{place.Substring(0, place.Length - 1)} + {offset})" : $"At(ref {place}, {offset})";
}
