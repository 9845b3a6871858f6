using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace RnnGen.CodeFixes;

/// <summary>
/// Multiplies the input of a cell by a <c>Weight</c>, where a layer's input has another width than its units (RNN035) or is one-hot
/// (RNN039). The cell may stand in another file of the project.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class InputWeightFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["RNN035", "RNN039"];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var cancel = context.CancellationToken;
        var model = await context.Document.GetSemanticModelAsync(cancel).ConfigureAwait(false);
        var place = model?.SyntaxTree.GetRoot(cancel).FindNode(context.Span);
        if (place?.FirstAncestorOrSelf<AttributeSyntax>()?.Name is not GenericNameSyntax { Identifier.ValueText: "Rnn" } layer
            || model!.GetSymbolInfo(layer.TypeArgumentList.Arguments[0], cancel).Symbol
                is not INamedTypeSymbol { DeclaringSyntaxReferences.Length: 1 } cell
            || await cell.DeclaringSyntaxReferences[0].GetSyntaxAsync(cancel).ConfigureAwait(false) is not StructDeclarationSyntax old
            || WithWeight(old) is not { } changed || context.Document.Project.Solution.GetDocument(old.SyntaxTree) is not { } document)
            return;
        string title = $"Multiply the input of '{cell.Name}' by a Weight";
        async Task<Document> Apply(CancellationToken token) =>
            document.WithSyntaxRoot((await old.SyntaxTree.GetRootAsync(token).ConfigureAwait(false)).ReplaceNode(old, changed));
        context.RegisterCodeFix(CodeAction.Create(title, Apply, title), context.Diagnostics);
    }

    private static StructDeclarationSyntax? WithWeight(StructDeclarationSyntax cell)
    {
        var step = cell.Members.OfType<MethodDeclarationSyntax>().FirstOrDefault(m => m.Identifier.ValueText == "Step");
        var input = step?.ParameterList.Parameters.FirstOrDefault(
            p => p.Type is IdentifierNameSyntax { Identifier.ValueText: "Input" })?.Identifier.ValueText;
        if (step is null || input is null)
            return null;
        var taken = new HashSet<string>(cell.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText));
        string matrix = Free("W", taken);
        var uses = step.DescendantNodes()
            .OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == input && !IsMultiplied(n, cell)).ToList();
        if (uses.Count == 0)
            return null;
        // A parameter is used once: several uses share a local.
        string product = $"{matrix} * {input}";
        string local = uses.Count == 1 ? $"({product})" : Free($"{matrix.ToLowerInvariant()}{input}", taken);
        var changed = step.ReplaceNodes(uses, (use, _) => SyntaxFactory.ParseExpression(local).WithTriviaFrom(use));
        if (uses.Count > 1)
        {
            if (changed.Body is not { } body || body.Statements.FirstOrDefault() is not { } first)
                return null;
            var declaration = SyntaxFactory.ParseStatement($"var {local} = {product};\n").WithLeadingTrivia(first.GetLeadingTrivia());
            changed = changed.WithBody(body.WithStatements(body.Statements.Insert(
                0, declaration.WithAdditionalAnnotations(Formatter.Annotation))));
        }

        var field = SyntaxFactory.ParseMemberDeclaration($"private readonly Weight {matrix};\n")!;
        var firstMember = cell.Members[0];
        var members = cell.Members.Replace(step, changed);
        return cell.WithMembers(members.Insert(
            0, field.WithLeadingTrivia(firstMember.GetLeadingTrivia()).WithAdditionalAnnotations(Formatter.Annotation)));
    }

    private static string Free(string name, HashSet<string> taken)
    {
        string free = name;
        for (int i = 2; taken.Contains(free); i++)
            free = $"{name}{i}";
        return free;
    }

    /// <summary>True if a Weight multiplies the input there already.</summary>
    private static bool IsMultiplied(IdentifierNameSyntax use, StructDeclarationSyntax cell) =>
        use.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression, Left: IdentifierNameSyntax matrix } product
        && product.Right == use
        && cell.Members.OfType<FieldDeclarationSyntax>()
            .Any(f => f.Declaration.Type.ToString() == "Weight"
                && f.Declaration.Variables.Any(v => v.Identifier.ValueText == matrix.Identifier.ValueText));
}
