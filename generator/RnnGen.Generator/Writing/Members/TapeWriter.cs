using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes the model's <c>Tape</c>: the memory of one batch going forward and back, and the passes as its methods.</summary>
internal sealed class TapeWriter(CodeWriter writer, ModelLayout model)
{
    private readonly string real = model.Real;

    // What a batch of a decoder has of the declared steps.
    private readonly string steps = model.Time.Varies ? "UsedSteps" : "Steps";

    private bool HasInputGradients => model.Sources.Any(s => s.IsInput);

    public void Write()
    {
        writer.Line("/// <summary>The memory of one batch: what the forward pass leaves for the backward pass, and the gradients. Not for several threads at once.</summary>");
        using (writer.Block($"public sealed class Tape : {Api.Tape(model)}"))
        {
            WriteFields();
            WriteConstructor();
            WriteForward();
            WriteVectors();
            WriteLoss();
            WriteBackward();
            WriteStates();
            WriteLayers();
        }
    }

    private void WriteFields()
    {
        string buffer = $"global::RnnGen.Numerics.AlignedBuffer<{real}>";
        writer.Line($"private readonly {model.Declaration.Name} model;");
        foreach (var source in model.Sources)
        {
            writer.Line($"internal readonly {(source.IsInput ? buffer : "int[]")} {source.Buffer};");
            if (source.IsInput)
                writer.Line($"internal readonly {buffer}? d{source.Buffer};");
        }

        foreach (var item in Buffers())
            writer.Line($"internal readonly {buffer} {item.Name}; // {Vectors(item.Training, item.Time)}{item.Shape}");
    }

    private IEnumerable<PassBuffer> Buffers() => model.Operations.SelectMany(o => o.Buffers).Where(b => b.Training != Extent.None)
        .Concat(model.Layers.Select(l => l.States * l.Padded).OrderByDescending(s => s).Take(1).Select(s => new PassBuffer("held", s, $"[{s}] for rows that have ended", Extent.Once, Extent.None, null)));

    private static string Vectors(Extent extent, Timeline? time) => extent switch
    {
        Extent.Once => "[rows]",
        Extent.TwoInTurn => "[2 in turn][rows]",
        Extent.Steps => $"[{time!.Steps} steps][rows]",
        _ => $"[1 + {time!.Steps} steps][rows]",
    };

    private static string Size(PassBuffer buffer) => buffer.Training switch
    {
        Extent.Once => $"(long)rows * {buffer.Elements}",
        Extent.TwoInTurn => $"2L * rows * {buffer.Elements}",
        Extent.Steps => $"{buffer.Time!.Steps}L * rows * {buffer.Elements}",
        _ => $"{buffer.Time!.Steps + 1}L * rows * {buffer.Elements}",
    };

    private void WriteConstructor()
    {
        writer.Blank();
        using (writer.Block($"internal Tape({model.Declaration.Name} model, int rows{(HasInputGradients ? ", bool inputGradients" : "")})\n    : base(rows, Shape, {(model.Encoder is null ? "" : "Source, ")}ParameterTable, {model.WeightCount}, {model.TransposedCount})"))
        {
            writer.Line("this.model = model;");
            foreach (var source in model.Sources)
            {
                string vectors = source.Time is { } time ? $"{time.Steps}L * rows" : "(long)rows";
                writer.Line(source.IsInput ? $"{source.Buffer} = new(checked((int)({vectors} * {source.Stride})));" : $"{source.Buffer} = new int[checked({source.Time!.Steps} * rows)];");
                if (source.IsInput)
                    writer.Line($"d{source.Buffer} = inputGradients ? new(checked((int)({vectors} * {source.GradientStride}))) : null;");
            }

            foreach (var buffer in Buffers())
                writer.Line($"{buffer.Name} = new(checked((int)({Size(buffer)})));");
        }
    }

