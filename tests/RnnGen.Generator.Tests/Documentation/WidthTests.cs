using System.Runtime.CompilerServices;

namespace RnnGen.Generator.Tests.Documentation;

/// <summary>Prose is wrapped at 120 columns; tables, code, headings and pictures are not.</summary>
public class WidthTests
{
    private const int Widest = 120;

    [Fact]
    public void ProseIsWrapped()
    {
        string root = InRepository(".");
        IEnumerable<string> pages =
        [
            .. Directory.GetFiles(root, "*.md"), .. Directory.GetFiles(Path.Combine(root, "docs"), "*.md"),
            .. Directory.GetDirectories(Path.Combine(root, "samples")).SelectMany(sample => Directory.GetFiles(sample, "*.md")),
            .. Directory.GetDirectories(Path.Combine(root, "runtime")).SelectMany(package => Directory.GetFiles(package, "*.md")),
        ];
        var wide =
            from page in pages
            from line in Prose(page)
            where line.Length > Widest
            select $"{Path.GetRelativePath(root, page)}: {line}";
        Assert.Equal([], wide);
    }

    private static IEnumerable<string> Prose(string page)
    {
        bool isCode = false;
        foreach (string line in File.ReadLines(page))
        {
            bool isFence = line.StartsWith("```", StringComparison.Ordinal);
            isCode ^= isFence;
            // One piece of code, such as a message, has no place to be wrapped at.
            bool isWhole = line.StartsWith('`') && line.EndsWith('`') && line.Count(character => character == '`') == 2;
            if (!isFence && !isCode && !isWhole && line.Length > 0 && !"|#!<".Contains(line[0]))
                yield return line;
        }
    }

    private static string InRepository(string path, [CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", path));
}
