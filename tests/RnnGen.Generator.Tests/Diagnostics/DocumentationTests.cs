using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Tests.Diagnostics;

public partial class DocumentationTests
{
    [Fact]
    public void EveryDiagnosticIsExplained()
    {
        string[] lines = File.ReadAllLines(InRepository("docs/diagnostics.md"));
        Assert.Equal(
            Descriptors.ById.Values.Select(d => $"### {d.Id}: {d.Title}"),
            lines.Where(l => l.StartsWith("### ", StringComparison.Ordinal)));
    }

    /// <summary>As the compiler prints it, but for names and numbers: a reader who searches for a message finds its section.</summary>
    [Fact]
    public void EverySectionBeginsWithTheMessage()
    {
        string[] lines = File.ReadAllLines(InRepository("docs/diagnostics.md"));
        Assert.Equal(
            Descriptors.ById.Values.Select(AsPrinted),
            lines.Zip(lines.Skip(2)).Where(pair => pair.First.StartsWith("### ", StringComparison.Ordinal)).Select(pair => pair.Second));
    }

    [Fact]
    public void TheContentsLeadToEveryDiagnostic()
    {
        string contents = File.ReadAllText(InRepository("docs/diagnostics.md")).Split("\n## ")[0];
        Assert.Equal(
            Descriptors.ById.Keys.Order(),
            Regex.Matches(contents, @"\[(RNN\d+)\]\(#").Select(match => match.Groups[1].Value).Order());
    }

    [Fact]
    public void EveryDiagnosticLinksToItsExplanation()
    {
        string text = File.ReadAllText(InRepository("docs/diagnostics.md"));
        Assert.All(Descriptors.ById.Values, d =>
        {
            // The project has no public address yet.
            Assert.Equal(HelpLink.ProjectUrl is null, d.HelpLinkUri.Length == 0);
            string link =
                HelpLink.To("https://example.org/rnngen", d.Id, d.Title.ToString(System.Globalization.CultureInfo.InvariantCulture))!;
            Assert.StartsWith($"https://example.org/rnngen/blob/main/docs/diagnostics.md#{d.Id.ToLowerInvariant()}-", link);
            // GitHub's way from a heading to its anchor.
            string anchor = link[(link.IndexOf('#') + 1)..];
            string heading = text.Split('\n').Single(l => l.StartsWith($"### {d.Id}:", StringComparison.Ordinal))[4..];
            Assert.Equal(
                anchor,
                string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-')).Replace(' ', '-'));
        });
    }

    [Fact]
    public void EveryDiagnosticIsReleased()
    {
        var lines = ((string[])["Shipped", "Unshipped"]).SelectMany(
            f => File.ReadAllLines(InRepository($"generator/RnnGen.Generator/AnalyzerReleases.{f}.md")));
        Assert.Equal(
            Descriptors.ById.Values.Select(d => $"{d.Id} | {d.Category} | {d.DefaultSeverity} | {d.Title}"),
            lines.Where(l => l.StartsWith("RNN", StringComparison.Ordinal)));
    }

    [Fact]
    public void EveryDiagnosticHasATest()
    {
        string marked =
            string.Concat(Directory.GetFiles(InRepository("tests/RnnGen.Generator.Tests/Diagnostics"), "*.cs").Select(File.ReadAllText));
        Assert.DoesNotContain(Descriptors.ById.Keys, id => !marked.Contains($"{{|{id}:", StringComparison.Ordinal));
    }

    [Fact]
    public void TheGuideListsEveryFunction()
    {
        string[] rows = File.ReadAllLines(InRepository("docs/cells.md"))
            .SkipWhile(l => l != "### Functions")
            .Skip(1)
            .TakeWhile(l => !l.StartsWith('#')).Where(l => l.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        Assert.Equal(
            Language.Functions.Where(f => f.InCells).Select(f => f.Name).Order(),
            rows.Select(r => r["| `".Length..r.IndexOf('(', StringComparison.Ordinal)]).Order());
    }

    private static string AsPrinted(DiagnosticDescriptor descriptor)
    {
        string severity = descriptor.DefaultSeverity == DiagnosticSeverity.Info ? "info" : "error";
        return $"`{severity} {descriptor.Id}: "
            + $"{Placeholder().Replace(descriptor.MessageFormat.ToString(CultureInfo.InvariantCulture), "…")}`";
    }

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Placeholder();

    private static string InRepository(string path, [CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", path);
}
