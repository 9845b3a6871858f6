using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Diagnostics;

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
    private readonly List<RnnDeclaration> layers = [];
    private SourceDeclaration? source;
    private DenseDeclaration? dense;
    private LossKind? loss;
    private AttributeReader? previous;

    private ModelReader(INamedTypeSymbol symbol) => this.symbol = symbol;

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
        if (source is null)
            diagnostics.Report(Descriptors.NoSource, location, symbol.Name);
        if (layers.Count == 0 && !attributes.Any(a => a.Name == "Rnn"))
            diagnostics.Report(Descriptors.NoLayer, location, symbol.Name);
        if (loss is null)
            diagnostics.Report(Descriptors.NoLoss, location, symbol.Name);
        if (diagnostics.HasErrors)
            return null;

        int outputs = dense?.Size ?? layers[layers.Count - 1].Output;
        if (loss == LossKind.SoftmaxCrossEntropy && outputs < 2)
            diagnostics.Report(Descriptors.OneClass, attributes.First(a => a.Name == "SoftmaxCrossEntropy").Location, $"{outputs}");
        if (steps > LongestUnrolling)
            diagnostics.Report(Descriptors.NotUnrolled, model.LocationOf("Steps"), Text.Count(steps), Text.Count(LongestUnrolling));
        var declaration = new ModelDeclaration(Names.Namespace(symbol), Names.Escape(symbol.Name), steps, isDouble, source!, layers.ToEquatableArray(), dense, loss!.Value);
        ModelShape.CheckSizes(declaration, location, diagnostics);
        return declaration;
    }

    private void ReadAttribute(AttributeReader attribute, CancellationToken cancel)
    {
        switch (attribute.Name)
        {
            case "Input":
                int size = attribute.Size(0, "The size of the input", LargestSize);
                SetSource(attribute, new(SourceKind.Input, size, size));
                break;
            case "OneHot":
                int symbols = attribute.Size(0, "The number of symbols", LargestSize);
                SetSource(attribute, new(SourceKind.OneHot, symbols, symbols));
                break;
            case "Embedding":
                SetSource(attribute, new(SourceKind.Embedding, attribute.Size(0, "The number of symbols", LargestVocabulary), attribute.Size(1, "The width of the embedding", LargestSize)));
                break;
            case "Rnn":
                ReadLayer(attribute, cancel);
                break;
            case "Dense":
                dense = new(attribute.Size(0, "The size of the dense layer", LargestSize), attribute.Choice("Activation", ActivationKind.Linear));
                break;
            case "SoftmaxCrossEntropy" or "SigmoidCrossEntropy" or "SquaredError":
                if (loss is not null)
                    diagnostics.Report(Descriptors.SecondLoss, attribute.Location, symbol.Name, $"{loss}");
                loss = (LossKind)Enum.Parse(typeof(LossKind), attribute.Name);
                break;
            default:
                return;
        }

        if (previous is not null && Rank(attribute) < Rank(previous))
            diagnostics.Report(Descriptors.OutOfOrder, attribute.Location, attribute.Name!, previous.Name!);
        previous = attribute;

        static int Rank(AttributeReader attribute) =>
            Sources.Contains(attribute.Name) ? 0 : attribute.Name == "Rnn" ? 1 : attribute.Name == "Dense" ? 2 : Losses.Contains(attribute.Name) ? 3 : -1;
    }

    private void SetSource(AttributeReader attribute, SourceDeclaration declared)
    {
        if (source is not null)
            diagnostics.Report(Descriptors.SecondSource, attribute.Location, symbol.Name, $"{source.Kind}");
        source ??= declared;
    }

    private void ReadLayer(AttributeReader attribute, CancellationToken cancel)
    {
        int hidden = attribute.Size(0, "The number of hidden units", LargestHidden);
        int depth = attribute.Number("Depth", 1, "Depth", LargestDepth);
        var cell = CellSource.Read(attribute.Type.TypeArguments[0], attribute, diagnostics, cancel);
        if (layers.Sum(l => l.Depth) + depth > MostLayers)
            diagnostics.Report(Descriptors.OutOfRange, attribute.LocationOf("Depth"), "The number of layers", "1", $"{MostLayers}", $"{layers.Sum(l => l.Depth) + depth}");
        else if (cell is not null)
            layers.Add(LayerReader.Read(attribute, cell, hidden, depth, diagnostics));
    }

    private static bool IsWithin(Location? location, SyntaxNode node) =>
        location is null || (location.SourceTree == node.SyntaxTree && node.Span.Contains(location.SourceSpan));

    private enum PrecisionKind
    {
        Float,
        Double,
    }
}
