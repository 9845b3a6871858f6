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
    /// <param name="start">The beginning of each line.</param>
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

    /// <summary>A line with a comment behind it, or if that is too long, above it.</summary>
    public void Remark(string line, string comment)
    {
        if ((depth * Indentation) + line.Length + 4 + comment.Length <= Width)
        {
            Line($"{line} // {comment}");
            return;
        }

        Comment(comment);
        Line(line);
    }

    /// <summary>A documentation's summary: in one line if that is not too long, otherwise between lines of its own.</summary>
    /// <param name="paragraphs">Each begins a line.</param>
    public void Summary(params string[] paragraphs) => Documentation("summary", "", paragraphs);

    /// <summary>An element of a documentation: in one line if that is not too long, otherwise between lines of its own.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="attribute">With the blank before it; empty for none.</param>
    /// <param name="paragraphs">Each begins a line.</param>
    public void Documentation(string tag, string attribute, params string[] paragraphs)
    {
        string line = $"/// <{tag}{attribute}>{paragraphs[0]}</{tag}>";
        if (paragraphs.Length == 1 && (depth * Indentation) + line.Length <= Width)
        {
            Line(line);
            return;
        }

        Line($"/// <{tag}{attribute}>");
        foreach (string paragraph in paragraphs)
            Comment(paragraph, "/// ");
        Line($"/// </{tag}>");
    }

    /// <summary>The documentation of a parameter.</summary>
    public void Parameter(string name, string text) => Documentation("param", $" name=\"{name}\"", text);

    /// <summary>The documentation of an exception.</summary>
    /// <param name="exception">A type of the namespace System.</param>
    /// <param name="text">When it is thrown, and what is then unchanged.</param>
    public void Exception(string exception, string text) => Documentation("exception", $" cref=\"{Api.System}{exception}\"", text);

    /// <summary>A statement that calls a method.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="arguments">Addresses are passed by reference.</param>
    public void Call(string method, params object[] arguments) => List($"{method}(", arguments.Select(Argument), ");");

    /// <summary>
    /// A list between brackets: in one line if that is not too long, otherwise in as few as can be below the opening bracket.
    /// </summary>
    /// <param name="head">The text before, with the bracket.</param>
    /// <param name="items">The list.</param>
    /// <param name="tail">The bracket, and what comes after.</param>
    public void List(string head, IEnumerable<string> items, string tail)
    {
        List<string> rest = [.. items];
        string line = head + string.Join(", ", rest) + tail;
        if (rest.Count == 0 || (depth * Indentation) + line.Length <= Width)
        {
            Line(line);
            return;
        }

        Fill(head, rest, tail);
    }

    /// <summary>A list below its head, in as few lines as can be.</summary>
    private void Fill(string head, IEnumerable<string> items, string tail)
    {
        List<string> rest = [.. items];
        Line(head.TrimEnd());
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

    /// <summary>A member with an attribute: in one line if that is not too long.</summary>
    public void Attributed(string attribute, string member)
    {
        // A later version may have more digits.
        const int Growth = 4;
        string line = $"{attribute} {member}";
        Line((depth * Indentation) + line.Length + Growth <= Width && !member.Contains('\n') ? line : $"{attribute}\n{member}");
    }

    /// <summary>A method with an expression for a body, which stands below the header if the line would be too long.</summary>
    /// <param name="header">The text before the parameters.</param>
    /// <param name="parameters">The parameters; null for a property.</param>
    /// <param name="body">The expression.</param>
    public void Arrow(string header, string[]? parameters, string body)
    {
        string line = parameters is null ? header : $"{header}({string.Join(", ", parameters)})";
        if ((depth * Indentation) + line.Length + 5 + body.Length <= Width)
        {
            Line($"{line} => {body};");
            return;
        }

        List(parameters is null ? header : header + "(", parameters ?? [], parameters is null ? " =>" : ") =>");
        Line($"    {body};");
    }

    /// <summary>Two lists in one call: in one line if that is not too long, otherwise each in as few as can be.</summary>
    public void Lists(string head, IEnumerable<string> items, string middle, IEnumerable<string> others, string tail)
    {
        string line = head + string.Join(", ", items) + middle + string.Join(", ", others) + tail;
        if ((depth * Indentation) + line.Length <= Width)
        {
            Line(line);
            return;
        }

        Fill(head, items, "");
        Fill(middle, others, tail);
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
    public Closing Block(string? header = null, string begin = "{", string end = "}")
    {
        if (header is not null)
            Line(header);
        Line(begin);
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
