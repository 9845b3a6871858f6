using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;

namespace RnnGen.Generator.Reading;

/// <summary>Reads what a model's inputs are: [Input], [OneHot] and [Embedding].</summary>
/// <param name="owner">The class.</param>
/// <param name="kind">The attribute that makes it one: RnnModel, Encoder or Decoder.</param>
/// <param name="elements">Those that stand above.</param>
/// <param name="diagnostics">Receives what is wrong.</param>
internal sealed class SourceReader(string owner, string kind, ElementList elements, DiagnosticBag diagnostics)
{
    private const int LargestSize = PartReader.LargestSize;

    public static bool IsSource(string attribute) => attribute is "Input" or "OneHot" or "Embedding";

    /// <summary>The source that an attribute declares.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="firstLayer">The first layer above it, where it would stand too low.</param>
    public SourceDeclaration Read(AttributeReader attribute, AttributeReader? firstLayer)
    {
        string name = elements.ReadName(attribute, InputDeclaration.DefaultName);
        var source = attribute.Name switch
        {
            "Input" => ReadInput(attribute, name),
            "OneHot" when attribute.Size(0, "The number of symbols", LargestSize) is var symbols =>
                new SourceDeclaration(name, SourceKind.OneHot, symbols, symbols, false),
            _ => ReadEmbedding(attribute, name),
        };
        if (firstLayer is not null)
            diagnostics.Report(Descriptors.OutOfOrder, attribute.Location, attribute.Name!, firstLayer.Name!);
        else if ((elements.HasSource || HasSeveralSymbols(source)) && WhyAlone(source) is { } problem)
            diagnostics.Report(Descriptors.SecondSource, attribute.Location, owner, problem);
        return source;
    }

    /// <summary>True if a step has several symbols of a source.</summary>
    public static bool HasSeveralSymbols(SourceDeclaration source) => source is { Kind: SourceKind.Embedding, Length: > 1 };

    /// <summary>Why a source cannot be a part of a vector, beside those above it; null if it can.</summary>
    private string? WhyAlone(SourceDeclaration source)
    {
        string property = InputDeclaration.PropertyOf(source.Name);
        return kind != "RnnModel" ? $"{(kind == "Encoder" ? "an encoder" : "a decoder")} has one source, of one symbol or vector a step"
            : elements.Sources.Append(source).Any(s => s.Kind == SourceKind.OneHot)
                ? "[OneHot] stands alone: [Embedding] can stand beside others"
            : elements.Sources.Append(source).Any(s => s.Once) ? "an input of a whole sequence (Once) stands alone"
            : elements.Sources.Any(s => s.Name == source.Name) ? $"two are called '{source.Name}': give each a Name of its own"
            : InputDeclaration.Taken.Contains(property) || elements.Sources.Any(s => InputDeclaration.PropertyOf(s.Name) == property)
                ? $"'{source.Name}' would be the property {property} of Inputs, which there is already"
            : null;
    }

    private static SourceDeclaration ReadEmbedding(AttributeReader attribute, string name)
    {
        int symbols = attribute.Size(0, "The number of symbols", PartReader.LargestVocabulary);
        int width = attribute.Size(1, "The width of the embedding", LargestSize);
        return new(name, SourceKind.Embedding, symbols, width, false)
        {
            Length = attribute.Number("Length", 1, "Length", LargestSize / width),
        };
    }

    private static SourceDeclaration ReadInput(AttributeReader attribute, string name)
    {
        int size = attribute.Size(0, "The size of the input", LargestSize);
        int channels = attribute.Number("Channels", 0, "Channels", LargestSize / size);
        return channels == 0
            ? new(name, SourceKind.Input, size, size, attribute.Flag("Once", false))
            : new(name, SourceKind.Input, size * channels, size * channels, attribute.Flag("Once", false)) { Length = size };
    }
}
