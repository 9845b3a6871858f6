using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Text;

namespace RnnGen.Generator.Tests;

/// <summary>A place that a test marked in a source.</summary>
internal sealed record Mark(string Id, TextSpan Span);

/// <summary>A source with marks: <c>{|RNN010:0|}</c> is the text 0, where RNN010 is expected.</summary>
internal sealed partial record Markup(string Source, IReadOnlyList<Mark> Marks)
{
    public static Markup Parse(string text)
    {
        var marks = new List<Mark>();
        var open = new Stack<(string Id, int Start)>();
        int removed = 0;
        foreach (Match match in Delimiter().Matches(text))
        {
            int position = match.Index - removed;
            removed += match.Length;
            if (match.Groups["id"].Success)
                open.Push((match.Groups["id"].Value, position));
            else if (open.Pop() is var (id, start))
                marks.Add(new Mark(id, TextSpan.FromBounds(start, position)));
        }

        return new Markup(Delimiter().Replace(text, ""), [.. marks.OrderBy(m => m.Span.Start).ThenBy(m => m.Id)]);
    }

    [GeneratedRegex(@"\{\|(?<id>RNN\d{3}):|\|\}")]
    private static partial Regex Delimiter();
}
