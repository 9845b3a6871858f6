using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;
using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>Writes the model's <c>Tape</c>: the memory of one batch going forward and back, and the passes as its methods.</summary>
internal sealed class TapeWriter(CodeWriter writer, ModelLayout model)
{
    private readonly string real = model.Real;
    private readonly string input = Api.Input(model);
    private readonly LayerLayout last = model.Layers[model.Layers.Count - 1];

    private bool HasInputGradients => model.Declaration.Source.Kind == SourceKind.Input;

    public void Write()
    {
        writer.Line("/// <summary>The memory of one batch: what the forward pass leaves for the backward pass, and the gradients. Not for several threads at once.</summary>");
        using (writer.Block($"public sealed class Tape : global::RnnGen.Tape<{Api.Parameters(model)}>"))
        {
            WriteFields();
            WriteConstructor();
            WriteForward();
            WriteOutputs();
            WriteLoss();
            WriteBackward();
            WriteStates();
        }
    }

    private void WriteFields()
    {
        string buffer = $"global::RnnGen.Numerics.AlignedBuffer<{real}>";
        writer.Line($"private readonly {model.Declaration.Name} model;");
        writer.Line($"internal readonly {buffer} transposed = new({TransposedLayout.Size(model)});");
        if (model.IsSymbolic)
            writer.Line("internal readonly int[] symbols;");
        if (model.Declaration.Source.Kind != SourceKind.OneHot)
            writer.Line($"internal readonly {buffer} x;");
        if (model.Declaration.Source.Kind == SourceKind.Embedding)
            writer.Line($"internal readonly {buffer} dx;");
        if (HasInputGradients)
            writer.Line($"internal readonly {buffer}? dx;");
        foreach (var (name, comment, _) in Buffers())
            writer.Line($"internal readonly {buffer} {name}; // {comment}");
    }

    /// <summary>The buffers that grow with the rows: name, shape and elements.</summary>
    private IEnumerable<(string Name, string Comment, string Size)> Buffers()
    {
        int steps = model.Declaration.Steps;
        foreach (var layer in model.Layers)
        {
            yield return ($"slots{layer.Number}", $"[{steps} steps][rows][{layer.Blocks} blocks][{layer.Plan.SlotCount} slots][16]", $"{steps}L * rows * {layer.SlotRow}");
            for (int state = 0; state < layer.States; state++)
            {
                string history = KernelMemory.History(layer, state);
                yield return (history, $"[1 + {steps} steps][rows][{layer.Padded}]", $"{steps + 1}L * rows * {layer.Padded}");
                yield return state == 0
                    ? ($"d{history}", $"[1 + {steps} steps][rows][{layer.Padded}]", $"{steps + 1}L * rows * {layer.Padded}")
                    : ($"d{history}", $"[2 in turn][rows][{layer.Padded}]", $"2L * rows * {layer.Padded}");
            }

            for (int operand = 1; operand <= layer.Plan.Derivative.Operands.Count; operand++)
            {
                yield return ($"operand{layer.Number}_{operand}", $"[{steps} steps][rows][{layer.Padded}]", $"{steps}L * rows * {layer.Padded}");
                yield return ($"dOperand{layer.Number}_{operand}", $"[rows][{layer.Padded}]", $"(long)rows * {layer.Padded}");
            }
        }

        if (model.Dense is { } dense)
        {
            yield return ("outputs", $"[{steps} steps][rows][{dense.Padded}]", $"{steps}L * rows * {dense.Padded}");
            yield return ("outputGradients", $"[{steps} steps][rows][{dense.Padded}]", $"{steps}L * rows * {dense.Padded}");
        }
    }

    private void WriteConstructor()
    {
        int steps = model.Declaration.Steps;
        writer.Blank();
        using (writer.Block($"internal Tape({model.Declaration.Name} model, int rows{(HasInputGradients ? ", bool inputGradients" : "")})\n    : base(rows, Shape, ParameterTable, {model.WeightCount})"))
        {
            writer.Line("this.model = model;");
            if (model.IsSymbolic)
                writer.Line($"symbols = new int[checked({steps} * rows)];");
            if (model.Declaration.Source.Kind == SourceKind.Input)
            {
                writer.Line($"x = new(checked((int)({steps}L * rows * {model.Declaration.Source.Width})));");
                writer.Line($"dx = inputGradients ? new(checked((int)({steps}L * rows * {model.EmbeddingRow}))) : null;");
            }

            if (model.Declaration.Source.Kind == SourceKind.Embedding)
            {
                writer.Line($"x = new(checked((int)({steps}L * rows * {model.EmbeddingRow})));");
                writer.Line($"dx = new(checked((int)({steps}L * rows * {model.EmbeddingRow})));");
            }

            foreach (var (name, _, size) in Buffers())
                writer.Line($"{name} = new(checked((int)({size})));");
        }
    }

    private void WriteForward()
    {
        var source = model.Declaration.Source;
        writer.Blank();
        writer.Line("/// <inheritdoc/>");
        using (writer.Block($"protected override void RunForward(global::System.ReadOnlySpan<{input}> inputs, global::System.ReadOnlySpan<State> states)"))
        {
            writer.Line($"inputs.CopyTo({(model.IsSymbolic ? "symbols" : "x.Span")});");
            EachState((layer, state) => writer.Line($"LoadState(states, {KernelMemory.History(layer, state)}.Span, {layer.FirstState + (state * layer.Padded)}, {layer.Padded});"));
            writer.Line($"global::{model.Declaration.FullName}.RunForward(this, ref model.weights.Start);");
        }
    }

