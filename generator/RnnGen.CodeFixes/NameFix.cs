using System.Composition;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnGen.CodeFixes;

/// <summary>
/// Corrects the names of layers: one that no layer has (RNN020, RNN031), to the nearest that one has; one that is no identifier (RNN022).
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class NameFix() : SyntaxFix("RNN020", "RNN022", "RNN031")
{
    private const string ThereAre = "there are: ";

    private protected override IEnumerable<SyntaxChange> Changes(SyntaxNode place, Diagnostic diagnostic)
    {
        if (place.FirstAncestorOrSelf<LiteralExpressionSyntax>() is not { } literal || !literal.IsKind(SyntaxKind.StringLiteralExpression))
            yield break;
        string name = Argument(diagnostic, 0), text = literal.Token.ValueText;
        if (diagnostic.Id == "RNN022")
        {
            if (AsIdentifier(name) is { } identifier)
                yield return Change(literal, name, identifier, identifier);
            yield break;
        }

        string problem = Argument(diagnostic, 1);
        int list = problem.IndexOf(ThereAre, StringComparison.Ordinal);
        if (diagnostic.Id == "RNN031" && list < 0)
            yield break;
        var names = (list < 0 ? problem : problem.Substring(list + ThereAre.Length)).Split([", "], StringSplitOptions.None);
        foreach (string near in names.Where(n => Distance(n, name) <= Math.Max(1, name.Length / 3)).OrderBy(n => Distance(n, name)).Take(3))
        {
            yield return Change(literal, name, near, Regex.Replace(text, $@"(?<!\w){Regex.Escape(name)}(?!\w)", near));
        }
    }

    private static SyntaxChange Change(LiteralExpressionSyntax literal, string from, string to, string text) => new(
        $"Change '{from}' to '{to}'", literal,
        SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(text)).WithTriviaFrom(literal));

    private static string? AsIdentifier(string name)
    {
        var identifier = new StringBuilder();
        foreach (char c in name)
            identifier.Append(c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' ? c : '_');
        string trimmed = identifier.ToString().TrimStart('_', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return trimmed.Length == 0 ? null : trimmed;
    }

    /// <summary>The edit distance (Levenshtein 1966) of two names, capitals aside.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
