using System.Globalization;
using System.Text;

namespace RnnGen;

/// <summary>
/// Texts that somebody's file has, as they may stand in a message, a log or a comment: on one line, in the order that they have, and
/// without end.
/// </summary>
internal static class FileText
{
    private const int LongestName = 100, MostSizes = 16;

    /// <summary>A name between quotes.</summary>
    /// <param name="name">Any text.</param>
    public static string Quote(string name) => $"'{Escape(name, LongestName)}'";

    /// <summary>A shape, which may have any number of dimensions.</summary>
    public static string Shape(ReadOnlySpan<long> shape) =>
        shape.Length <= MostSizes ? $"[{string.Join(", ", shape.ToArray())}]" : $"[{string.Join(", ", shape[..MostSizes].ToArray())}, …]";

    /// <summary>
    /// Control characters, those that nobody sees (marks of direction among them), ends of lines and halves of surrogate pairs as
    /// <c>\u202E</c>, everything else as it is.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="most">So many characters of it, with … behind them where there are more.</param>
    public static string Escape(string text, int most)
    {
        // Most names have nothing to escape, and a file can have many.
        if (text.Length <= most && !HasHidden(text))
            return text;
        StringBuilder escaped = new();
        int length = Math.Min(text.Length, most);
        for (int i = 0; i < length;)
        {
            bool isWhole = Rune.TryGetRuneAt(text, i, out Rune rune);
            int size = isWhole ? rune.Utf16SequenceLength : 1;
            if (isWhole && !IsHidden(Rune.GetUnicodeCategory(rune)))
                escaped.Append(text, i, size);
            else
                foreach (char c in text.AsSpan(i, size))
                    escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            i += size;
        }

        return escaped.Append(text.Length > most ? "…" : "").ToString();
    }

    private static bool HasHidden(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            // Half of a pair comes as the replacement character.
            if (rune == Rune.ReplacementChar || IsHidden(Rune.GetUnicodeCategory(rune)))
                return true;
        }

        return false;
    }

    private static bool IsHidden(UnicodeCategory category) => category
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
