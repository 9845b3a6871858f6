using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Diagnostics;

namespace RnnGen.Generator.Reading;

/// <summary>Reads a class with [Seq2Seq], the encoder and the decoder that it names, and whether they fit together.</summary>
internal sealed class JointReader
{
    private readonly INamedTypeSymbol symbol;
    private readonly DiagnosticBag diagnostics = new();
    private readonly CancellationToken cancel;
    private AttributeReader joint = null!;

    private JointReader(INamedTypeSymbol symbol, CancellationToken cancel)
    {
        this.symbol = symbol;
        this.cancel = cancel;
    }

    public static ReadResult<ModelDeclaration> Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        var reader = new JointReader((INamedTypeSymbol)context.TargetSymbol, cancel);
        var declaration = reader.Read((TypeDeclarationSyntax)context.TargetNode, context.SemanticModel.Compilation);
        return new(reader.diagnostics.HasErrors ? null : declaration, reader.diagnostics.ToEquatableArray());
    }

    private ModelDeclaration? Read(TypeDeclarationSyntax syntax, Compilation compilation)
    {
        var attributes = PartReader.AttributesOf(symbol, diagnostics);
        joint = attributes.First(a => a.Name == "Seq2Seq");
        if (!joint.IsWithin(syntax))
            return null;
        ModelShape.Check(symbol, syntax, compilation, diagnostics);
        foreach (var other in attributes.Where(a => a != joint))
            diagnostics.Report(Descriptors.NotInPart, other.Location, other.Name!, "a [Seq2Seq] class", "layers are declared by its encoder and its decoder");
        if (syntax is not ClassDeclarationSyntax || !joint.IsWellFormed)
            return null;

        bool isDouble = ModelReader.ReadPrecision(joint);
        var bridge = joint.Choice("Bridge", BridgeKind.Dense);
        if (ReadEncoder() is not { } encoder || ReadDecoder(encoder, bridge) is not var (decoder, steps, elements, ends))
            return null;
        CheckBridge(encoder, elements, bridge);
        var declaration = new ModelDeclaration(Names.Namespace(symbol), Names.Escape(symbol.Name), steps, isDouble, elements)
        {
            Joint = new(encoder, decoder, bridge, ends?.Start, ends?.End),
        };
        if (!diagnostics.HasErrors)
            ModelShape.CheckSizes(declaration, syntax.Identifier.GetLocation(), diagnostics);
        return declaration;
    }

    private EncoderDeclaration? ReadEncoder()
    {
        if (ReadPart(0, "Encoder", null) is not var (part, attribute, steps, elements))
            return null;
        return new(part.Name, steps, elements);
    }

    private (string Name, int Steps, EquatableArray<ElementDeclaration> Elements, (int Start, int End)? Ends)? ReadDecoder(EncoderDeclaration encoder, BridgeKind bridge)
    {
        if (ReadPart(1, "Decoder", encoder) is not var (part, attribute, steps, elements))
            return null;
        if (bridge == BridgeKind.None && !elements.Any(e => e is AttentionDeclaration or ContextDeclaration))
            Report(joint.LocationOf("Bridge"), part.Name, encoder.Name, "nothing of the encoder reaches the decoder: it needs a Bridge, an [Attention] or the [Context]");
        return (part.Name, steps, elements, ReadEnds(attribute, elements));
    }

    private (INamedTypeSymbol Part, AttributeReader Attribute, int Steps, EquatableArray<ElementDeclaration> Elements)? ReadPart(int position, string kind, EncoderDeclaration? encoder)
    {
        var location = joint.PositionalLocation(position);
        var part = joint.TypeArgument(position);
        var attributes = part is null ? [] : PartReader.AttributesOf(part, diagnostics);
        var attribute = attributes.FirstOrDefault(a => a.Name == kind);
        if (part is null || attribute is null)
        {
            diagnostics.Report(Descriptors.NotAPart, location, part?.Name ?? "This", kind);
            return null;
        }

        if (part.IsGenericType)
            diagnostics.Report(Descriptors.GenericModel, location, part.Name);
        int steps = ModelReader.ReadSteps(attribute);
        ModelReader.ReportLoop(steps, attribute, diagnostics);
        return new PartReader(part, kind, encoder, diagnostics).Read(attributes, attribute.Location, cancel) is { } elements ? (part, attribute, steps, elements) : null;
    }

    /// <summary>The symbols before and behind a target, if targets are symbols.</summary>
    private (int Start, int End)? ReadEnds(AttributeReader attribute, EquatableArray<ElementDeclaration> elements)
    {
        if (!attribute.Has("Start") && !attribute.Has("End"))
            return null;
        var source = (SourceDeclaration)elements[0];
        ElementShape.Of(elements, out var inputs);
        var heads = Enumerable.Range(0, elements.Count).Where(i => elements[i] is HeadDeclaration).ToList();
        string? problem =
            !attribute.Has("Start") || !attribute.Has("End") ? "Start and End are given together"
            : source.Kind == SourceKind.Input ? "its inputs are numbers"
            : heads.Count > 1 || elements[heads[0]] is not HeadDeclaration { Loss: LossKind.SoftmaxCrossEntropy } ? "its outputs are not the probabilities of symbols: [SoftmaxCrossEntropy]"
            : inputs[heads[0]].Width > source.Symbols ? $"its inputs are {source.Symbols} symbols and its outputs {inputs[heads[0]].Width}: what it says it must also be told"
            : null;
        if (problem is not null)
        {
            diagnostics.Report(Descriptors.BadEnds, attribute.LocationOf(attribute.Has("Start") ? "Start" : "End"), problem);
            return null;
        }

        return (attribute.Symbol("Start", source.Symbols), attribute.Symbol("End", inputs[heads[0]].Width));
    }

    /// <summary>A decoder's layers find the encoder's at the same height, from the top.</summary>
    private void CheckBridge(EncoderDeclaration encoder, EquatableArray<ElementDeclaration> decoder, BridgeKind bridge)
    {
        if (bridge is BridgeKind.None or BridgeKind.Dense)
            return;
        var location = joint.LocationOf("Bridge");
        var below = Levels(encoder.Elements);
        var above = Levels(decoder);
        if (above.Count > below.Count)
        {
            Report(location, symbol.Name, encoder.Name, $"Bridge.{bridge} needs as many layers in the encoder as in the decoder, but there are {below.Count} and {above.Count}");
            return;
        }

        for (int height = 1; height <= above.Count && bridge == BridgeKind.Direct; height++)
        {
            var (from, to) = (below[below.Count - height], above[above.Count - height]);
            for (int state = 0; state < to.CellWithInput.States.Count; state++)
            {
                int same = from.CellWithInput.States.ToList().IndexOf(to.CellWithInput.States[state]);
                int width = same < 0 ? 0 : WidthOf(from, same) * (from.Direction == DirectionKind.Bidirectional ? 2 : 1);
                if (same >= 0 && width != WidthOf(to, state))
                    Report(location, symbol.Name, encoder.Name, $"Bridge.Direct needs equal sizes, but {to.CellWithInput.States[state]} has {width} numbers in the encoder and {WidthOf(to, state)} in the decoder: Bridge.EveryState maps them");
            }
        }

        static List<RnnDeclaration> Levels(EquatableArray<ElementDeclaration> elements) => [.. elements.OfType<RnnDeclaration>().SelectMany(r => Enumerable.Repeat(r, r.Depth))];

        static int WidthOf(RnnDeclaration rnn, int state) => state == 0 ? rnn.Output : rnn.Hidden;
    }

    private void Report(Location? location, string first, string second, string problem) => diagnostics.Report(Descriptors.BadJoint, location, first, second, problem);
}
