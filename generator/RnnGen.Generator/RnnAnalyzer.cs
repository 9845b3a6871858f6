using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Reading;

namespace RnnGen.Generator;

/// <summary>
/// Mistakes that the generator does not see, because it looks at models only: layers that belong to none, and uses of what a model was not given.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RnnAnalyzer : DiagnosticAnalyzer
{
    private static readonly string[] Kinds = ["RnnModel", "Encoder", "Decoder", "Seq2Seq"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.NoModel, Descriptors.NoSingleStep];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(CheckLayers, SymbolKind.NamedType);
        context.RegisterSyntaxNodeAction(CheckStep, SyntaxKind.SimpleMemberAccessExpression);
    }

    /// <summary>Layers on a class that is no model.</summary>
    private static void CheckLayers(SymbolAnalysisContext context)
    {
        var attributes = PartReader.AttributesOf((INamedTypeSymbol)context.Symbol, new DiagnosticBag());
        if (attributes.Any(a => Kinds.Contains(a.Name)))
            return;
        if (attributes.FirstOrDefault(a => PartReader.IsElement(a.Name!) || a.Name == "Compressed") is { } layer)
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.NoModel, layer.Location, layer.Name, context.Symbol.Name));
    }

    /// <summary><c>model.Step</c> where the model needs whole sequences.</summary>
    private static void CheckStep(SyntaxNodeAnalysisContext context)
    {
        var access = (MemberAccessExpressionSyntax)context.Node;
        if (access.Name.Identifier.ValueText != "Step" || context.SemanticModel.GetTypeInfo(access.Expression, context.CancellationToken).Type is not INamedTypeSymbol type)
            return;
        // A model with mistakes has no Forward either.
        if (!type.GetMembers("Step").IsEmpty || type.GetMembers("Forward").IsEmpty)
            return;
        var attributes = PartReader.AttributesOf(type, new DiagnosticBag());
        if (attributes.All(a => a.Name != "RnnModel"))
            return;
        string why =
            attributes.Any(a => a.Name == "Rnn" && a.Has("Direction")) ? "a layer in reverse begins at the end of a sequence"
            : attributes.Any(a => a.Name == "Pool") ? "a pool takes all steps of a sequence"
            : "its input is one vector for all steps";
        context.ReportDiagnostic(Diagnostic.Create(Descriptors.NoSingleStep, access.Name.GetLocation(), type.Name, why));
    }
}
