using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Declarations;
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

    public static ReadResult<ModelDeclaration> Read(DeclaredType type, CancellationToken cancel)
    {
        var reader = new JointReader(type.Symbol, cancel);
        var declaration = reader.Read(type.Syntax, type.Compilation);
        return new(reader.diagnostics.HasErrors ? null : declaration, reader.diagnostics.ToEquatableArray());
    }

    private ModelDeclaration? Read(TypeDeclarationSyntax syntax, Compilation compilation)
    {
        var attributes = PartReader.AttributesOf(symbol, diagnostics);
        joint = attributes.First(a => a.Name == "Seq2Seq");
        if (!joint.IsWithin(syntax))
            return null;
        ModelShape.Check(symbol, syntax, compilation, ModelShape.JointMembers, diagnostics);
        ModelReader.RefuseFormats(attributes, "this is a sequence-to-sequence model", diagnostics);
        foreach (var other in attributes.Where(a => a != joint && a.Name != "Compressed"))
            diagnostics.Report(
                Descriptors.NotInPart, other.Location, other.Name!, "a [Seq2Seq] class",
                "layers are declared by its encoder and its decoder");
        if (syntax is not ClassDeclarationSyntax || !joint.IsWellFormed)
            return null;

        bool isDouble = ModelReader.ReadPrecision(joint);
        var bridge = joint.Choice("Bridge", BridgeKind.Dense);
        if (ReadPart(0, "Encoder", null) is not var (source, _, sourceSteps, sourceElements))
            return null;
        var encoder = new EncoderDeclaration(source.Name, sourceSteps, sourceElements);
        if (ReadPart(1, "Decoder", encoder) is not var (target, attribute, steps, elements))
            return null;
        var ends = ReadEnds(attribute, steps, elements);
        var declaration = new ModelDeclaration(Names.Namespace(symbol), symbol.Name, steps, isDouble, elements)
        {
            Joint = new(encoder, target.Name, bridge, ends?.Start, ends?.End),
            HasToString = ModelShape.HasToString(symbol),
        };
        var trained = sourceElements.Concat(elements).Where(e => e.HasParameters).ToList();
        if (bridge is BridgeKind.Direct or BridgeKind.None && trained.Count > 0 && trained.TrueForAll(e => e.IsFrozen))
            diagnostics.Report(Descriptors.NothingTrained, joint.Location, symbol.Name);
        CheckBridge(declaration.Joint, elements);
        if (!diagnostics.HasErrors)
            ModelShape.CheckSizes(declaration, syntax.Identifier.GetLocation(), diagnostics);
        return declaration;
    }

    private (INamedTypeSymbol Part, AttributeReader Attribute, int Steps, EquatableArray<ElementDeclaration> Elements)? ReadPart(
        int position, string kind, EncoderDeclaration? encoder)
    {
        var location = joint.PositionalLocation(position);
        diagnostics.Otherwise = location;
        var type = joint.TypeArgument(position);
        var part = type as INamedTypeSymbol;
        var attributes = part is null ? [] : PartReader.AttributesOf(part, diagnostics);
        var attribute = attributes.FirstOrDefault(a => a.Name == kind);
        if (part is null || attribute is null)
        {
            diagnostics.Report(
                Descriptors.NotAPart, location, type?.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat) ?? "null", kind);
            return null;
        }

        if (part.IsGenericType)
            diagnostics.Report(Descriptors.GenericModel, location, part.Name);
        // A part may be a model of its own, too.
        if (!attributes.Any(a => a.Name == "RnnModel"))
            ModelReader.RefuseFormats(attributes, "this is a part of a sequence-to-sequence model", diagnostics);
        int steps = ModelReader.ReadSteps(attribute);
        ModelReader.ReportLoop(steps, attribute, diagnostics);
        return new PartReader(part, kind, steps, encoder, diagnostics).Read(attributes, attribute.Location, cancel) is { } elements
            ? (part, attribute, steps, elements)
            : null;
    }

    /// <summary>The symbols before and behind a target, if targets are symbols.</summary>
    private (int Start, int End)? ReadEnds(AttributeReader attribute, int steps, EquatableArray<ElementDeclaration> elements)
    {
        if (!attribute.Has("Start") && !attribute.Has("End"))
            return null;
        var source = (SourceDeclaration)elements[0];
        ElementShape.Of(elements, out var inputs);
        var heads = Enumerable.Range(0, elements.Count).Where(i => elements[i] is HeadDeclaration).ToList();
        int outputs = inputs[heads[0]].Width;
        string? problem =
            !attribute.Has("Start") || !attribute.Has("End") ? "Start and End are given together"
            : source.Kind == SourceKind.Input ? "its inputs are numbers"
            : heads.Count > 1
                || elements[heads[0]] is not HeadDeclaration { Loss: LossKind.SoftmaxCrossEntropy } ? "its outputs are not the "
                    + "probabilities of symbols: [SoftmaxCrossEntropy]"
            : steps < 2 ? "a target has at least a symbol and its end, so Steps is 2 or more"
            : null;
        int start = 0, end = 0;
        if (problem is null)
        {
            (start, end) = (attribute.Symbol("Start", source.Symbols), attribute.Symbol("End", outputs));
            // The end is never an input.
            if (outputs - (end == outputs - 1 ? 1 : 0) > source.Symbols)
                problem = $"its inputs are {Numeral.Count(source.Symbols)} symbols and its outputs {Numeral.Count(outputs)}: what it "
                    + "says it must also be told";
        }

        if (problem is not null)
        {
            diagnostics.Report(Descriptors.BadEnds, attribute.LocationOf(attribute.Has("Start") ? "Start" : "End"), problem);
            return null;
        }

        return (start, end);
    }

    /// <summary>
    /// A decoder's layers find the encoder's at the same height, from the top; and whatever the encoder computes has somewhere to go.
    /// </summary>
    private void CheckBridge(JointDeclaration declaration, EquatableArray<ElementDeclaration> decoder)
    {
        var (encoder, bridge) = (declaration.Encoder, declaration.Bridge);
        int below = JointDeclaration.Levels(encoder.Elements).Count, above = JointDeclaration.Levels(decoder).Count;
        bool areOutputsTaken = bridge == BridgeKind.Dense || decoder.Any(e => e is AttentionDeclaration or ContextDeclaration);
        var states = declaration.Bridged(decoder).ToList();
        if (bridge is BridgeKind.EveryState or BridgeKind.Direct && above > below)
        {
            Report($"Bridge.{bridge} needs as many layers in the encoder as in the decoder, but there are {below} and {above}");
            return;
        }

        foreach (var state in states.Where(s => bridge == BridgeKind.Direct && s.From > 0 && s.From != s.Width))
            Report($"Bridge.Direct needs equal sizes, but {state.Name.Text} has {state.From} numbers in the encoder and {state.Width} in "
                + "the decoder: Bridge.EveryState maps them");
        if (states.All(s => s.From == 0) && !decoder.Any(e => e is AttentionDeclaration or ContextDeclaration))
            Report("nothing of the encoder reaches the decoder: it needs an [Attention], the [Context] or "
                + $"{(above == 0 ? "a recurrent layer" : "another Bridge")}");
        else if (!areOutputsTaken && encoder.Last is not RnnDeclaration)
            Report($"Bridge.{bridge} takes the states of recurrent layers, and ignores the encoder's layers behind them");

        void Report(string problem) =>
            diagnostics.Report(Descriptors.BadJoint, joint.LocationOf("Bridge"), encoder.Name, declaration.Decoder, problem);
    }
}