    private void WriteForward()
    {
        using (Override($"protected override void RunForward(ref {real} weights, global::System.ReadOnlySpan<{Api.Input(model)}> inputs, global::System.ReadOnlySpan<State> states)"))
        {
            writer.Line($"inputs.CopyTo({(model.IsSymbolic ? "symbols" : "x.Span")});");
            foreach (var layer in model.Layers.Where(l => l.IsEncoder))
            {
                for (int state = 0; state < layer.States; state++)
                {
                    if (layer.Initials[state] is null)
                        writer.Line($"{Initial(layer, layer.History(state))}.Slice(0, Rows * {layer.Padded}).Clear();");
                }
            }

            EachState((layer, state) =>
            {
                if (layer.Initials[state] is null)
                    writer.Line($"LoadState(states, {Initial(layer, layer.History(state))}, {layer.StateOffset(state)}, {layer.Padded});");
            });
            foreach (var carried in model.Carried)
                writer.Line($"LoadState(states, {carried.Value.Buffer}.Span, {carried.FirstState}, {carried.Value.Stride});");
            if (model.Feedback is { } feedback)
                writer.Line($"LoadState(states, feedback.Span, {model.FeedbackState}, {feedback.Stride});");
            writer.Line($"global::{model.Declaration.FullName}.RunForward(this, ref weights);");
        }

        if (model.Encoder is { } encoder)
        {
            var source = encoder.Part.Source;
            using (Override($"protected override void LoadSources(global::System.ReadOnlySpan<{Api.Element(source, real)}> sources)"))
                writer.Line($"sources.CopyTo({source.Buffer}{(source.IsInput ? ".Span" : "")});");
        }

        if (model.Feedback is { } outputs)
        {
            writer.Blank();
            writer.Line("/// <inheritdoc/>\nprotected override bool HasFeedback => true;");
            using (Override($"protected override void LoadFeedback(global::System.ReadOnlySpan<{real}> targets)"))
                writer.Line($"for (int i = 0; i < targets.Length / {outputs.Width}; i++)\n    targets.Slice(i * {outputs.Width}, {outputs.Width}).CopyTo(feedback.Span.Slice((Rows + i) * {outputs.Stride}));");
        }
    }

    private void WriteVectors()
    {
        var outputs = model.Outputs;
        string index = outputs.Once ? "row" : outputs.IsBehindInitial ? "((step + 1) * Rows) + row" : "(step * Rows) + row";
        Accessor("OutputAt", "ReadOnlySpan", $"{outputs.Buffer}.Span.Slice(({index}) * {outputs.Stride}, OutputSize)");
        Accessor("OutputGradientAt", "Span", $"d{outputs.Buffer}.Span.Slice(({index}) * {outputs.Stride}, OutputSize)");
        foreach (var source in model.Sources.Where(s => s.IsInput))
        {
            bool isInput = source == model.Source;
            Accessor(isInput ? "InputGradientAt" : "SourceGradientAt", "ReadOnlySpan", $"(d{source.Buffer} ?? throw new global::System.InvalidOperationException(\"The tape was made without input gradients.\")).Span.Slice({(source.Once ? "row" : "((step * Rows) + row)")} * {source.GradientStride}, {(isInput ? "InputSize" : "SourceSize")})");
        }

        if (model.Attentions.Any())
        {
            writer.Blank();
            writer.Line("/// <inheritdoc/>");
            string buffers = string.Join(", ", model.Attentions.Select((a, i) => $"{i} => {a.Weights}"));
            int sources = model.Encoder!.Part.Time.Steps;
            writer.Line($"protected override global::System.ReadOnlySpan<{real}> AttentionAt(int attention, int step, int row) => (attention switch {{ {buffers}, _ => throw new global::System.ArgumentOutOfRangeException(nameof(attention)) }}).Span.Slice(((step * Rows) + row) * {sources}, {sources});");
        }

        void Accessor(string name, string span, string value)
        {
            writer.Blank();
            writer.Line("/// <inheritdoc/>");
            writer.Line($"protected override global::System.{span}<{real}> {name}(int step, int row) => {value};");
        }
    }

    private void WriteLoss()
    {
        var outputs = model.Outputs;
        using (Override($"protected override double SumLosses(global::System.ReadOnlySpan<{Api.Target(model)}> targets, global::System.ReadOnlySpan<{real}> weights, double weight, double total)"))
        {
            string count = model.OutputsOnce ? "Rows" : $"{steps} * Rows";
            bool isOnly = model.Heads.Count == 1;
            if (!isOnly)
                writer.Line("double sum = 0;");
            foreach (var head in model.Heads)
            {
                string scaled = head.Weight == 1 ? "weight" : $"weight * {Numeral.Literal(head.Weight)}";
                string name = isOnly ? "scale" : $"scale{model.Heads.ToList().IndexOf(head) + 1}";
                string targets = head.TargetOffset == 0 ? "targets" : $"targets.Slice({head.TargetOffset})";
                string place = head.Offset == 0 ? "" : $", {head.Offset}";
                writer.Line($"double {name} = {scaled} / {(head.TargetWidth == 1 ? "total" : $"(total * {head.TargetWidth})")};");
                string loss = $"{name} * {Api.Numerics}.Losses.{head.Loss}<{real}>(ref {Start(outputs, "")}, ref {Start(outputs, "d")}, {targets}, {model.TargetWidth}, weights, {count}, {head.Size}, {outputs.Stride}, {name}{place})";
                writer.Line(isOnly ? $"return {loss};" : $"sum += {loss};");
            }

            if (!isOnly)
                writer.Line("return sum;");
        }
    }

