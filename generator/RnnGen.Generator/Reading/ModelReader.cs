using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>Reads a class with [RnnModel] and the attributes beside it, from top to bottom.</summary>
internal sealed class ModelReader
{
    public const int LargestSize = 65_536;
    public const int LargestVocabulary = 1_048_576;
    public const int LargestHidden = 16_384;
    public const int LargestDepth = 64;
    public const int MostLayers = 256;
    public const int LongestUnrolling = 256;

    private static readonly string[] Sources = ["Input", "OneHot", "Embedding"];
    private static readonly string[] Losses = ["SoftmaxCrossEntropy", "SigmoidCrossEntropy", "SquaredError"];

    private readonly INamedTypeSymbol symbol;
    private readonly DiagnosticBag diagnostics = new();
    private readonly ElementList elements;
    private AttributeReader? firstLayer;

    private ModelReader(INamedTypeSymbol symbol)
    {
        this.symbol = symbol;
        elements = new(diagnostics);
    }

    public static ReadResult<ModelDeclaration> Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        var reader = new ModelReader((INamedTypeSymbol)context.TargetSymbol);
        var declaration = reader.Read((TypeDeclarationSyntax)context.TargetNode, context.SemanticModel.Compilation, cancel);
        return new(reader.diagnostics.HasErrors ? null : declaration, reader.diagnostics.ToEquatableArray());
    }

    private ModelDeclaration? Read(TypeDeclarationSyntax syntax, Compilation compilation, CancellationToken cancel)
    {
        var attributes = symbol.GetAttributes().Select(a => new AttributeReader(a, diagnostics)).Where(a => a.Name is not null).ToList();
        // Written twice, [RnnModel] is the compiler's error; one of the two declarations is read, so that nothing is generated twice.
        var model = attributes.First(a => a.Name == "RnnModel");
        if (!IsWithin(model.Location, syntax))
            return null;
        ModelShape.Check(symbol, syntax, compilation, diagnostics);
        if (syntax is not ClassDeclarationSyntax)
            return null;

        int steps = model.Number("Steps", 32, "Steps", LargestSize);
        bool isDouble = model.Choice("Precision", PrecisionKind.Float) == PrecisionKind.Double;
        bool wellFormed = attributes.All(a => a.IsWellFormed);
        foreach (var attribute in attributes.Where(a => a.IsWellFormed && a != model))
        {
            cancel.ThrowIfCancellationRequested();
            ReadAttribute(attribute, cancel);
        }

        var location = syntax.Identifier.GetLocation();
        if (!wellFormed)
            return null;
        if (!elements.HasSource)
            diagnostics.Report(Descriptors.NoSource, location, symbol.Name);
        if (!attributes.Any(a => a.Name is "Rnn" or "Feedback") && !elements.HasPrevious)
            diagnostics.Report(Descriptors.NoLayer, location, symbol.Name);
        if (!attributes.Any(a => Losses.Contains(a.Name)))
            diagnostics.Report(Descriptors.NoLoss, location, symbol.Name);
        if (!diagnostics.HasErrors)
            elements.CheckShapes();
        if (diagnostics.HasErrors)
            return null;

        if (steps > LongestUnrolling)
            diagnostics.Report(Descriptors.NotUnrolled, model.LocationOf("Steps"), Text.Count(steps), Text.Count(LongestUnrolling));
        var declaration = new ModelDeclaration(Names.Namespace(symbol), Names.Escape(symbol.Name), steps, isDouble, elements.Declarations);
        ModelShape.CheckSizes(declaration, location, diagnostics);
        return declaration;
    }

    private void ReadAttribute(AttributeReader attribute, CancellationToken cancel)
    {
        string name = attribute.Name!;
        if (Sources.Contains(name))
        {
            ReadSource(attribute);
            return;
        }

        if (name is not ("Rnn" or "Dense" or "Dropout" or "Repeat" or "Pool" or "Feedback") && !Losses.Contains(name))
            return;
        firstLayer ??= attribute;
        var from = elements.ReadFrom(attribute);
        string label = Losses.Contains(name) ? "" : elements.ReadName(attribute, "");
        switch (name)
        {
            case "Rnn":
                if (ReadLayer(attribute, label, from, cancel) is { } layer)
                    elements.Add(attribute, layer);
                else
                    elements.Claim(label);
                break;
            case "Dense":
                int size = attribute.Size(0, "The size of the dense layer", LargestSize);
                elements.Add(attribute, new DenseDeclaration(label, from, size, LayerReader.ReadActivation(attribute, "Activation", "Activation", ActivationKind.Linear, diagnostics), attribute.Flag("Bias", true)));
                break;
            case "Dropout":
                elements.Add(attribute, new DropoutDeclaration(label, from, attribute.Share(0)));
                break;
            case "Feedback":
                elements.Add(attribute, new FeedbackDeclaration(label, from, attribute.Size(0, "The size of the feedback", LargestSize)));
                break;
            case "Repeat":
                elements.Add(attribute, new RepeatDeclaration(label, from));
                break;
            case "Pool":
                elements.Add(attribute, new PoolDeclaration(label, from, attribute.Choice<PoolKind>(0), attribute.Number("Units", 0, "Units", LargestSize)));
                break;
            default:
                elements.Add(attribute, new HeadDeclaration(from, (LossKind)Enum.Parse(typeof(LossKind), name), attribute.Real("Weight", 1, "a number above 0", w => w > 0 && !double.IsInfinity(w))));
                break;
        }
    }

    private void ReadSource(AttributeReader attribute)
    {
        string name = elements.ReadName(attribute, "input");
        var source = attribute.Name switch
        {
            "Input" when attribute.Size(0, "The size of the input", LargestSize) is var size =>
                new SourceDeclaration(name, SourceKind.Input, size, size, attribute.Flag("Once", false)),
            "OneHot" when attribute.Size(0, "The number of symbols", LargestSize) is var symbols =>
                new SourceDeclaration(name, SourceKind.OneHot, symbols, symbols, false),
            _ => new SourceDeclaration(name, SourceKind.Embedding, attribute.Size(0, "The number of symbols", LargestVocabulary), attribute.Size(1, "The width of the embedding", LargestSize), false),
        };
        if (elements.Source is { } first)
            diagnostics.Report(Descriptors.SecondSource, attribute.Location, symbol.Name, $"{first.Kind}");
        else if (firstLayer is not null)
            diagnostics.Report(Descriptors.OutOfOrder, attribute.Location, attribute.Name!, firstLayer.Name!);
        elements.SetSource(attribute, source);
    }

    private RnnDeclaration? ReadLayer(AttributeReader attribute, string name, EquatableArray<ElementUse> from, CancellationToken cancel)
    {
        int hidden = attribute.Size(0, "The number of hidden units", LargestHidden);
        int depth = attribute.Number("Depth", 1, "Depth", LargestDepth);
        var cell = CellSource.Read(attribute.Type.TypeArguments[0], attribute, diagnostics, cancel);
        int layers = elements.Declarations.OfType<RnnDeclaration>().Sum(l => l.Depth) + depth;
        if (layers > MostLayers)
            diagnostics.Report(Descriptors.OutOfRange, attribute.LocationOf("Depth"), "The number of layers", "1", $"{MostLayers}", $"{layers}");
        if (cell is null || layers > MostLayers)
            return null;
        bool firstState = attribute.Flag("FirstState", false);
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
            attribute.Share("Dropout"));
    }

    private static bool IsWithin(Location? location, SyntaxNode node) =>
        location is null || (location.SourceTree == node.SyntaxTree && node.Span.Contains(location.SourceSpan));

    private enum PrecisionKind
    {
        Float,
        Double,
    }
}
