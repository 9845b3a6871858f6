using Microsoft.CodeAnalysis.CSharp;

namespace RnnGen.Generator.Support;

/// <summary>A name of the user's, perhaps with its namespace. Printed it is C#: what is a keyword has its @.</summary>
/// <param name="Text">The name itself, as messages, parameters' names and longer names have it.</param>
internal sealed record Identifier(string Text)
{
    /// <summary>The name with a large first letter, as the end of a longer one.</summary>
    public string Capitalized => char.ToUpperInvariant(Text[0]) + Text.Substring(1);

    public static implicit operator Identifier(string text) => new(text);

    /// <summary>A name in a namespace, which is empty for the global one.</summary>
    public static Identifier Qualified(Identifier within, Identifier name) =>
        within.Text.Length == 0 ? name : new($"{within.Text}.{name.Text}");

    public override string ToString() => string.Join(".", Text.Split('.').Select(Escape));

    private static string Escape(string part) =>
        SyntaxFacts.GetKeywordKind(part) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(part) != SyntaxKind.None
            ? "@" + part
            : part;
}
