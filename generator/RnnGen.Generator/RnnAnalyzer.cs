using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;

namespace RnnGen.Generator;

/// <summary>
/// Reports mistakes that the generator does not see, because it looks at models only: layers that belong to none, and uses of what a model
/// was not given. And repeats the generator's diagnostics, hidden: an editor offers code fixes for an analyzer's diagnostics only
/// (dotnet/roslyn #67354).
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RnnAnalyzer : DiagnosticAnalyzer
{
    private static readonly string[] Kinds = ["RnnModel", "Encoder", "Decoder", "Seq2Seq"];

    private static readonly ImmutableArray<DiagnosticDescriptor> Own =
        [Descriptors.NoModel, Descriptors.NoSingleStep, Descriptors.NotOptimized];

    private static readonly ImmutableDictionary<string, DiagnosticDescriptor> Hidden = Descriptors.ById.Values
        .Except(Own)
        .ToImmutableDictionary(
            d => d.Id,
            d => new DiagnosticDescriptor(d.Id, d.Title, d.MessageFormat, d.Category, DiagnosticSeverity.Hidden, isEnabledByDefault: true));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. Own, .. Hidden.Values];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(CheckType, SymbolKind.NamedType);
        context.RegisterSyntaxNodeAction(CheckStep, SyntaxKind.SimpleMemberAccessExpression);
    }

    private static void CheckType(SymbolAnalysisContext context)
    {
        var attributes = PartReader.AttributesOf((INamedTypeSymbol)context.Symbol, new DiagnosticBag());
        if (attributes.Count == 0)
            return;
        CheckLayers(context, attributes);
        CheckBuild(context, attributes);
        RepeatDiagnostics(context);
    }

    /// <summary>The generator's diagnostics of a declaration, with the arguments of their messages for code fixes.</summary>
    private static void RepeatDiagnostics(SymbolAnalysisContext context)
    {
        var symbol = (INamedTypeSymbol)context.Symbol;
        foreach (var attribute in symbol.GetAttributes())
        {
            var written = attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken);
            if (written?.Parent?.Parent is not TypeDeclarationSyntax syntax)
                continue;
            var type = new DeclaredType(symbol, syntax, context.Compilation);
            foreach (var diagnostic in Read(type, attribute, context.CancellationToken))
            {
                if (diagnostic.Location is not { } place
                    || context.Compilation.SyntaxTrees.FirstOrDefault(t => t.FilePath == place.Path) is not { } tree)
                    continue;
                var arguments = diagnostic.Arguments.Select((a, i) => new KeyValuePair<string, string?>($"{i}", a)).ToImmutableDictionary();
                context.ReportDiagnostic(Diagnostic.Create(
                    Hidden[diagnostic.Id], Location.Create(tree, place.Span), arguments, [.. diagnostic.Arguments]));
            }
        }
    }

    private static EquatableArray<DiagnosticInfo> Read(DeclaredType type, AttributeData attribute, CancellationToken cancel) =>
        AttributeReader.Is(attribute, "RnnModelAttribute") ? ModelReader.Read(type, cancel).Diagnostics
        : AttributeReader.Is(attribute, "Seq2SeqAttribute") ? JointReader.Read(type, cancel).Diagnostics
        : Dialect.All.FirstOrDefault(d => AttributeReader.Is(attribute, d.Attribute + "Attribute")) is { } dialect
            ? CellDeclarationReader.Read(type, dialect, cancel).Diagnostics
        : [];

    /// <summary>Layers on a class that is no model.</summary>
    private static void CheckLayers(SymbolAnalysisContext context, List<AttributeReader> attributes)
    {
        if (attributes.Any(a => Kinds.Contains(a.Name)))
            return;
        if (attributes.FirstOrDefault(a => PartReader.IsElement(a.Name!) || a.Name == "Compressed") is { } layer)
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.NoModel, layer.Location, layer.Name, context.Symbol.Name));
    }

    /// <summary>Models of a build that is not optimised.</summary>
    private static void CheckBuild(SymbolAnalysisContext context, List<AttributeReader> attributes)
    {
        if (context.Compilation.Options.OptimizationLevel == OptimizationLevel.Release)
            return;
        foreach (var model in attributes.Where(a => a.Name is "RnnModel" or "Seq2Seq" && a.Location is not null))
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.NotOptimized, model.Location, context.Symbol.Name));
    }

    /// <summary><c>model.Step</c> where the model needs whole sequences.</summary>
    private static void CheckStep(SyntaxNodeAnalysisContext context)
    {
        var access = (MemberAccessExpressionSyntax)context.Node;
        if (access.Name.Identifier.ValueText != "Step"
            || context.SemanticModel.GetTypeInfo(access.Expression, context.CancellationToken).Type is not INamedTypeSymbol type)
            return;
        // A model with mistakes has no Forward either.
        if (!type.GetMembers("Step").IsEmpty || type.GetMembers("Forward").IsEmpty)
            return;
        var attributes = PartReader.AttributesOf(type, new DiagnosticBag());
        if (attributes.All(a => a.Name != "RnnModel"))
            return;
        string why =
            attributes.Any(a => a.Name == "Rnn" && a.Has("Direction") && a.Choice("Over", AxisKind.Time) == AxisKind.Time)
                ? "a layer in reverse begins at the end of a sequence"
            : attributes.Any(a => a.Name == "Pool" && a.Choice("Over", AxisKind.Time) == AxisKind.Time)
                ? "a pool takes all steps of a sequence"
            : attributes.Any(a => a.Name is "Dense" or "Softmax" or "LogSoftmax" && a.Choice("Over", AxisKind.Inner) == AxisKind.Time)
                ? "a layer over time takes all steps of a sequence"
            : "its input is one vector for all steps";
        context.ReportDiagnostic(Diagnostic.Create(Descriptors.NoSingleStep, access.Name.GetLocation(), type.Name, why));
    }
}
