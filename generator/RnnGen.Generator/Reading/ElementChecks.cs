using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>Checks whether a model's elements fit together: shapes, places, uses.</summary>
/// <param name="items">The elements, beside the attributes that declare them.</param>
/// <param name="diagnostics">Receives what does not fit.</param>
internal sealed class ElementChecks(
    IReadOnlyList<(AttributeReader Attribute, ElementDeclaration Declaration)> items, DiagnosticBag diagnostics)
{
    private readonly EquatableArray<ElementDeclaration> elements = items.Select(i => i.Declaration).ToEquatableArray();

    private SourceDeclaration Source => (SourceDeclaration)elements[0];

    /// <param name="kind">The attribute of their class: RnnModel, Encoder or Decoder.</param>
    public void Check(string kind)
    {
        var shapes = ElementShape.Of(elements, out var inputs);
        for (int i = 1; i < elements.Count; i++)
            Check(elements[i], items[i].Attribute, inputs[i], [.. elements[i].From.Select(f => ElementShape.OfUse(elements, shapes, f))]);
        if (elements.Any(e => e.From.Any(u => u.IsPrevious)))
            CheckPrevious(shapes, kind);
        CheckPart(kind);
        CheckUses(kind == "Encoder" ? elements.Count - 1 : 0);
        CheckHeads(inputs);
        CheckFeedback(inputs);
    }

    private void Check(ElementDeclaration element, AttributeReader attribute, ElementShape input, List<ElementShape> inputs)
    {
        if (inputs.Any(p => p.Once != input.Once))
            diagnostics.Report(Descriptors.MixedSteps, attribute.LocationOf("From"));
        if (element is not (RnnDeclaration or DenseDeclaration) || element.From.Count > 1)
        {
            if (Source.Kind == SourceKind.OneHot && element.From.Contains(new ElementUse(0)))
                diagnostics.Report(Descriptors.OneHotUse, attribute.LocationOf("From"));
        }

        UnitChecks.Check(element, attribute, input.Width, diagnostics);
        switch (element)
        {
            case RnnDeclaration { FirstState: true } rnn when !input.Once:
                diagnostics.Report(Descriptors.PerStep, attribute.LocationOf("FirstState"), "FirstState");
                break;
            case RnnDeclaration { FirstState: true } rnn when input.Width != rnn.Hidden:
                diagnostics.Report(Descriptors.WidthMismatch, attribute.LocationOf("FirstState"), $"{input.Width}", $"{rnn.Hidden}");
                break;
            case RnnDeclaration { IsAlongPositions: true } or PoolDeclaration { IsAlongPositions: true } when input.Length == 1:
                diagnostics.Report(Descriptors.BadGrid, attribute.LocationOf("Over"), attribute.Name!, OnePosition(input));
                break;
            case RnnDeclaration { FirstState: false, IsAlongPositions: false } when input.Once:
                diagnostics.Report(Descriptors.PerSequence, attribute.Location, "A recurrent layer");
                break;
            case RnnDeclaration { Cell.UsesInput: true } rnn when Source.Kind == SourceKind.OneHot
                && element.From.Contains(new ElementUse(0)):
                diagnostics.Report(Descriptors.OneHotElements, attribute.Location, rnn.Cell.Name.Text);
                break;
            case RnnDeclaration { Cell.UsesInput: true } rnn when rnn.InputWidth(input) is var width && width != rnn.Hidden:
                diagnostics.Report(
                    Descriptors.ElementWidth, attribute.PositionalLocation(0), rnn.Cell.Name.Text, "its input", $"{width}",
                    $"{rnn.Hidden}");
                break;
            case RnnDeclaration { Cell.UsesInput: true, Depth: > 1 } rnn when rnn.Width != rnn.Hidden:
                diagnostics.Report(
                    Descriptors.ElementWidth, attribute.LocationOf("Depth"), rnn.Cell.Name.Text, "the outputs of the layer below",
                    $"{rnn.Width}", $"{rnn.Hidden}");
                break;
            case ConvolutionDeclaration convolution:
                if (BadArgument(convolution, input) is var (argument, problem))
                    diagnostics.Report(Descriptors.BadGrid, attribute.LocationOf(argument), attribute.Name!, problem);
                break;
            case GridPoolDeclaration pool when pool.PositionsOf(input.Length) == 0:
                diagnostics.Report(
                    Descriptors.BadGrid, attribute.LocationOf("Kernel"), attribute.Name!,
                    $"it takes {pool.Kernel} positions, and there {(input.Length == 1 ? "is 1" : $"are {input.Length}")}");
                break;
            case MagnitudeDeclaration when input.Channels % 2 != 0:
                diagnostics.Report(
                    Descriptors.BadGrid, attribute.Location, attribute.Name!,
                    $"complex numbers have two parts each, and there are {input.Channels} channels");
                break;
            case PoolDeclaration { IsAlongPositions: false } when input.Once:
                diagnostics.Report(Descriptors.PerSequence, attribute.Location, "A pool");
                break;
            case SoftmaxDeclaration { IsOverTime: true } or TimeDenseDeclaration when input.Once:
                diagnostics.Report(Descriptors.PerSequence, attribute.Location, "A layer over time");
                break;
            case RepeatDeclaration when !input.Once:
                diagnostics.Report(Descriptors.PerStep, attribute.Location, "[Repeat]");
                break;
            case AttentionDeclaration attention when AttentionPlan.Of(attention.Score).IsElementwise(AttentionSide.Query)
                && input.Width != attention.Units:
                diagnostics.Report(
                    Descriptors.ElementWidth, attribute.PositionalLocation(0), attention.Score.Name.Text, "the query", $"{input.Width}",
                    $"{attention.Units}");
                break;
            case CombineDeclaration { Kind: not MergeKind.Concat } combined when inputs[0].Width != inputs[1].Width
                && !(combined.Kind == MergeKind.Multiply && inputs.Any(i => i.Width == 1)):
                diagnostics.Report(
                    Descriptors.BadFrom, attribute.LocationOf("From"), attribute.Words("From")!,
                    (combined.Kind == MergeKind.Sum
                        ? "'+' takes vectors of equal width"
                        : "'*' takes vectors of equal width, or one number")
                        + ", but there are "
                        + $"{inputs[0].Width} and {inputs[1].Width} numbers");
                break;
            case HeadDeclaration { IsSoftmax: true } when input.Width < 2:
                diagnostics.Report(Descriptors.OneClass, attribute.Location, $"{input.Width}");
                break;
            case HeadDeclaration { Loss: LossKind.Ctc } when input.Once:
                diagnostics.Report(Descriptors.PerSequence, attribute.Location, "[Ctc]");
                break;
            case HeadDeclaration { Loss: LossKind.Ctc, Blank: var blank } when blank >= input.Width:
                diagnostics.Report(
                    Descriptors.OutOfRange, attribute.LocationOf("Blank"), "The blank", "0", $"{input.Width - 1}", $"{blank}");
                break;
            case HeadDeclaration { OutputsOfTarget: var outputs } when input.Width % outputs != 0:
                diagnostics.Report(
                    Descriptors.BadLoss, attribute.Location, attribute.Name!,
                    $"each target has {outputs} of them, but {outputs} does not divide {input.Width}");
                break;
        }
    }

    /// <summary>Says why a plain vector is no grid, and what is one.</summary>
    private static string OnePosition(ElementShape input) =>
        $"a step is one position of {input.Channels} channels: [Input({input.Channels}, Channels = 1)] is a grid";

    /// <summary>The argument of a convolution that does not fit what it takes, and why; null if none.</summary>
    private static (string Argument, string Problem)? BadArgument(ConvolutionDeclaration convolution, ElementShape input)
    {
        var window = convolution.Window;
        if (window.Steps > 1 && input.Once)
            return (
                convolution.IsOverBoth ? "KernelSteps" : "Over", "there is one vector per sequence, and no time to run along");
        if (input.Channels % convolution.Groups != 0 || convolution.Channels % convolution.Groups != 0)
            return (
                "Groups",
                $"{convolution.Groups} groups do not divide {input.Channels} channels of its input and {convolution.Channels} of its "
                    + "output evenly");
        if (window.PositionsOf(input.Length) == 0)
            return (
                "Kernel",
                $"its window spans {window.Span} positions, and there are {(long)input.Length + window.Padding + window.PaddingEnd}, "
                    + (input.Length > 1
                        ? "those of the padding included"
                        : $"because {OnePosition(input)}"));
        if (window.Mode == PaddingKind.Reflect && Math.Max(window.Padding, window.PaddingEnd) >= input.Length)
            return (
                window.Padding >= input.Length ? "Padding" : "PaddingEnd",
                $"{input.Length} positions have {input.Length - 1} to mirror");
        return null;
    }

    /// <summary>
    /// A decoder goes on step by step, and knows nothing of later ones; an encoder's outputs are vectors, and its losses the decoder's.
    /// </summary>
    private void CheckPart(string kind)
    {
        for (int i = 0; kind != "RnnModel" && i < elements.Count; i++)
        {
            string? problem = (kind, elements[i]) switch
            {
                (_, RnnDeclaration { IsAlongPositions: true }) => "its layers run over time, one bridged to another",
                ("Decoder", RnnDeclaration { Direction: not DirectionKind.Forward }) =>
                    "it would need the whole target before its first step",
                ("Decoder", PoolDeclaration or SoftmaxDeclaration { IsOverTime: true } or TimeDenseDeclaration) =>
                    "it would need the whole target before its first step",
                ("Decoder", HeadDeclaration { Loss: LossKind.Ctc }) => "its steps are those of its targets: labels have times there",
                ("Decoder", SourceDeclaration { Once: true }) => "it has an input at every step",
                ("Encoder", SourceDeclaration { Once: true }) =>
                    "it reads a sequence: one vector is a source of a single step, [Encoder(Steps = 1)]",
                ("Encoder", FeedbackDeclaration) => "its outputs have no targets to be told in training",
                ("Encoder", SourceDeclaration { Kind: SourceKind.OneHot }) when elements.Count == 1 =>
                    "its outputs are vectors: an [Embedding] has them",
                _ => null,
            };
            if (problem is not null)
                diagnostics.Report(
                    Descriptors.NotInPart, items[i].Attribute.Location, items[i].Attribute.Name!,
                    kind == "Encoder" ? "an encoder" : "a decoder", problem);
        }
    }

    /// <summary>
    /// Checks values that come from the step before: they must arrive one after the other, with nothing between them that needs all steps
    /// at once.
    /// </summary>
    private void CheckPrevious(ElementShape[] shapes, string kind)
    {
        var loop = ElementOrder.Of(elements).Loop;
        for (int i = 1; i < elements.Count; i++)
        {
            foreach (var use in elements[i].From.Where(u => u.IsPrevious))
            {
                var taken = elements[use.Index];
                string? problem =
                    kind == "Encoder" ? "an encoder takes all steps of a source at once"
                    : taken.OwnWidth is null ? "only recurrent layers, dense layers and attentions can be asked for it"
                    : shapes[use.Index].Once ? "it is one vector per sequence"
                    : taken is RnnDeclaration { Direction: not DirectionKind.Forward } ? "it does not run forward"
                    : loop.Contains(i)
                        && loop.FirstOrDefault(TakesAllSteps) is > 0 and var whole
                        ? $"the [{items[whole].Attribute.Name}] between it and this needs all steps at once"
                    : null;
                if (problem is not null)
                    diagnostics.Report(Descriptors.BadPrevious, items[i].Attribute.LocationOf("From", taken.Name), taken.Name, problem);
            }
        }

        bool TakesAllSteps(int element) =>
            elements[element] is PoolDeclaration or RnnDeclaration { IsAlongPositions: true }
                or RnnDeclaration { Direction: not DirectionKind.Forward }
                or SoftmaxDeclaration { IsOverTime: true } or TimeDenseDeclaration;
    }

    /// <summary>Reports elements that feed nothing: they would never be trained.</summary>
    private void CheckUses(int output)
    {
        var used = new HashSet<int>(elements.SelectMany(e => e.From).Select(u => u.Index));
        for (int i = 1; i < elements.Count; i++)
        {
            if (!used.Contains(i) && i != output && elements[i] is not HeadDeclaration)
                diagnostics.Report(Descriptors.UnusedLayer, items[i].Attribute.Location, items[i].Attribute.Name!);
        }
    }

    private void CheckFeedback(ElementShape[] inputs)
    {
        int index = elements.ToList().FindIndex(e => e is FeedbackDeclaration);
        var heads = Enumerable.Range(0, elements.Count).Where(i => elements[i] is HeadDeclaration).ToList();
        // An encoder has neither.
        if (index < 0 || heads.Count == 0)
            return;
        int size = ((FeedbackDeclaration)elements[index]).Size;
        long outputs = heads.Sum(h => (long)inputs[h].Width);
        string? problem =
            inputs[index].Once
                || inputs[heads[0]].Once
                || Source.Once ? "a model with one input or one output per sequence has no step before"
            : elements.OfType<RnnDeclaration>()
                .Any(r => r is { Direction: not DirectionKind.Forward, IsAlongPositions: false })
                ? "a layer in reverse sees the outputs of later steps"
            : elements.OfType<HeadDeclaration>()
                .Any(h => h.HasClasses) ? "classes are no numbers; feed their symbols back as inputs"
            : elements.OfType<HeadDeclaration>().Any(h => h.OutputsOfTarget > 1) ? "several of them share a target"
            : size != outputs ? $"an output has {outputs} number{(outputs == 1 ? "" : "s")}, not {size}"
            : null;
        if (problem is not null)
            diagnostics.Report(Descriptors.BadFeedback, items[index].Attribute.Location, problem);
    }

    private void CheckHeads(ElementShape[] inputs)
    {
        var heads = Enumerable.Range(0, elements.Count).Where(i => elements[i] is HeadDeclaration).ToList();
        foreach (int head in heads.Skip(1))
        {
            var same = heads.TakeWhile(h => h != head).Where(h => elements[h].From.Equals(elements[head].From)).ToList();
            if (same.Count > 0)
                diagnostics.Report(Descriptors.SecondLoss, items[head].Attribute.Location, items[same[0]].Attribute.Name!);
            else if (inputs[head].Once != inputs[heads[0]].Once)
                diagnostics.Report(Descriptors.MixedHeads, items[head].Attribute.Location);
        }
    }
}
