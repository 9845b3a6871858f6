using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes the model's <c>Tape</c>: the memory of one batch going forward and back, and the passes as its methods.</summary>
internal sealed class TapeWriter(CodeWriter writer, ModelLayout model)
{
    private readonly string real = model.Real;
    private readonly string buffer = $"{Api.Numerics}AlignedBuffer<{model.Real}>";

    private bool HasInputGradients => model.Sources.Any(s => s.IsInput);

    /// <summary>Room for the gradients of a row that has ended; null if no layer needs it.</summary>
    private PassBuffer? Held
    {
        get
        {
            int size = model.LayersOverTime.Select(l => l.States * l.Padded).DefaultIfEmpty(0).Max();
            return size == 0 ? null : new("held", size, $"[{size}] for rows that have ended", Extent.Once, Extent.None, null);
        }
    }

    public void Write()
    {
        writer.Summary("Holds one batch: the values of the forward pass that the way back needs, and gradients. For one thread at a time.");
        writer.Line(Api.GeneratedCode);
        using (writer.Block($"public sealed class Tape : {Api.Tape(model)}"))
        {
            WriteFields();
            WriteConstructor();
            WriteForward();
            WriteBackward();
            WriteVectors();
            WriteLoss();
        }
    }

    private void WriteFields()
    {
        foreach (var source in model.Sources)
        {
            writer.Line($"internal readonly {(source.IsInput ? buffer : "int[]")} {source.Buffer};");
            if (source.IsInput)
                writer.Line($"internal readonly {buffer}? d{source.Buffer};");
        }

        foreach (var group in Buffers())
            writer.List($"internal readonly {buffer} ", group.Select(b => b.Name), ";");
    }

    /// <summary>The buffers of each operation.</summary>
    private IEnumerable<List<PassBuffer>> Buffers()
    {
        var operations = model.Operations.Select(o => o.Buffers.Where(b => b.Training != Extent.None).ToList());
        List<PassBuffer> held = Held is { } one ? [one] : [];
        return operations.Append(held).Where(group => group.Count > 0);
    }

    private static string Vectors(PassBuffer buffer)
    {
        string steps = buffer.Time is { IsInner: true } ? "positions" : "steps";
        string rows = buffer.Time?.Grids is { } grids ? $"[{grids.Steps} steps][rows]" : "[rows]";
        return buffer.Training switch
        {
            Extent.Once => rows,
            Extent.TwoInTurn => $"[2 in turn]{rows}",
            Extent.Steps => $"[{buffer.Time!.Steps} {steps}]{rows}",
            _ => $"[{buffer.Initial} + {buffer.Time!.Steps} {steps}]{rows}",
        };
    }

    private void WriteConstructor()
    {
        writer.Blank();
        string onRequest = HasInputGradients ? ", bool inputGradients" : "", source = model.Encoder is null ? "" : ", Source";
        writer.Line($"internal Tape({model.Declaration.Name} model, int rows{onRequest})");
        using (writer.Block($"    : base(model, rows, Shape{source}, transposedCount: {model.TransposedCount})"))
        {
            foreach (var input in model.Sources)
            {
                int steps = input.Time?.Steps ?? 1;
                writer.Line($"{input.Buffer} = "
                    + $"{(input.IsInput ? $"Vectors({steps}, {input.Stride})" : $"new int[checked({steps} * rows)]")};");
                if (input.IsInput)
                    writer.Line($"d{input.Buffer} = inputGradients ? Vectors({steps}, {input.GradientStride}) : null;");
            }

            foreach (var item in Buffers().SelectMany(b => b))
                writer.Remark(
                    $"{item.Name} = Vectors({item.TapeVectors}, {item.Size});", $"{Vectors(item)}{item.Shape}");
            WriteLayers();
            WriteList(
                "Carried",
                [.. Carried().Select(c =>
                    $"new({c.Value.Buffer}, d{c.Value.Buffer}, {c.Offset}, {c.Value.Width}, {c.Value.Stride}"
                    + $"{(c.Value.Initial > 1 ? $", Steps: {c.Value.Initial}" : "")})")]);
            WriteList("Attentions", [.. model.Attentions.Select(a => a.Weights)]);
        }
    }

