using System.Text;

namespace RnnGen.Generator.Writing.Text;

/// <summary>Text with indentation. Lines end in \n on every machine.</summary>
internal sealed class CodeWriter
{
    /// <summary>Characters of a line at most, where a list can be broken.</summary>
    public const int Width = 140;

    private const int Indentation = 4;

    private readonly StringBuilder text = new();
    private int depth;
    private bool blankPending;

    // Right behind an opening brace no blank line is wanted.
    private bool isFirst;

    /// <summary>Writes lines at the current depth; a text of several lines is indented line by line.</summary>
    public void Line(string lines)
    {
        foreach (string line in lines.Split('\n'))
        {
            if (line.Length == 0)
            {
                Blank();
                continue;
            }

            if (blankPending && !isFirst)
                text.Append('\n');
            blankPending = isFirst = false;
            text.Append(' ', depth * Indentation).Append(line).Append('\n');
        }
    }

    /// <summary>A comment, in as many lines as it needs.</summary>
    /// <param name="text">One paragraph.</param>
    /// <param name="start">What each line begins with.</param>
    public void Comment(string text, string start = "// ")
    {
        int room = Math.Max(Width - (depth * Indentation) - start.Length, Width / 4);
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > room)
            {
                Line(start + line);
                line = "";
            }

            line += line.Length == 0 ? word : " " + word;
        }

        Line(start + line);
    }

    /// <summary>A documentation's summary: in one line if that is not too long, otherwise between lines of its own.</summary>
    /// <param name="paragraphs">Each begins a line.</param>
    public void Summary(params string[] paragraphs)
    {
        if (paragraphs.Length == 1 && (depth * Indentation) + paragraphs[0].Length + 29 <= Width)
        {
            Line($"/// <summary>{paragraphs[0]}</summary>");
            return;
        }

        Line("/// <summary>");
        foreach (string paragraph in paragraphs)
            Comment(paragraph, "/// ");
        Line("/// </summary>");
    }

    /// <summary>A statement that calls a method.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="arguments">Addresses are passed by reference.</param>
    public void Call(string method, params object[] arguments) => List($"{method}(", arguments.Select(Argument), ");");

    /// <summary>A list between brackets: in one line if that is not too long, otherwise in as few as can be below the opening bracket.</summary>
    /// <param name="head">What comes before, and the bracket.</param>
    /// <param name="items">The list.</param>
    /// <param name="tail">The bracket, and what comes after.</param>
    public void List(string head, IEnumerable<string> items, string tail)
    {
        List<string> rest = [.. items];
        string line = head + string.Join(", ", rest) + tail;
        if (rest.Count < 2 || (depth * Indentation) + line.Length <= Width)
        {
            Line(line);
            return;
        }

        Line(head);
        depth++;
        while (rest.Count > 0)
        {
            int count = 1, length = (depth * Indentation) + rest[0].Length;
            while (count < rest.Count && length + 2 + rest[count].Length + tail.Length <= Width)
                length += 2 + rest[count++].Length;
            Line(string.Join(", ", rest.Take(count)) + (count == rest.Count ? tail : ","));
            rest.RemoveRange(0, count);
        }

        depth--;
    }

    /// <summary>A condition or a loop for the one statement that is written until the result is disposed of.</summary>
    /// <param name="header">The line above it; null for none.</param>
    public Closing Under(string? header)
    {
        if (header is null)
            return default;
        Line(header);
        depth++;
        return new(this, null);
    }

    /// <summary>An argument as a call has it.</summary>
    public static string Argument(object argument) => argument switch
    {
        Address address => $"ref {address}",
        bool value => value ? "true" : "false",
        _ => $"{argument}",
    };

    /// <summary>A vector that goes to memory.</summary>
    public void Store(Code value, Address target) => List($"{value.Within(Precedence.Primary)}.Store(", [target.Start, target.Index], ");");

    /// <summary>One blank line before whatever comes next, unless a block ends here.</summary>
    public void Blank() => blankPending = text.Length > 0;

    /// <summary>Opens a brace; disposing of the result closes it.</summary>
    public Closing Block(string? header = null, string end = "}")
    {
        if (header is not null)
            Line(header);
        Line("{");
        depth++;
        isFirst = true;
        return new Closing(this, end);
    }

    public override string ToString() => text.ToString();

    private void Close(string? end)
    {
        depth--;
        if (end is null)
            return;
        blankPending = isFirst = false;
        Line(end);
        Blank();
    }

    /// <summary>Ends what a method of the writer began.</summary>
    public readonly struct Closing(CodeWriter writer, string? end) : IDisposable
    {
        public void Dispose() => writer?.Close(end);
    }
}
