using RnnGen.Tests.Models;

namespace RnnGen.Tests;

/// <summary>docs/decoding.md says what is so.</summary>
public class DecodingPageTests
{
    [Fact]
    public void EveryBlockOfThePageCompilesAndRuns()
    {
        Page decoding = Page.Read(Path.Combine(AppContext.BaseDirectory, "docs", "decoding.md"));
        var page = ModelFactory.Load(Page.Program(
            decoding.Blocks.Where(block => block.Language == "csharp"),
            "(double, Generation, string, string, ContinuationTree) Run()",
            "return (read, written, text, likeliest, tree);"));
        var (read, written, text, likeliest, tree) =
            ((double, Generation, string, string, ContinuationTree))page.GetType("Page")!.GetMethod("Run")!.Invoke(null, null)!;
        Assert.True(read < 0 && written.LogProbability < 0);
        Assert.Equal(written.CountBeforeEnd, text.Length);
        Assert.DoesNotContain('.', text + likeliest);
        Assert.Equal(5, Leaves(tree));
    }

    private static int Leaves(ContinuationTree tree) => tree.Children.Count == 0 ? 1 : tree.Children.Sum(Leaves);
}
