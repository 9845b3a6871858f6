using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Diagnostics;

namespace RnnGen.Generator.Reading;

/// <summary>Reads a class with [RnnModel] and the attributes beside it.</summary>
internal static class ModelReader
{
    public const int LongestUnrolling = 256;

    public static ReadResult<ModelDeclaration> Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        var diagnostics = new DiagnosticBag();
        var symbol = (INamedTypeSymbol)context.TargetSymbol;
        var declaration = Read(symbol, (TypeDeclarationSyntax)context.TargetNode, context.SemanticModel.Compilation, diagnostics, cancel);
        return new(diagnostics.HasErrors ? null : declaration, diagnostics.ToEquatableArray());
    }

    private static ModelDeclaration? Read(INamedTypeSymbol symbol, TypeDeclarationSyntax syntax, Compilation compilation, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var attributes = PartReader.AttributesOf(symbol, diagnostics);
        // Written twice, [RnnModel] is the compiler's error; one of the two declarations is read, so that nothing is generated twice.
        var model = attributes.First(a => a.Name == "RnnModel");
        if (!model.IsWithin(syntax))
            return null;
        ModelShape.Check(symbol, syntax, compilation, ModelShape.Members, diagnostics);
        if (syntax is not ClassDeclarationSyntax)
            return null;

        int steps = ReadSteps(model);
        bool isDouble = ReadPrecision(model);
        var location = syntax.Identifier.GetLocation();
        if (new PartReader(symbol, "RnnModel", null, diagnostics).Read(attributes, location, cancel) is not { } elements)
            return null;
        ReportLoop(steps, model, diagnostics);
        var declaration = new ModelDeclaration(Names.Namespace(symbol), Names.Escape(symbol.Name), steps, isDouble, elements);
        ModelShape.CheckSizes(declaration, location, diagnostics);
        return declaration;
    }

    public static int ReadSteps(AttributeReader model) => model.Number("Steps", 32, "Steps", PartReader.LargestSize);

    public static bool ReadPrecision(AttributeReader model) => model.Choice("Precision", PrecisionKind.Float) == PrecisionKind.Double;

    public static void ReportLoop(int steps, AttributeReader model, DiagnosticBag diagnostics)
    {
        if (steps > LongestUnrolling)
            diagnostics.Report(Descriptors.NotUnrolled, model.LocationOf("Steps"), Text.Count(steps), Text.Count(LongestUnrolling));
    }

    private enum PrecisionKind
    {
        Float,
        Double,
    }
}