    private void WriteBackward()
    {
        using (Override($"protected override void RunBackward(ref {real} weights, ref {real} gradients, global::System.ReadOnlySpan<State> finalStateGradients)"))
        {
            var outputs = model.Outputs;
            if (!outputs.Once)
                writer.Line($"{Api.Numerics}.Lengths.Clear(Lengths, {steps}, ref {Start(outputs, "d")}, {outputs.Stride});");
            foreach (var layer in model.Layers)
            {
                // A layer's outputs get their gradients from above; its initial states' are still empty.
                writer.Line($"{Initial(layer, "d" + layer.History(0))}.Slice(0, Rows * {layer.Padded}).Clear();");
                for (int state = 1; state < layer.States; state++)
                    writer.Line(layer.IsEncoder ? $"d{layer.History(state)}.Span.Clear();" : $"LoadState(finalStateGradients, d{layer.History(state)}.Span{Turn(layer, atEnd: !layer.IsReverse)}, {layer.StateOffset(state)}, {layer.Padded});");
            }

            foreach (var carried in model.Carried)
                writer.Line($"d{carried.Value.Buffer}.Span.Slice(0, Rows * {carried.Value.Stride}).Clear();");
            writer.Line($"global::{model.Declaration.FullName}.RunBackward(this, ref weights, ref gradients, finalStateGradients);");
        }
    }

    private void WriteStates()
    {
        StateMethod("GetFinalStates", "states", (layer, state) => layer.IsReverse ? $"{layer.History(state)}.Span" : AtEnd(layer.History(state), layer));
        StateMethod("GetInitialStateGradients", "gradients", (layer, state) => state == 0 ? Initial(layer, "d" + layer.History(0)) : $"d{layer.History(state)}.Span{Turn(layer, atEnd: layer.IsReverse)}");
        writer.Blank();
        using (writer.Block($"private void LoadState(global::System.ReadOnlySpan<State> states, global::System.Span<{real}> rows, int offset, int length)"))
        {
            writer.Line($"if (states.IsEmpty)\n    rows.Slice(0, Rows * length).Clear();");
            writer.Line("for (int row = 0; row < states.Length; row++)");
            using (writer.Block())
            {
                writer.Line("State state = states[row];");
                writer.Line($"global::System.Span<{real}> values = rows.Slice(row * length, length);");
                writer.Line("if (IsEmpty(row))\n    values.Clear();");
                writer.Line("else\n    state.Padded.Slice(offset, length).CopyTo(values);");
            }
        }

        writer.Blank();
        using (writer.Block($"internal void AddState(global::System.ReadOnlySpan<State> states, global::System.Span<{real}> rows, int offset, int length)"))
        {
            writer.Line("for (int row = 0; row < states.Length; row++)");
            using (writer.Block())
            {
                writer.Line("if (IsEmpty(row))\n    continue;");
                writer.Line("State state = states[row];");
                writer.Line("for (int i = 0; i < length; i++)\n    rows[(row * length) + i] += state.Padded[offset + i];");
            }
        }

        if (model.Carried.Count > 0)
        {
            writer.Blank();
            using (writer.Block($"internal void AddCarried(global::System.ReadOnlySpan<State> states, ref {real} vectors, int offset, int width, int stride)"))
            {
                writer.Line("for (int row = 0; row < states.Length; row++)");
                using (writer.Block())
                {
                    writer.Line("if (IsEmpty(row))\n    continue;");
                    writer.Line("State state = states[row];");
                    writer.Line($"ref {real} last = ref {Api.Unsafe}.Add(ref vectors, (((nint)LengthOf(row) * Rows) + row) * stride);");
                    writer.Line($"for (int i = 0; i < width; i++)\n    {Api.Unsafe}.Add(ref last, i) += state.Padded[offset + i];");
                }
            }
        }

        void StateMethod(string name, string parameter, Func<LayerLayout, int, string> rows)
        {
            using (Override($"public override void {name}(global::System.Span<State> {parameter})"))
            {
                writer.Line($"global::RnnGen.Generated.Guard.Length({parameter}.Length, Rows, nameof({parameter}), \"states\");");
                writer.Line($"for (int row = 0; row < {parameter}.Length; row++)");
                using (writer.Block())
                {
                    writer.Line($"{parameter}[row] = default;");
                    writer.Line("if (IsEmpty(row))\n    continue;");
                    EachState((layer, state) =>
                    {
                        // What a layer takes as its first state replaces the one that it is given.
                        if (name == "GetFinalStates" || layer.Initials[state] is null)
                            writer.Line($"{rows(layer, state)}.Slice(row * {layer.Padded}, {layer.StateWidth(state)}).CopyTo({parameter}[row].Padded.Slice({layer.StateOffset(state)}));");
                    });
                    foreach (var carried in model.Carried)
                    {
                        string place = name == "GetFinalStates" ? $"{carried.Value.Buffer}.Span.Slice(((LengthOf(row) * Rows) + row) * {carried.Value.Stride}" : $"d{carried.Value.Buffer}.Span.Slice(row * {carried.Value.Stride}";
                        writer.Line($"{place}, {carried.Value.Width}).CopyTo({parameter}[row].Padded.Slice({carried.FirstState}));");
                    }

                    if (model.Feedback is { } feedback)
                    {
                        writer.Line(name == "GetFinalStates"
                            ? $"feedback.Span.Slice(((LengthOf(row) * Rows) + row) * {feedback.Stride}, {feedback.Width}).CopyTo({parameter}[row].Padded.Slice({model.FeedbackState}));"
                            : $"dfeedback.Span.Slice(row * {feedback.Stride}, {feedback.Width}).CopyTo({parameter}[row].Padded.Slice({model.FeedbackState}));");
                    }
                }
            }
        }
    }

