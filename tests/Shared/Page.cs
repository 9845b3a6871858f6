using System.Text.RegularExpressions;

namespace RnnGen.Tests.Shared;

/// <summary>A page of the documentation: a file of Markdown and its blocks of code.</summary>
/// <param name="Text">All of it.</param>
internal sealed record Page(string Text)
{
    private const string Fence = "```";

    /// <summary>The fenced blocks in their order.</summary>
    public IReadOnlyList<Block> Blocks { get; } = [.. Find(Text)];

    /// <summary>Reads a page.</summary>
    public static Page Read(string path) => new(File.ReadAllText(path).ReplaceLineEndings("\n"));

    /// <summary>The code of all blocks in a language.</summary>
    public IEnumerable<string> In(string language) => Blocks.Where(block => block.Language == language).Select(block => block.Code);

    private static IEnumerable<Block> Find(string text)
    {
        string? language = null;
        List<string> lines = [];
        foreach (string line in text.Split('\n'))
        {
            if (language is null && line.StartsWith(Fence, StringComparison.Ordinal))
            {
                language = line[Fence.Length..];
                lines.Clear();
            }
            else if (language is not null && line == Fence)
            {
                yield return new(language, string.Concat(lines.Select(l => l + "\n")));
                language = null;
            }
            else
            {
                lines.Add(line);
            }
        }

        if (language is not null)
            throw new InvalidDataException($"A block of {language} does not end.");
    }
}

/// <summary>A fenced block of code.</summary>
/// <param name="Language">As the fence says, or empty.</param>
/// <param name="Code">Its lines, each ending in a line feed.</param>
internal readonly partial record struct Block(string Language, string Code)
{
    /// <summary>Whether it declares types rather than doing something.</summary>
    public bool IsDeclaration => Beginnings.Any(StartsWith);

    /// <summary>The name of the file that the first line says that it is, as a comment; null if it says none.</summary>
    public string? FileName => FirstLine().Match(Code) is { Success: true } match ? match.Groups["name"].Value : null;

    private static string[] Beginnings { get; } = ["[", "///", "public ", "using RnnGen;"];

    private bool StartsWith(string beginning) => Code.StartsWith(beginning, StringComparison.Ordinal);

    [GeneratedRegex(@"^(//|') (?<name>\w+\.\w+)\n")]
    private static partial Regex FirstLine();
}
