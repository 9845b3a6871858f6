namespace RnnGen.Tests;

/// <summary>The most probable continuations as a tree.</summary>
public class ContinuationTreeTests
{
    private static readonly Table Weather = new([0.5, 0.25, 0.25], [0.15, 0.6, 0.25], [0.25, 0.25, 0.5]);

    [Fact]
    public void TheDrawingShowsSymbolsAndProbabilities()
    {
        string[] names = ["sun", "rain", "end"];
        ContinuationTree tree = Of(Weather, symbol: 0, results: 5, longest: 3, end: 2);
        Assert.Equal(
            """
            sun
            ├─ sun         50.00 %  50.00 %
            │  ├─ sun      50.00 %  25.00 %
            │  │  └─ sun   50.00 %  12.50 %
            │  ├─ rain     25.00 %  12.50 %
            │  │  └─ rain  60.00 %   7.50 %
            │  └─ end      25.00 %  12.50 %
            ├─ rain        25.00 %  25.00 %
            │  └─ rain     60.00 %  15.00 %
            │     └─ rain  60.00 %   9.00 %
            └─ end         25.00 %  25.00 %

            """,
            tree.ToString(symbol => names[symbol]));
        Assert.StartsWith("0\n├─ 0        50.00 %  50.00 %\n", Of(Weather, 0, 5, 3, 2).ToString());
        using StringWriter writer = new() { NewLine = "\r\n" };
        tree.Write(writer, symbol => names[symbol]);
        Assert.Equal(tree.ToString(symbol => names[symbol]).Replace("\n", "\r\n"), writer.ToString());
        Assert.Throws<ArgumentNullException>(() => tree.Write(null!));
    }

    [Fact]
    public void WithAllContinuationsTheProbabilitiesAreWhole()
    {
        for (ulong seed = 0; seed < 30; seed++)
        {
            Toy<double> toy = new(3, seed);
            ContinuationTree tree = Of(toy, 1, results: 27, longest: 3, end: null);
            Assert.Equal(1, tree.Probability);
            Assert.Equal(1, tree.PathProbability);
            Assert.Equal(27, Leaves(tree).Count());
            Assert.Equal(1, Leaves(tree).Sum(leaf => leaf.PathProbability), 1e-12);
            Assert.All(Inner(tree), inner => Assert.Equal(1, inner.Children.Sum(child => child.Probability), 1e-12));
            Assert.All(
                Inner(tree), inner => Assert.Equal(inner.PathProbability, inner.Children.Sum(child => child.PathProbability), 1e-12));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(10)]
    public void LeavesAreTheHypothesesAndChildrenAreTheBestFirst(int results)
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            Toy<float> toy = new(5, seed, levels: (int)(seed % 2) * 3);
            var search = toy.CreateBeamSearch(new BeamOptions { Width = results, Longest = 6, End = 0, Results = results });
            search.Search(toy, 5, default);
            ContinuationTree tree = search.ToTree();
            Assert.Equal(5, tree.Symbol);
            Found[] found = Found.All(search);
            (string Symbols, ContinuationTree Tree)[] leaves = [.. Sequences(tree, "")];
            Assert.Equal(found.Select(f => f.Symbols).Order(), leaves.Select(leaf => leaf.Symbols).Order());
            foreach (var (symbols, leaf) in leaves)
            {
                Found one = found.Single(f => f.Symbols == symbols);
                Assert.Equal(Math.Exp(one.LogProbability), leaf.PathProbability, 1e-12 * leaf.PathProbability);
                Assert.Equal(one.Ended, leaf.IsEnd);
            }

            Assert.All(Inner(tree), inner => Assert.False(inner.IsEnd));
            Assert.All(
                Inner(tree),
                inner => Assert.Equal(
                    inner.Children.OrderByDescending(child => child.Probability).ThenBy(child => child.Symbol), inner.Children));
            Assert.All(Inner(tree), inner => Assert.Equal(inner.Children.Count, inner.Children.DistinctBy(child => child.Symbol).Count()));
        }
    }

    [Fact]
    public void ATreeOutlivesTheSearch()
    {
        Toy<double> toy = new(4, 3);
        var search = toy.CreateBeamSearch(new BeamOptions { Width = 4, Longest = 3, Results = 4 });
        Assert.Contains("before a search", Assert.Throws<InvalidOperationException>(search.ToTree).Message);
        search.Search(toy, 0, default);
        ContinuationTree tree = search.ToTree();
        string drawing = tree.ToString();
        search.Search(toy, 1, default);
        Assert.Equal(drawing, tree.ToString());
        Assert.NotEqual(drawing, search.ToTree().ToString());
    }

    private static ContinuationTree Of<TState>(ISymbolModel<double, TState> model, int symbol, int results, int longest, int? end)
        where TState : struct
    {
        var search = model.CreateBeamSearch(new BeamOptions { Width = results, Longest = longest, End = end, Results = results });
        search.Search(model, symbol, default);
        return search.ToTree();
    }

    private static IEnumerable<ContinuationTree> Leaves(ContinuationTree tree) =>
        tree.Children.Count == 0 ? [tree] : tree.Children.SelectMany(Leaves);

    private static IEnumerable<ContinuationTree> Inner(ContinuationTree tree) =>
        tree.Children.Count == 0 ? [] : tree.Children.SelectMany(Inner).Prepend(tree);

    private static IEnumerable<(string Symbols, ContinuationTree Tree)> Sequences(ContinuationTree tree, string before) =>
        tree.Children.SelectMany(child => child.Children.Count == 0
            ? [(before + child.Symbol, child)]
            : Sequences(child, before + child.Symbol));
}