    /// <summary>What a probe of the gradients' flow looks at.</summary>
    private void WriteLayers()
    {
        writer.Blank();
        writer.Line("private static readonly global::RnnGen.Generated.LayerPlace[] LayerTable =\n[");
        foreach (var layer in model.Layers)
        {
            var gates = layer.Plan.Slots.Where(s => s.Key.Operator == Operators.Sigmoid).Select(s => s.Value).OrderBy(s => s);
            writer.Line($"    new(\"{layer.Path.Module}\", \"{layer.Suffix}\", {layer.Hidden}, {layer.Plan.SlotCount}, {layer.SlotRow}, [{string.Join(", ", gates)}]{(layer.IsEncoder ? ", IsEncoder: true" : "")}),");
        }

        writer.Line("];\n");
        writer.Line($"/// <inheritdoc/>\nprotected override global::RnnGen.ParameterSet<{real}> Parameters => model.Parameters;\n");
        writer.Line("/// <inheritdoc/>\nprotected override global::System.Collections.Generic.IReadOnlyList<global::RnnGen.Generated.LayerPlace> Layers => LayerTable;");
        Pick("SlotsOf", layer => layer.Slots);
        Pick("HiddenGradientsOf", layer => $"d{layer.History(0)}");

        void Pick(string name, Func<LayerLayout, string> buffer)
        {
            using (Override($"protected override ref {real} {name}(int layer)"))
            {
                writer.Line("switch (layer)");
                using (writer.Block())
                {
                    for (int i = 0; i < model.Layers.Count; i++)
                        writer.Line($"case {i}: return ref {buffer(model.Layers[i])}.Start;");
                    writer.Line("default: throw new global::System.ArgumentOutOfRangeException(nameof(layer));");
                }
            }
        }
    }

    /// <summary>Where outputs begin; with the prefix d, their gradients, which lie like them.</summary>
    private static string Start(Value outputs, string prefix)
    {
        string start = $"{prefix}{outputs.Buffer}.Start";
        return outputs.IsBehindInitial ? $"{Api.Unsafe}.Add(ref {start}, (nint)Rows * {outputs.Stride})" : start;
    }

    private string Initial(LayerLayout layer, string history) => layer.IsReverse ? AtEnd(history, layer) : $"{history}.Span";

    private string AtEnd(string history, LayerLayout layer) => $"{history}.Span.Slice({(layer.IsEncoder ? "SourceSteps" : steps)} * Rows * {layer.Padded})";

    /// <summary>Which of the two gradients of an inner state, that take turns, belongs to one end of the sequence.</summary>
    private static string Turn(LayerLayout layer, bool atEnd) =>
        !atEnd ? ""
        : layer.Time.Varies ? $".Slice((UsedSteps & 1) * Rows * {layer.Padded})"
        : (layer.Time.Steps & 1) == 1 ? $".Slice(Rows * {layer.Padded})"
        : "";

    private CodeWriter.Closing Override(string header)
    {
        writer.Blank();
        writer.Line("/// <inheritdoc/>");
        return writer.Block(header);
    }

    private void EachState(Action<LayerLayout, int> action)
    {
        foreach (var layer in model.StatefulLayers)
        {
            for (int state = 0; state < layer.States; state++)
                action(layer, state);
        }
    }
}
