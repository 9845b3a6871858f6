using System.Text;

namespace RnnGen.Generator.Writing.Text;

/// <summary>Text with indentation. Lines end in \n on every machine.</summary>
internal sealed class CodeWriter
{
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
            text.Append(' ', depth * 4).Append(line).Append('\n');
        }
    }

    /// <summary>A vector that goes to memory.</summary>
    public void Store(Code value, Address target) => Line($"{value.Within(Precedence.Primary)}.Store({target.Indexed});");

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

    private void Close(string end)
    {
        blankPending = isFirst = false;
        depth--;
        Line(end);
    }

    public readonly struct Closing(CodeWriter writer, string end) : IDisposable
    {
        public void Dispose() => writer.Close(end);
    }
}
