using RnnGen.Tests.Models;

namespace RnnGen.Tests;

/// <summary>docs/decoding.md says what is so.</summary>
public class DecodingPageTests
{
    [Fact]
    public void EveryBlockOfThePageCompilesAndRuns()
    {
        string[] blocks = [.. File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "decoding.md"))
            .Split("```csharp\n")
            .Skip(1)
            .Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])];
        Assert.True(blocks.Length >= 5);
        string[] declarations = [.. blocks.Where(IsDeclaration)], statements = [.. blocks.Where(block => !IsDeclaration(block))];
        Assert.Single(declarations);
        var page = ModelFactory.Load($$"""
            using System;
            using RnnGen;
            {{declarations[0]}}
            public static class Page
            {
                public static (double, Generation, string, string, ContinuationTree) Run()
                {
                    {{string.Concat(statements)}}
                    return (read, written, text, likeliest, tree);
                }
            }
            """);
        var (read, written, text, likeliest, tree) =
            ((double, Generation, string, string, ContinuationTree))page.GetType("Page")!.GetMethod("Run")!.Invoke(null, null)!;
        Assert.True(read < 0 && written.LogProbability < 0);
        Assert.Equal(written.CountBeforeEnd, text.Length);
        Assert.DoesNotContain('.', text + likeliest);
        Assert.Equal(5, Leaves(tree));
    }

    private static bool IsDeclaration(string block) => block.StartsWith("[RnnModel", StringComparison.Ordinal);

    private static int Leaves(ContinuationTree tree) => tree.Children.Count == 0 ? 1 : tree.Children.Sum(Leaves);
}