    private void WriteOutputs()
    {
        string outputs = model.Dense is null ? $"{KernelMemory.History(last, 0)}.Span.Slice((((step + 1) * Rows) + row) * {last.Padded}, OutputSize)" : $"outputs.Span.Slice(((step * Rows) + row) * {model.OutputPadded}, OutputSize)";
        string gradients = model.Dense is null ? $"d{KernelMemory.History(last, 0)}.Span.Slice((((step + 1) * Rows) + row) * {last.Padded}, OutputSize)" : $"outputGradients.Span.Slice(((step * Rows) + row) * {model.OutputPadded}, OutputSize)";
        Accessor("Output", "ReadOnlySpan", outputs);
        Accessor("OutputGradient", "Span", gradients);
        if (HasInputGradients)
            Accessor("InputGradient", "ReadOnlySpan", $"(dx ?? throw new global::System.InvalidOperationException(\"The tape was made without input gradients.\")).Span.Slice(((step * Rows) + row) * {model.EmbeddingRow}, InputSize)");

        void Accessor(string name, string span, string value)
        {
            writer.Blank();
            writer.Line("/// <inheritdoc/>");
            using (writer.Block($"public override global::System.{span}<{real}> {name}(int step, int row)"))
            {
                writer.Line("global::System.ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)step, (uint)Steps, nameof(step));");
                writer.Line("global::System.ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));");
                writer.Line($"return {value};");
            }
        }
    }

    private void WriteLoss()
    {
        string values = model.Dense is null ? $"{Api.Unsafe}.Add(ref {KernelMemory.History(last, 0)}.Start, (nint)Rows * {last.Padded})" : "outputs.Start";
        string gradients = model.Dense is null ? $"{Api.Unsafe}.Add(ref d{KernelMemory.History(last, 0)}.Start, (nint)Rows * {last.Padded})" : "outputGradients.Start";
        writer.Blank();
        writer.Line("/// <inheritdoc/>");
        using (writer.Block($"protected override double SumLosses(global::System.ReadOnlySpan<{Api.Target(model)}> targets, double scale)"))
            writer.Line($"return {Api.Numerics}.Losses.{model.Declaration.Loss}<{real}>(ref {values}, ref {gradients}, targets, Steps * Rows, OutputSize, {model.OutputPadded}, scale);");
    }

    private void WriteBackward()
    {
        writer.Blank();
        writer.Line("/// <inheritdoc/>");
        using (writer.Block($"protected override void RunBackward(ref {real} gradients, global::System.ReadOnlySpan<State> finalStateGradients)"))
        {
            foreach (var layer in model.Layers)
            {
                // A layer's outputs get their gradients from above; only its initial state's are still empty. The topmost without a dense layer already has its own.
                if (layer == last && model.Dense is null)
                    writer.Line($"d{KernelMemory.History(layer, 0)}.Span.Slice(0, Rows * {layer.Padded}).Clear();");
                else
                    writer.Line($"d{KernelMemory.History(layer, 0)}.Span.Clear();");
                for (int state = 1; state < layer.States; state++)
                    writer.Line($"LoadState(finalStateGradients, d{KernelMemory.History(layer, state)}.Span.Slice({model.Declaration.Steps & 1} * Rows * {layer.Padded}), {layer.FirstState + (state * layer.Padded)}, {layer.Padded});");
            }

            writer.Line($"global::{model.Declaration.FullName}.RunBackward(this, ref model.weights.Start, ref gradients, finalStateGradients);");
        }
    }

    private void WriteStates()
    {
        StateMethod("GetFinalStates", "states", (layer, state) => $"{KernelMemory.History(layer, state)}.Span.Slice(Steps * Rows * {layer.Padded})");
        StateMethod("GetInitialStateGradients", "gradients", (layer, state) => $"d{KernelMemory.History(layer, state)}.Span");
        writer.Blank();
        using (writer.Block($"private static void LoadState(global::System.ReadOnlySpan<State> states, global::System.Span<{real}> rows, int offset, int length)"))
        {
            writer.Line("if (states.IsEmpty)\n    rows.Clear();");
            writer.Line("for (int row = 0; row < states.Length; row++)");
            using (writer.Block())
            {
                writer.Line("State state = states[row];");
                writer.Line("state.Padded.Slice(offset, length).CopyTo(rows.Slice(row * length));");
            }
        }

        writer.Blank();
        using (writer.Block($"internal static void AddState(global::System.ReadOnlySpan<State> states, global::System.Span<{real}> rows, int offset, int length)"))
        {
            writer.Line("for (int row = 0; row < states.Length; row++)");
            using (writer.Block())
            {
                writer.Line("State state = states[row];");
                writer.Line("for (int i = 0; i < length; i++)\n    rows[(row * length) + i] += state.Padded[offset + i];");
            }
        }

        void StateMethod(string name, string parameter, Func<LayerLayout, int, string> rows)
        {
            writer.Blank();
            writer.Line("/// <inheritdoc/>");
            using (writer.Block($"public override void {name}(global::System.Span<State> {parameter})"))
            {
                writer.Line($"global::RnnGen.Guard.Length({parameter}.Length, Rows, nameof({parameter}), \"states\");");
                writer.Line($"for (int row = 0; row < {parameter}.Length; row++)");
                using (writer.Block())
                    EachState((layer, state) => writer.Line($"{rows(layer, state)}.Slice(row * {layer.Padded}, {layer.StateWidth(state)}).CopyTo({parameter}[row].Padded.Slice({layer.FirstState + (state * layer.Padded)}));"));
            }
        }
    }

    private void EachState(Action<LayerLayout, int> action)
    {
        foreach (var layer in model.Layers)
        {
            for (int state = 0; state < layer.States; state++)
                action(layer, state);
        }
    }
}
