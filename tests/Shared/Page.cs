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

    /// <summary>Blocks of C# as one source file: their types, and a class <c>Page</c> that has their statements in one method.</summary>
    /// <param name="blocks">The blocks, in their order.</param>
    /// <param name="method">The method's return type, name and parameters.</param>
    /// <param name="end">The statement behind all others.</param>
    /// <param name="types">Types that the page takes as given.</param>
    /// <param name="members">Further members of the class.</param>
    public static string Program(
        IEnumerable<Block> blocks, string method = "void Run()", string end = "", string types = "", string members = "")
    {
        ILookup<bool, Block> declares = blocks.ToLookup(block => block.IsDeclaration);
        string[] usings =
        [
            "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading", "System.Threading.Tasks", "RnnGen",
            .. blocks.SelectMany(block => block.Usings),
        ];
        return $$"""
            {{string.Concat(usings.Distinct().Select(name => $"using {name};\n"))}}
            {{types}}
            {{string.Concat(declares[true].Select(block => block.Body))}}
            public static class Page
            {
                {{members}}
                public static {{method}}
                {
                    {{string.Concat(declares[false].Select(block => block.Body))}}
                    {{end}}
                }
            }
            """;
    }

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
    public bool IsDeclaration
    {
        get
        {
            string body = Body.TrimStart('\n');
            return Beginnings.Any(beginning => body.StartsWith(beginning, StringComparison.Ordinal));
        }
    }

    /// <summary>The name of the file that the first line says that it is, as a comment; null if it says none.</summary>
    public string? FileName => FirstLine().Match(Code) is { Success: true } match ? match.Groups["name"].Value : null;

    /// <summary>The namespaces that its first lines use.</summary>
    public IEnumerable<string> Usings => Directives().Match(Code).Groups["name"].Captures.Select(capture => capture.Value);

    /// <summary>The code behind these lines.</summary>
    public string Body => Directives().Replace(Code, "");

    private static string[] Beginnings { get; } = ["[", "///", "public "];

    [GeneratedRegex(@"^(//|') (?<name>\w+\.\w+)\n")]
    private static partial Regex FirstLine();

    [GeneratedRegex(@"^(using (?<name>[\w.]+);\n)+")]
    private static partial Regex Directives();
}
