using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;

namespace RnnGen.Generator.Reading;

/// <summary>Reads a class with [RnnModel] and the attributes beside it.</summary>
internal static class ModelReader
{
    public static ReadResult<ModelDeclaration> Read(DeclaredType type, CancellationToken cancel)
    {
        var diagnostics = new DiagnosticBag();
        var declaration = Read(type, diagnostics, cancel);
        return new(diagnostics.HasErrors ? null : declaration, diagnostics.ToEquatableArray());
    }

    private static ModelDeclaration? Read(DeclaredType type, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var (symbol, syntax, compilation) = type;
        var attributes = PartReader.AttributesOf(symbol, diagnostics);
        // Written twice, [RnnModel] is the compiler's error; one of the two declarations is read, so that nothing is generated twice.
        var model = attributes.First(a => a.Name == "RnnModel");
        if (!model.IsWithin(syntax))
            return null;
        bool isDouble = ReadPrecision(model);
        var formats = ReadFormats(attributes, isDouble, diagnostics);
        bool hasInputs =
            attributes.Count(a => a.Name is "Input" or "Embedding") > 1 || attributes.Any(a => a.Name == "Embedding" && a.Has("Length"));
        ModelShape.Check(
            symbol, syntax, compilation,
            [
                .. ModelShape.Members, .. hasInputs ? ["Inputs"] : Array.Empty<string>(),
                .. formats.SelectMany(f => new[] { f.Format.Name, f.Format.Method })
            ],
            diagnostics);
        if (syntax is not ClassDeclarationSyntax)
            return null;

        int steps = ReadSteps(model);
        var location = syntax.Identifier.GetLocation();
        if (new PartReader(symbol, "RnnModel", steps, null, diagnostics).Read(attributes, location, cancel) is not { } elements)
            return null;
        ReportLoop(steps, model, diagnostics);
        if (formats.Count > 0)
            CheckDepths(formats, elements, diagnostics);
        var declaration = new ModelDeclaration(Names.Namespace(symbol), symbol.Name, steps, isDouble, elements)
        {
            Formats = formats.Select(f => f.Format).ToEquatableArray(),
            HasToString = ModelShape.HasToString(symbol),
        };
        ModelShape.CheckSizes(declaration, location, diagnostics);
        return declaration;
    }

    public static int ReadSteps(AttributeReader model) => model.Number("Steps", 32, "Steps", PartReader.LargestSize);

    public static bool ReadPrecision(AttributeReader model) => model.Choice("Precision", PrecisionKind.Float) == PrecisionKind.Double;

    public static void ReportLoop(int steps, AttributeReader model, DiagnosticBag diagnostics)
    {
        if (steps > ModelDeclaration.LongestUnrolling)
            diagnostics.Report(
                Descriptors.NotUnrolled, model.LocationOf("Steps"), Numeral.Count(steps), Numeral.Count(ModelDeclaration.LongestUnrolling));
    }

    /// <summary>A [Compressed] where there is nothing that could be.</summary>
    public static void RefuseFormats(IEnumerable<AttributeReader> attributes, string what, DiagnosticBag diagnostics)
    {
        foreach (var attribute in attributes.Where(a => a.Name == "Compressed"))
            diagnostics.Report(Descriptors.NotCompressed, attribute.Location, $"{what}: only [RnnModel] classes can be compressed");
    }

    private static List<(MatrixFormat Format, Location? Location)> ReadFormats(
        IEnumerable<AttributeReader> attributes, bool isDouble, DiagnosticBag diagnostics)
    {
        var formats = new List<(MatrixFormat Format, Location? Location)>();
        foreach (var attribute in attributes.Where(a => a.Name == "Compressed" && a.IsWellFormed))
        {
            int kind = (int)attribute.Choice<FormatKind>(0);
            if (kind < 0 || kind >= MatrixFormat.Compressed.Length)
                continue;
            var format = MatrixFormat.Compressed[kind];
            var location = attribute.PositionalLocation(0);
            if (formats.Any(f => f.Format == format))
                diagnostics.Report(Descriptors.NotCompressed, location, $"{format.Name} is asked for twice");
            else if (isDouble)
                diagnostics.Report(Descriptors.NotCompressed, location, "its numbers are doubles");
            else
                formats.Add((format, location));
        }

        return formats;
    }

    private static void CheckDepths(
        List<(MatrixFormat Format, Location? Location)> formats, EquatableArray<ElementDeclaration> elements, DiagnosticBag diagnostics)
    {
        ElementShape.Of(elements, out var inputs);
        long deepest = Enumerable.Range(0, elements.Count).Max(i => elements[i] switch
        {
            RnnDeclaration rnn => rnn.InputWidth(inputs[i]),
            DenseDeclaration or PoolDeclaration => inputs[i].Width,
            ConvolutionDeclaration { Groups: 1 } convolution => convolution.DepthOf(inputs[i].Channels),
            _ => 0,
        });
        foreach (var (_, location) in formats.Where(f => f.Format.Deepest < deepest))
            diagnostics.Report(
                Descriptors.NotCompressed, location,
                $"a layer takes {Numeral.Count(deepest)} numbers, and of more than {Numeral.Count(MatrixFormat.Int8.Deepest)} the "
                + "products do not fit into an integer of 32 bits");
    }

    /// <summary>RnnGen.WeightFormat, member by member.</summary>
    private enum FormatKind
    {
        BFloat16,
        Int8,
    }

    private enum PrecisionKind
    {
        Float,
        Double,
    }
}
