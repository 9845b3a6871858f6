namespace Translate;

/// <summary>A text as it is written, and what it is to become.</summary>
/// <param name="Kind">For tables.</param>
/// <param name="Written">The characters to read.</param>
/// <param name="Spoken">The words to say, with a space between them.</param>
internal sealed record Pair(string Kind, string Written, string Spoken);
