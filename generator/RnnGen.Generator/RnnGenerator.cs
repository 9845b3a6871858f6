using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Pipeline;
using RnnGen.Generator.Reading;
using RnnGen.Generator.Writing.Members;

namespace RnnGen.Generator;

/// <summary>
/// The compiler in the compiler: reads models, cells, scores and losses, and writes what they declare. Everything between reading and
/// writing is a pure function of values; diagnostics travel apart from declarations, so that moving code about reruns no emission.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class RnnGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var models = Read<ModelDeclaration>(context, "RnnModel", TrackingNames.Models, ModelReader.Read);
        var joints = Read<ModelDeclaration>(context, "Seq2Seq", TrackingNames.Joints, JointReader.Read);
        var cells = Read<CellType>(context, "RnnCell", TrackingNames.Cells, Equations(Dialect.Cell));
        var scores = Read<CellType>(context, "RnnAttention", TrackingNames.Scores, Equations(Dialect.Score));
        var losses = Read<CellType>(context, "RnnLoss", TrackingNames.Losses, Equations(Dialect.Loss));
        var names = FileNames.Of(
            models.Collect()
                .Combine(joints.Collect())
                .Select(static (all, _) => all.Left.Concat(all.Right).Select(FileName.Of).ToEquatableArray()),
            cells.Collect()
                .Combine(scores.Collect())
                .Combine(losses.Collect())
                .Select(static (all, _) =>
                    all.Left.Left.Concat(all.Left.Right).Concat(all.Right).Select(FileName.Of).ToEquatableArray()));

        var isOptimized = context.CompilationProvider.Select(static (c, _) => c.Options.OptimizationLevel == OptimizationLevel.Release);
        Write(context, For(isOptimized, models), names, TrackingNames.ModelFiles, FileName.Of, AddModel);
        Write(context, For(isOptimized, joints), names, TrackingNames.JointFiles, FileName.Of, AddModel);
        Write(context, cells, names, TrackingNames.CellFiles, FileName.Of, AddCell);
        Write(context, scores, names, TrackingNames.ScoreFiles, FileName.Of, AddCell);
        Write(context, losses, names, TrackingNames.LossFiles, FileName.Of, AddCell);
    }

    private static Func<DeclaredType, CancellationToken, ReadResult<CellType>> Equations(Dialect dialect) =>
        (type, cancel) => CellDeclarationReader.Read(type, dialect, cancel);

    /// <summary>The declarations that carry an attribute; what is wrong with them is reported.</summary>
    private static IncrementalValuesProvider<T> Read<T>(
        IncrementalGeneratorInitializationContext context, string attribute, string step,
        Func<DeclaredType, CancellationToken, ReadResult<T>> read)
        where T : class, IEquatable<T>
    {
        var results = context.SyntaxProvider.ForAttributeWithMetadataName(
            $"RnnGen.{attribute}Attribute", static (node, _) => node is TypeDeclarationSyntax,
            (type, cancel) => read(DeclaredType.From(type), cancel)).WithTrackingName(TrackingNames.Read(step));
        // A part of two models says what is wrong with it once.
        context.RegisterSourceOutput(
            results.SelectMany(static (r, _) => r.Diagnostics.ToImmutableArray())
                .Collect()
                .SelectMany(static (all, _) => all.Distinct().ToImmutableArray()),
            Report);
        return results.Select(static (r, _) => r.Declaration)
            .Where(static d => d is not null)
            .Select(static (d, _) => d!)
            .WithTrackingName(step);
    }

    private static IncrementalValuesProvider<ModelDeclaration> For(
        IncrementalValueProvider<bool> isOptimized, IncrementalValuesProvider<ModelDeclaration> models) =>
        models.Combine(isOptimized).Select(static (pair, _) => pair.Left with { IsOptimized = pair.Right });

    private static void Write<T>(
        IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<T> declarations,
        IncrementalValueProvider<FileNames> names, string step, Func<T, FileName> nameOf, Action<SourceProductionContext, T, string> add)
        where T : IEquatable<T>
    {
        var files = declarations.Combine(names)
            .Select((pair, _) => (Declaration: pair.Left, File: pair.Right.For(nameOf(pair.Left))))
            .WithTrackingName(step);
        context.RegisterSourceOutput(files, (output, item) => add(output, item.Declaration, item.File));
    }

    private static void AddModel(SourceProductionContext output, ModelDeclaration model, string file)
    {
        foreach (var (suffix, text) in ModelWriter.Write(model))
            output.AddSource($"{file}{suffix}.g.cs", SourceText.From(text, Encoding.UTF8));
    }

    private static void AddCell(SourceProductionContext output, CellType cell, string file) =>
        output.AddSource($"{file}.g.cs", SourceText.From(CellWriter.Write(cell), Encoding.UTF8));

    private static void Report(SourceProductionContext output, DiagnosticInfo diagnostic) =>
        output.ReportDiagnostic(diagnostic.ToDiagnostic());
}
