using System.Runtime.CompilerServices;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Tests.Diagnostics;

public class DocumentationTests
{
    [Fact]
    public void EveryDiagnosticIsExplained()
    {
        string[] lines = File.ReadAllLines(InRepository("docs/diagnostics.md"));
        Assert.Equal(
            Descriptors.ById.Values.Select(d => $"### {d.Id}: {d.Title}"),
            lines.Where(l => l.StartsWith("### ", StringComparison.Ordinal)));
    }

    [Fact]
    public void EveryDiagnosticLinksToItsExplanation()
    {
        string text = File.ReadAllText(InRepository("docs/diagnostics.md"));
        Assert.All(Descriptors.ById.Values, d =>
        {
            // The project has no public address yet.
            Assert.Equal(HelpLink.ProjectUrl is null, d.HelpLinkUri.Length == 0);
            string link = HelpLink.To("https://example.org/rnngen", d.Id, d.Title.ToString(System.Globalization.CultureInfo.InvariantCulture))!;
            Assert.StartsWith($"https://example.org/rnngen/blob/main/docs/diagnostics.md#{d.Id.ToLowerInvariant()}-", link);
            // GitHub's way from a heading to its anchor.
            string anchor = link[(link.IndexOf('#') + 1)..];
            string heading = text.Split('\n').Single(l => l.StartsWith($"### {d.Id}:", StringComparison.Ordinal))[4..];
            Assert.Equal(anchor, string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-')).Replace(' ', '-'));
        });
    }

    [Fact]
    public void EveryDiagnosticIsReleased()
    {
        var lines = ((string[])["Shipped", "Unshipped"]).SelectMany(f => File.ReadAllLines(InRepository($"generator/RnnGen.Generator/AnalyzerReleases.{f}.md")));
        Assert.Equal(
            Descriptors.ById.Values.Select(d => $"{d.Id} | {d.Category} | {d.DefaultSeverity} | {d.Title}"),
            lines.Where(l => l.StartsWith("RNN", StringComparison.Ordinal)));
    }

    [Fact]
    public void EveryDiagnosticHasATest()
    {
        string marked = string.Concat(Directory.GetFiles(InRepository("tests/RnnGen.Generator.Tests/Diagnostics"), "*.cs").Select(File.ReadAllText));
        Assert.DoesNotContain(Descriptors.ById.Keys, id => !marked.Contains($"{{|{id}:", StringComparison.Ordinal));
    }

    [Fact]
    public void EveryDeclarationOfTheGuideCompiles()
    {
        string[] blocks = [.. File.ReadAllText(InRepository("docs/models.md")).Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)]).Where(b => b.StartsWith("[RnnModel", StringComparison.Ordinal))];
        Assert.True(blocks.Length >= 6);
        var (result, output) = Compiler.Generate(Compiler.Compile("using RnnGen;\n" + string.Concat(blocks)));
        Assert.Empty(result.Diagnostics);
        Assert.DoesNotContain(Compiler.Problems(output), d => d.Id != "CS1591");
    }

    [Fact]
    public void TheGuideToSequencesCompiles()
    {
        string[] blocks = [.. File.ReadAllText(InRepository("docs/seq2seq.md")).Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)])];
        string program = $$"""
            {{blocks[0]}}
            public static class Program
            {
                public static void Run(Pronouncer model, int[][] spellings, int[][] phonemes, int[] letters, float[] probabilities, float[] looks)
                {
                    {{string.Concat(blocks.Skip(1))}}
                }
            }
            """;
        var (result, output) = Compiler.Generate(Compiler.Compile(program));
        Assert.Empty(result.Diagnostics);
        Assert.DoesNotContain(Compiler.Problems(output), d => d.Id != "CS1591");
    }

    [Fact]
    public void TheGuideToFewerBytesCompiles()
    {
        string[] blocks = [.. File.ReadAllText(InRepository("docs/compressed.md")).Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)])];
        string program = $$"""
            {{blocks[0]}}
            public static class Program
            {
                public static void Run(CharModel model, int symbol, float[] probabilities)
                {
                    {{blocks[1]}}
                }
            }
            """;
        var (result, output) = Compiler.Generate(Compiler.Compile(program));
        Assert.Empty(result.Diagnostics);
        Assert.DoesNotContain(Compiler.Problems(output), d => d.Id != "CS1591");
    }

    [Fact]
    public void TheGuideListsEveryFunction()
    {
        string[] rows = File.ReadAllLines(InRepository("docs/cells.md")).SkipWhile(l => l != "### Functions").Skip(1).TakeWhile(l => !l.StartsWith('#')).Where(l => l.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        Assert.Equal(
            Language.Functions.Where(f => f.InCells).Select(f => f.Name).Order(),
            rows.Select(r => r["| `".Length..r.IndexOf('(', StringComparison.Ordinal)]).Order());
    }

    [Fact]
    public void EveryCellAndScoreOfTheGuideCompiles()
    {
        string[] blocks = [.. File.ReadAllText(InRepository("docs/cells.md")).Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)]).Where(b => b.StartsWith("using RnnGen;", StringComparison.Ordinal))];
        Assert.Contains(blocks, b => b.Contains("[RnnCell]", StringComparison.Ordinal));
        Assert.Contains(blocks, b => b.Contains("[RnnAttention]", StringComparison.Ordinal));
        foreach (string block in blocks)
        {
            var (result, output) = Compiler.Generate(Compiler.Compile(block));
            Assert.Empty(result.Diagnostics);
            Assert.DoesNotContain(Compiler.Problems(output), d => d.Id != "CS1591");
        }
    }

    private static string InRepository(string path, [CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", path);
}
