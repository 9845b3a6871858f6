using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace RnnGen.CodeFixes;

/// <summary>A code fix that replaces nodes of the file in which the mistake is.</summary>
/// <param name="ids">The diagnostics that it mends.</param>
public abstract class SyntaxFix(params string[] ids) : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; } = [.. ids];

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
            return;
        foreach (var diagnostic in context.Diagnostics)
        {
            var place = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            foreach (var change in Changes(place, diagnostic))
            {
                Task<Document> Apply(CancellationToken cancel) => Task.FromResult(context.Document.WithSyntaxRoot(change.Of(root)));
                context.RegisterCodeFix(CodeAction.Create(change.Title, Apply, change.Title), diagnostic);
            }
        }
    }

    /// <summary>The changes to offer for one diagnostic.</summary>
    /// <param name="place">The innermost node at the diagnostic's location.</param>
    /// <param name="diagnostic">The diagnostic; its properties are the arguments of its message, by their numbers.</param>
    private protected abstract IEnumerable<SyntaxChange> Changes(SyntaxNode place, Diagnostic diagnostic);

    /// <summary>An argument of the diagnostic's message.</summary>
    private protected static string Argument(Diagnostic diagnostic, int index) =>
        diagnostic.Properties.TryGetValue($"{index}", out string? value) ? value ?? "" : "";
}

/// <summary>One offer of a code fix.</summary>
/// <param name="Title">The words that the editor shows.</param>
/// <param name="Old">The node to replace.</param>
/// <param name="New">The node in its place; null to remove it.</param>
internal sealed record SyntaxChange(string Title, SyntaxNode Old, SyntaxNode? New)
{
    /// <summary>The file with the change.</summary>
    public SyntaxNode Of(SyntaxNode root) =>
        New is null ? root.RemoveNode(Old, SyntaxRemoveOptions.KeepUnbalancedDirectives)! : root.ReplaceNode(Old, New);
}