    private IEnumerable<(Value Value, int Offset)> Carried() => model.Carried.Select(c => (c.Value, c.FirstState))
        .Concat(model.Feedback is { } feedback ? [(feedback, model.FeedbackState)] : []);

    private void WriteList(string property, List<string> items)
    {
        if (items.Count > 0)
            writer.List($"{property} = [", items, "];");
    }

    private void WriteLayers()
    {
        if (!model.LayersOverTime.Any())
            return;
        using (writer.Block("Layers =", "[", "];"))
        {
            foreach (var layer in model.LayersOverTime)
            {
                var gates = layer.Plan.Slots.Where(s => s.Key.Operator == Operators.Sigmoid).Select(s => s.Value).OrderBy(s => s);
                var states = Enumerable.Range(0, layer.States).Select(state => StateOf(layer, state));
                string[] flags = [
                    .. layer.IsReverse ? ["IsReverse: true"] : Array.Empty<string>(),
                    .. layer.IsStateless ? ["IsEncoder: true"] : Array.Empty<string>()
                ];
                writer.List(
                    "new(",
                    [
                        $"\"{layer.Path.Module}\"", $"\"{layer.Suffix}\"", $"{layer.Hidden}", layer.Slots,
                        $"{layer.Plan.SlotCount}", $"{layer.SlotRow}",
                        $"[{string.Join(", ", gates)}]", $"[{string.Join(", ", states)}]", .. flags,
                    ],
                    "),");
            }
        }
    }

    private static string StateOf(LayerLayout layer, int state)
    {
        string history = layer.History(state), given = layer.Initials[state] is null ? "" : ", IsGiven: true";
        return $"new({history}, d{history}, {(layer.IsStateless ? 0 : layer.StateOffset(state))}, {layer.StateWidth(state)}, "
            + $"{layer.Padded}{given})";
    }

    private void WriteForward()
    {
        writer.Blank();
        using (writer.Block($"protected override void RunForward(ref {real} weights, {Api.System}ReadOnlySpan<{Api.Input(model)}> inputs)"))
        {
            writer.Line($"inputs.CopyTo({(model.IsSymbolic ? "symbols" : "x.Span")});");
            writer.Line($"{Api.Widest(model, ModelMethod.Forward)}(this, ref weights);");
        }

        if (model.Encoder is { } encoder)
        {
            var source = encoder.Part.Source;
            writer.Line($"""

                protected override void LoadSources({Api.System}ReadOnlySpan<{Api.Element(source, real)}> sources) =>
                    sources.CopyTo({source.Buffer}{(source.IsInput ? ".Span" : "")});
                """);
        }

        if (model.Feedback is { } outputs)
        {
            string target = outputs.Width == 1 ? "targets.Slice(i, 1)" : $"targets.Slice(i * {outputs.Width}, {outputs.Width})";
            writer.Line($$"""

                protected override bool HasFeedback => true;

                protected override void LoadFeedback({{Api.System}}ReadOnlySpan<{{real}}> targets)
                {
                    for (int i = 0; i < targets.Length{{(outputs.Width == 1 ? "" : $" / {outputs.Width}")}}; i++)
                        {{target}}.CopyTo(feedback.Span.Slice((Rows + i) * {{outputs.Stride}}));
                }
                """);
        }
    }

    private void WriteBackward()
    {
        string signature = $"protected override void RunBackward(ref {real} weights, ref {real} gradients, "
            + $"{Api.System}ReadOnlySpan<State> finalStateGradients)";
        writer.Line($"""

            {signature} =>
                {Api.Widest(model, ModelMethod.Backward)}(this, ref weights, ref gradients, finalStateGradients);
            """);
    }

