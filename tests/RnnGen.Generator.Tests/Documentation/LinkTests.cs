using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace RnnGen.Generator.Tests.Documentation;

/// <summary>The repository's pages of Markdown: every relative link leads to a file, and every #anchor to a heading.</summary>
public partial class LinkTests
{
    [Fact]
    public void EveryLinkLeadsSomewhere()
    {
        string root = InRepository(".");
        string[] pages =
        [
            .. Directory.GetFiles(root, "*.md"), .. Directory.GetFiles(Path.Combine(root, "docs"), "*.md"),
            .. Directory.GetDirectories(Path.Combine(root, "samples")).SelectMany(sample => Directory.GetFiles(sample, "*.md")),
        ];
        (string Page, string Target)[] links = [.. pages.SelectMany(page => Targets(page).Select(target => (page, target)))];
        Assert.True(links.Length > 200, $"Only {links.Length} links were found.");
        Assert.Equal(
            [],
            links.Where(link => !Leads(link.Page, link.Target)).Select(link => $"{Path.GetRelativePath(root, link.Page)}: {link.Target}"));
    }

    /// <summary>Each page is in the README, or in a page that is.</summary>
    [Fact]
    public void TheReadmeLeadsToEveryPage()
    {
        string root = InRepository(".");
        HashSet<string> reached = [];
        Stack<string> open = new([Path.GetFullPath(Path.Combine(root, "README.md"))]);
        while (open.TryPop(out string? page))
        {
            if (!reached.Add(page))
                continue;
            foreach (string target in Targets(page))
            {
                string file = target.Split('#')[0];
                if (file.EndsWith(".md", StringComparison.Ordinal) && !IsAddress(file))
                    open.Push(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, file)));
            }
        }

        Assert.Equal([], Directory.GetFiles(Path.Combine(root, "docs"), "*.md").Except(reached).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("## Optimisers, schedules, clipping", "optimisers-schedules-clipping")]
    [InlineData("### RNN022: A layer's name must be an identifier", "rnn022-a-layers-name-must-be-an-identifier")]
    [InlineData("## N→N: an output at `every` step", "nn-an-output-at-every-step")]
    public void AnAnchorIsTheHeadingAsGitHubWritesIt(string heading, string anchor) => Assert.Equal(anchor, AnchorOf(heading));

    private static IEnumerable<string> Targets(string page) =>
        Link().Matches(WithoutCode(page)).Select(match => match.Groups["target"].Value);

    private static bool Leads(string page, string target)
    {
        if (IsAddress(target))
            return true;
        string[] parts = target.Split('#');
        string file = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        if (parts.Length == 1)
            return File.Exists(file) || Directory.Exists(file);
        return File.Exists(file) && WithoutCode(file).Split('\n').Any(line => line.StartsWith('#') && AnchorOf(line) == parts[1]);
    }

    private static bool IsAddress(string target) => target.StartsWith("https://", StringComparison.Ordinal);

    // Letters, digits, hyphens and underscores stay, and spaces become hyphens.
    private static string AnchorOf(string heading) =>
        Unlinked().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static string WithoutCode(string page) => Fenced().Replace(File.ReadAllText(page).ReplaceLineEndings("\n"), "");

    private static string InRepository(string path, [CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", path));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"[^\p{L}\p{N}_\- ]")]
    private static partial Regex Unlinked();
}
