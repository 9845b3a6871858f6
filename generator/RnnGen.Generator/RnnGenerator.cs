using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Reading;
using RnnGen.Generator.Writing;

namespace RnnGen.Generator;

/// <summary>
/// The compiler in the compiler: reads models, cells and scores, and writes what they declare. Everything between reading and writing is a
/// pure function of values; diagnostics travel apart from declarations, so that moving code about reruns no emission.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class RnnGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var models = context.SyntaxProvider
            .ForAttributeWithMetadataName("RnnGen.RnnModelAttribute", static (node, _) => node is TypeDeclarationSyntax, ModelReader.Read)
            .WithTrackingName(TrackingNames.ReadModels);
        var cells = context.SyntaxProvider
            .ForAttributeWithMetadataName("RnnGen.RnnCellAttribute", static (node, _) => node is TypeDeclarationSyntax, CellDeclarationReader.Read)
            .WithTrackingName(TrackingNames.ReadCells);
        var scores = context.SyntaxProvider
            .ForAttributeWithMetadataName("RnnGen.RnnAttentionAttribute", static (node, _) => node is TypeDeclarationSyntax, CellDeclarationReader.ReadScore)
            .WithTrackingName(TrackingNames.ReadScores);

        context.RegisterSourceOutput(models.SelectMany(static (r, _) => r.Diagnostics.ToImmutableArray()), Report);
        context.RegisterSourceOutput(cells.SelectMany(static (r, _) => r.Diagnostics.ToImmutableArray()), Report);
        context.RegisterSourceOutput(scores.SelectMany(static (r, _) => r.Diagnostics.ToImmutableArray()), Report);

        var declaredModels = models.Select(static (r, _) => r.Declaration).Where(static d => d is not null).Select(static (d, _) => d!).WithTrackingName(TrackingNames.Models);
        var declaredCells = cells.Select(static (r, _) => r.Declaration).Where(static d => d is not null).Select(static (d, _) => d!).WithTrackingName(TrackingNames.Cells);
        var declaredScores = scores.Select(static (r, _) => r.Declaration).Where(static d => d is not null).Select(static (d, _) => d!).WithTrackingName(TrackingNames.Scores);
        var names = FileNames.Of(declaredModels.Select(static (m, _) => FileName.Of(m)), declaredCells.Select(static (c, _) => FileName.Of(c)), declaredScores.Select(static (s, _) => FileName.Of(s)));

        var modelFiles = declaredModels.Combine(names).Select(static (pair, _) => (Model: pair.Left, File: pair.Right.For(FileName.Of(pair.Left)))).WithTrackingName(TrackingNames.ModelFiles);
        var cellFiles = declaredCells.Combine(names).Select(static (pair, _) => (Cell: pair.Left, File: pair.Right.For(FileName.Of(pair.Left)))).WithTrackingName(TrackingNames.CellFiles);
        var scoreFiles = declaredScores.Combine(names).Select(static (pair, _) => (Score: pair.Left, File: pair.Right.For(FileName.Of(pair.Left)))).WithTrackingName(TrackingNames.ScoreFiles);

        context.RegisterSourceOutput(modelFiles, static (output, item) =>
        {
            var (members, kernels) = ModelWriter.Write(item.Model);
            output.AddSource($"{item.File}.g.cs", SourceText.From(members, Encoding.UTF8));
            output.AddSource($"{item.File}.Kernels.g.cs", SourceText.From(kernels, Encoding.UTF8));
        });
        context.RegisterSourceOutput(cellFiles, static (output, item) =>
            output.AddSource($"{item.File}.g.cs", SourceText.From(CellWriter.Write(item.Cell), Encoding.UTF8)));
        context.RegisterSourceOutput(scoreFiles, static (output, item) =>
            output.AddSource($"{item.File}.g.cs", SourceText.From(CellWriter.Write(item.Score), Encoding.UTF8)));
    }

    private static void Report(SourceProductionContext output, DiagnosticInfo diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic());
}

/// <summary>The pipeline's steps, as tests ask whether they ran again.</summary>
internal static class TrackingNames
{
    public const string ReadModels = nameof(ReadModels);
    public const string ReadCells = nameof(ReadCells);
    public const string ReadScores = nameof(ReadScores);
    public const string Models = nameof(Models);
    public const string Cells = nameof(Cells);
    public const string Scores = nameof(Scores);
    public const string ModelFiles = nameof(ModelFiles);
    public const string CellFiles = nameof(CellFiles);
    public const string ScoreFiles = nameof(ScoreFiles);
}

/// <summary>What a generated file is called after: a model, a cell or a score.</summary>
internal sealed record FileName(string Type, string Suffix)
{
    public string Text => Type.Replace("@", "") + Suffix;

    public static FileName Of(ModelDeclaration model) => new(model.FullName, "");

    public static FileName Of(CellType cell) => new(cell.FullName, cell.Cell.IsScore ? ".Score" : ".Cell");
}

/// <summary>File names of what is generated. Files are told apart without regard to case, types are not: a name that differs only in case gets a number.</summary>
internal sealed record FileNames(EquatableArray<FileName> Clashing)
{
    public static IncrementalValueProvider<FileNames> Of(IncrementalValuesProvider<FileName> models, IncrementalValuesProvider<FileName> cells, IncrementalValuesProvider<FileName> scores) =>
        models.Collect().Combine(cells.Collect()).Combine(scores.Collect()).Select(static (all, _) => new FileNames(
            all.Left.Left.Concat(all.Left.Right).Concat(all.Right).GroupBy(n => n.Text, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).SelectMany(g => g.OrderBy(n => n.Text, StringComparer.Ordinal)).ToEquatableArray()));

    public string For(FileName name)
    {
        int place = Clashing.Where(n => string.Equals(n.Text, name.Text, StringComparison.OrdinalIgnoreCase)).ToList().IndexOf(name);
        return place > 0 ? $"{name.Text}.{place + 1}" : name.Text;
    }
}