    private void WriteVectors()
    {
        var outputs = model.Outputs;
        string index = outputs.Once ? "row" : outputs.IsBehindInitial ? "((step + 1) * Rows) + row" : "(step * Rows) + row";
        string first = outputs.Once ? $"row * {outputs.Stride}" : $"({index}) * {outputs.Stride}";
        Accessor("OutputAt", "ReadOnlySpan", $"{outputs.Buffer}.Span.Slice({first}, {outputs.Width})");
        Accessor("OutputGradientAt", "Span", $"d{outputs.Buffer}.Span.Slice({first}, {outputs.Width})");
        foreach (var source in model.Sources.Where(s => s.IsInput))
        {
            bool isInput = source == model.Source;
            string vector = source.Once ? "row" : "(step * Rows) + row";
            Accessor(
                isInput ? "InputGradientAt" : "SourceGradientAt", "ReadOnlySpan",
                $"InputGradient(d{source.Buffer}, {vector}, {source.GradientStride}, {(isInput ? "InputSize" : "SourceSize")})");
        }

        void Accessor(string name, string span, string value)
        {
            writer.Blank();
            writer.Arrow($"protected override {Api.System}{span}<{real}> {name}", ["int step", "int row"], value);
        }
    }

    private void WriteLoss()
    {
        writer.Blank();
        writer.List(
            "protected override double SumLosses(",
            [
                $"{Api.System}ReadOnlySpan<{Api.Target(model)}> targets", $"{Api.System}ReadOnlySpan<{real}> weights", "double weight",
                "double total"
            ],
            ")");
        using (writer.Block())
        {
            bool isOnly = model.Heads.Count == 1;
            if (!isOnly)
                writer.Line("double sum = 0;");
            for (int i = 0; i < model.Heads.Count; i++)
            {
                var head = model.Heads[i];
                string scaled = head.Weight == 1 ? "weight" : $"weight * {Numeral.Literal(head.Weight)}";
                string name = isOnly ? "scale" : $"scale{i + 1}";
                writer.Line($"double {name} = {scaled} / {(head.Terms == 1 ? "total" : $"(total * {head.Terms})")};");
                string loss = head.Declaration.Equations is { } equations
                    ? $"{head.Loss}<{Api.OfKernels(model, model.Losses.First(l => l.Equations.Equals(equations)).Name)}, {real}>"
                    : $"{head.Loss}<{real}>";
                writer.List($"{(isOnly ? "return" : "sum +=")} {name} * {Api.Numerics}Losses.{loss}(", LossArguments(head, name), ");");
            }

            if (!isOnly)
                writer.Line("return sum;");
        }
    }

    private IEnumerable<string> LossArguments(Head head, string scale)
    {
        var outputs = model.Outputs;
        string targets = head.TargetOffset == 0 ? "targets" : $"targets.Slice({head.TargetOffset})";
        string steps = model.Time.Varies ? "UsedSteps" : "Steps";
        string[] items = head.Loss == LossKind.Ctc ? ["Lengths", steps, "Rows"] : [model.OutputsOnce ? "Rows" : $"{steps} * Rows"];
        return [
            $"ref {Start(outputs, "")}", $"ref {Start(outputs, "d")}", targets, $"{model.TargetWidth}", "weights", .. items,
            $"{head.Size}", $"{outputs.Stride}", scale, .. LossOptions(head)
        ];
    }

    private static string[] LossOptions(Head head) => head.Declaration switch
    {
        { Loss: LossKind.Ctc, Blank: var blank } => [$"{head.Offset}", $"{blank}"],
        { Smoothing: > 0 and var smoothing } => [$"{head.Offset}", $"smoothing: {Numeral.Literal(smoothing)}"],
        _ => head.Offset == 0 ? [] : [$"{head.Offset}"],
    };

    /// <summary>The address of the outputs; with the prefix d, of their gradients, which lie alike.</summary>
    private static string Start(Value outputs, string prefix)
    {
        string start = $"{prefix}{outputs.Buffer}.Start";
        return outputs.IsBehindInitial
            ? $"{Api.System}Runtime.CompilerServices.Unsafe.Add(ref {start}, (nint)Rows * {outputs.Stride})"
            : start;
    }
}
