using Microsoft.CodeAnalysis;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>Reads the elements of a model, an encoder or a decoder: the attributes of its class, from top to bottom.</summary>
/// <param name="symbol">The class.</param>
/// <param name="kind">The attribute that makes it one: RnnModel, Encoder or Decoder.</param>
/// <param name="steps">Its steps.</param>
/// <param name="encoder">Of a decoder, what it decodes.</param>
/// <param name="diagnostics">Receives what is wrong.</param>
internal sealed class PartReader(
    INamedTypeSymbol symbol, string kind, int steps, EncoderDeclaration? encoder, DiagnosticBag diagnostics)
{
    public const int LargestSize = 65_536;
    public const int LargestVocabulary = 1_048_576;
    public const int LargestHidden = 16_384;
    public const int LargestDepth = 64;
    public const int MostLayers = 256;

    private static readonly string[] InnerPlaces = ["Stride", "Padding", "PaddingEnd", "PaddingMode"];
    private static readonly string[] TimeOnly = ["FirstState", "Dropout", "RecurrentDropout", "Zoneout"];
    private static readonly string[] PoolPlaces = ["Kernel", "Stride"];

    private readonly ElementList elements = new(diagnostics);
    private AttributeReader? firstLayer;
    private SyntaxNode? declaration;
    private Location? frozen;

    public static List<AttributeReader> AttributesOf(INamedTypeSymbol symbol, DiagnosticBag diagnostics) =>
        [.. symbol.GetAttributes().Select(a => new AttributeReader(a, diagnostics)).Where(a => a.Name is not null)];

    /// <summary>True if an attribute is an element of a model.</summary>
    public static bool IsElement(string attribute) =>
        attribute is "Rnn" or "Dense" or "Conv1d" or "Conv2d" or "Magnitude" or "Activation" or "Dropout" or "Repeat" or "Pool"
                or "Feedback" or "Attention" or "Context"
            || UnitReader.IsElement(attribute) || SourceReader.IsSource(attribute) || HeadReader.IsElement(attribute);

    /// <summary>The elements; null, with diagnostics, if they make no model.</summary>
    /// <param name="attributes">Those of the class.</param>
    /// <param name="location">The location of a diagnostic for what is missing.</param>
    /// <param name="cancel">Stops the reading.</param>
    public EquatableArray<ElementDeclaration>? Read(IReadOnlyList<AttributeReader> attributes, Location? location, CancellationToken cancel)
    {
        declaration = attributes.FirstOrDefault(a => a.Name == kind)?.Declaration;
        foreach (var attribute in attributes.Where(a => a.IsWellFormed && a.Name != kind))
        {
            cancel.ThrowIfCancellationRequested();
            ReadAttribute(attribute, cancel);
        }

        if (!attributes.All(a => a.IsWellFormed))
            return null;
        if (!elements.HasSource)
            diagnostics.Report(Descriptors.NoSource, location, symbol.Name);
        if (!attributes.Any(a => HeadReader.IsElement(a.Name!)) && kind != "Encoder")
            diagnostics.Report(Descriptors.NoLoss, location, symbol.Name);
        if (frozen is not null && kind == "RnnModel" && elements.Declarations.All(e => e.IsFrozen || !e.HasParameters))
            diagnostics.Report(Descriptors.NothingTrained, frozen, symbol.Name);
        if (!diagnostics.HasErrors)
            elements.CheckShapes(kind);
        return diagnostics.HasErrors ? null : elements.Declarations;
    }

    private void ReadAttribute(AttributeReader attribute, CancellationToken cancel)
    {
        string name = attribute.Name!;
        if (!IsElement(name))
            return;
        if (attribute.Declaration != declaration)
            diagnostics.Report(Descriptors.SplitAttributes, attribute.Location, name, symbol.Name, kind);
        if (SourceReader.IsSource(name))
        {
            var source = new SourceReader(symbol.Name, kind, elements, diagnostics).Read(attribute, firstLayer);
            elements.AddSource(attribute, source with { IsFrozen = ReadFrozen(attribute, source) });
            return;
        }

        if (name is "Attention" or "Context" && encoder is null)
            diagnostics.Report(Descriptors.OnlyInDecoder, attribute.Location, name);
        if (kind == "Encoder" && HeadReader.IsElement(name))
            diagnostics.Report(Descriptors.NotInPart, attribute.Location, name, "an encoder", "its gradients come from the decoder");
        firstLayer ??= attribute;
        if (name == "Context")
        {
            elements.Add(attribute, new ContextDeclaration(elements.ReadName(attribute, "context"), encoder?.Output.Width ?? 1));
            return;
        }

        var from = elements.ReadFrom(attribute);
        string label = HeadReader.IsElement(name) ? "" : elements.ReadName(attribute, "");
        ElementDeclaration? element = name switch
        {
            "Rnn" => ReadLayer(attribute, label, from, cancel),
            "Dense" => ReadDense(attribute, label, from),
            "Conv1d" or "Conv2d" => ReadConvolution(attribute, label, from),
            "Magnitude" => new MagnitudeDeclaration(label, from, attribute.Choice<ComplexKind>(0)),
            "Activation" => ReadActivation(attribute, label, from),
            "Dropout" => new DropoutDeclaration(label, from, attribute.Share(0)),
            "Feedback" => new FeedbackDeclaration(label, from, attribute.Size(0, "The size of the feedback", LargestSize)),
            "Repeat" => new RepeatDeclaration(label, from),
            "Pool" => ReadPool(attribute, label, from),
            "Attention" => ReadAttention(attribute, label, from, cancel),
            _ when UnitReader.IsElement(name) => UnitReader.Read(attribute, label, from),
            _ => HeadReader.Read(attribute, from, diagnostics, cancel),
        };
        if (element is null)
            elements.Claim(label);
        else
            elements.Add(attribute, element with { IsFrozen = ReadFrozen(attribute, element) });
    }

    private bool ReadFrozen(AttributeReader attribute, ElementDeclaration element)
    {
        if (element.IsFrozen || !attribute.Flag("Frozen", false))
            return element.IsFrozen;
        if (!element.HasParameters)
            diagnostics.Report(Descriptors.WithoutEffect, attribute.LocationOf("Frozen"), "Frozen", "this layer has no parameters");
        frozen = attribute.LocationOf("Frozen");
        return true;
    }

    private ElementDeclaration ReadDense(AttributeReader attribute, string name, EquatableArray<ElementUse> from)
    {
        int size = attribute.Size(0, "The size of the dense layer", LargestSize);
        var activation = LayerReader.ReadActivation(
            attribute, attribute.Choice("Activation", ActivationKind.Linear), "Activation", diagnostics);
        bool bias = attribute.Flag("Bias", true);
        if (attribute.Choice("Over", AxisKind.Inner) == AxisKind.Inner)
            return new DenseDeclaration(name, from, size, activation, bias);
        if (size != steps)
            diagnostics.Report(
                Descriptors.NotInRange, attribute.PositionalLocation(0), "The size of a dense layer over time",
                $"{steps}, the steps of '{symbol.Name}'", $"{size}");
        return new TimeDenseDeclaration(name, from, steps, activation, bias);
    }

    private ConvolutionDeclaration ReadConvolution(AttributeReader attribute, string name, EquatableArray<ElementUse> from)
    {
        bool isOverBoth = attribute.Name == "Conv2d";
        bool isOverTime = !isOverBoth && attribute.Choice("Over", AxisKind.Time) == AxisKind.Time;
        int padding = attribute.Number("Padding", 0, "The padding", LargestSize, smallest: 0);
        int kernel = attribute.Number("Kernel", 3, "The kernel", LargestSize);
        int dilation = attribute.Number("Dilation", 1, "The dilation", LargestSize);
        foreach (string argument in InnerPlaces.Where(a => isOverTime && attribute.Has(a)))
            diagnostics.Report(
                Descriptors.BadGrid, attribute.LocationOf(argument), attribute.Name!,
                argument == "Stride"
                    ? "over time there is an output at every step; Over = Axis.Inner runs along the positions of a step"
                    : "over time it is padded with the steps before, which a stream knows");
        var window = isOverTime
            ? ConvolutionWindow.Point with { Steps = kernel, StepDilation = dilation }
            : new ConvolutionWindow(
                isOverBoth ? attribute.Number("KernelSteps", 3, "The steps of the kernel", LargestSize) : 1,
                isOverBoth ? attribute.Number("StepDilation", 1, "The dilation", LargestSize) : 1,
                kernel, dilation,
                attribute.Number("Stride", 1, "The stride", LargestSize),
                padding,
                attribute.Number("PaddingEnd", padding, "The padding", LargestSize, smallest: 0),
                attribute.Choice("PaddingMode", PaddingKind.Zeros));
        return new(
            name, from, attribute.Size(0, "The channels of the convolution", LargestSize),
            attribute.Number("Groups", 1, "The number of groups", LargestSize), window,
            LayerReader.ReadActivation(
                attribute, attribute.Choice("Activation", ActivationKind.Linear), "Activation", diagnostics),
            attribute.Flag("Bias", true))
        {
            IsOverBoth = isOverBoth,
        };
    }

    private ElementDeclaration ReadPool(AttributeReader attribute, string name, EquatableArray<ElementUse> from)
    {
        var kind = attribute.Choice<PoolKind>(0);
        bool isInner = attribute.Choice("Over", AxisKind.Time) == AxisKind.Inner;
        foreach (string argument in PoolPlaces.Where(a => !isInner && attribute.Has(a)))
            diagnostics.Report(
                Descriptors.BadGrid, attribute.LocationOf(argument), attribute.Name!,
                "over time all steps become one; Over = Axis.Inner runs along the positions of a step");
        bool isLast = isInner && kind == PoolKind.Last;
        if (isInner && kind is not (PoolKind.Mean or PoolKind.Max or PoolKind.Last))
            diagnostics.Report(
                Descriptors.BadGrid, attribute.PositionalLocation(0), attribute.Name!,
                "only Pooling.Mean, Pooling.Max and Pooling.Last run along the positions of a step");
        foreach (string argument in PoolPlaces.Where(a => isLast && attribute.Has(a)))
            diagnostics.Report(
                Descriptors.BadGrid, attribute.LocationOf(argument), attribute.Name!, "the last position is one, whatever is before it");
        int units = attribute.Number("Units", 0, "Units", LargestSize);
        if (kind != PoolKind.Attention && units > 0)
            diagnostics.Report(
                Descriptors.WithoutEffect, attribute.LocationOf("Units"), "Units", "only Pooling.Attention has a score");
        return isInner && !isLast
            ? new GridPoolDeclaration(
                name, from, kind == PoolKind.Max, attribute.Number("Kernel", 0, "The kernel", LargestSize),
                attribute.Number("Stride", 0, "The stride", LargestSize))
            : new PoolDeclaration(name, from, kind, units) { IsAlongPositions = isLast };
    }

    private RnnDeclaration? ReadLayer(AttributeReader attribute, string name, EquatableArray<ElementUse> from, CancellationToken cancel)
    {
        int hidden = attribute.Size(0, "The number of hidden units", LargestHidden);
        int depth = attribute.Number("Depth", 1, "Depth", LargestDepth);
        var cell = CellSource.Read(attribute.Type.TypeArguments[0], Dialect.Cell, attribute, diagnostics, cancel);
        int layers = elements.Declarations.OfType<RnnDeclaration>().Sum(l => l.Depth) + depth;
        if (layers > MostLayers)
            diagnostics.Report(
                Descriptors.OutOfRange, attribute.LocationOf("Depth"), "The number of layers", "1", $"{MostLayers}", $"{layers}");
        if (cell is null || layers > MostLayers)
            return null;
        bool firstState = attribute.Flag("FirstState", false), isAlong = attribute.Choice("Over", AxisKind.Time) == AxisKind.Inner;
        foreach (string argument in TimeOnly.Where(a => isAlong && attribute.Has(a)))
            diagnostics.Report(
                Descriptors.BadGrid, attribute.LocationOf(argument), attribute.Name!,
                "along positions a layer begins with zeros in every step, and has no noise");
        double dropout = attribute.Share("Dropout");
        if (dropout > 0 && depth == 1)
            diagnostics.Report(
                Descriptors.WithoutEffect, attribute.LocationOf("Dropout"), "Dropout",
                "it drops numbers between the layers of Depth, and there is only one: add [Dropout(…)] to drop the layer's outputs");
        var (resolved, options) = LayerReader.Read(attribute, cell, hidden, diagnostics, hasInput: !firstState);
        return new RnnDeclaration(
            name,
            from,
            resolved,
            LayerEquations.Resolve(cell, options with { HasInput = true }),
            hidden,
            depth,
            options,
            attribute.Choice("Direction", DirectionKind.Forward),
            attribute.Choice("Merge", MergeKind.Concat),
            firstState,
            dropout)
        {
            IsAlongPositions = isAlong,
        };
    }

    private ActivationDeclaration ReadActivation(AttributeReader attribute, string name, EquatableArray<ElementUse> from)
    {
        var kind = attribute.Choice<ActivationKind>(0);
        if (kind == ActivationKind.Linear)
            diagnostics.Report(
                Descriptors.WithoutEffect, attribute.PositionalLocation(0), "Activation.Linear", "it gives every number as it is");
        return new(name, from, LayerReader.ReadActivation(attribute, kind, "", diagnostics));
    }

    private AttentionDeclaration? ReadAttention(
        AttributeReader attribute, string name, EquatableArray<ElementUse> from, CancellationToken cancel)
    {
        int units = attribute.Size(0, "The units of the score", LargestHidden);
        var score = CellSource.Read(attribute.Type.TypeArguments[0], Dialect.Score, attribute, diagnostics, cancel);
        if (score is null || encoder is null)
            return null;
        if (encoder.Output.Once)
            diagnostics.Report(Descriptors.PerSequence, attribute.Location, $"Attention to '{encoder.Name}'");
        var resolved = LayerEquations.ResolveScore(score, units);
        int width = encoder.Output.Width;
        if (AttentionPlan.Of(resolved).IsElementwise(AttentionSide.Key) && width != units)
            diagnostics.Report(
                Descriptors.ElementWidth, attribute.PositionalLocation(0), score.Name.Text, "the encoder's outputs", $"{width}",
                $"{units}");
        return new(name, from, resolved, units, width);
    }
}
