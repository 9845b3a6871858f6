namespace RnnGen.Tests;

/// <summary>
/// What beam search finds: everything if it is wide enough, the greedy choice if it is narrow, and never nonsense between.
/// </summary>
public class BeamSearchTests
{
    /// <summary>Each normalisation with its formula, written down again.</summary>
    private static readonly (LengthNormalization Normalization, Func<int, double> Divisor)[] Normalizations =
    [
        (LengthNormalization.None, _ => 1),
        (LengthNormalization.Length(), n => n),
        (LengthNormalization.Length(0.5), n => Math.Sqrt(n)),
        (LengthNormalization.Wu(0.6), n => Math.Pow((5.0 + n) / 6, 0.6)),
        (LengthNormalization.Wu(3), n => Math.Pow((5.0 + n) / 6, 3)),
    ];

    public static TheoryData<int, int, int> Sizes => new()
    {
        // Symbols, longest, levels.
        { 2, 1, 0 }, { 4, 1, 0 }, { 2, 4, 0 }, { 3, 3, 0 }, { 3, 4, 0 }, { 4, 3, 0 }, { 4, 4, 0 }, { 2, 4, 2 }, { 3, 4, 1 },
        { 4, 3, 3 }, { 1, 3, 0 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ABeamThatIsWideEnoughFindsWhatAnExhaustiveSearchFinds(int symbols, int longest, int levels)
    {
        int width = (int)Math.Pow(symbols, longest - 1);
        foreach (var (normalization, divisor) in Normalizations)
        {
            foreach (int? end in new int?[] { null, 0, symbols - 1 })
            {
                BeamSearch<double, History> search = new(
                    symbols,
                    new BeamOptions { Width = width, Longest = longest, End = end, Normalization = normalization, Results = width });
                for (ulong seed = 0; seed < 30; seed++)
                {
                    Toy<double> toy = new(symbols, seed, levels);
                    List<Found> expected = [.. Found.Exhaustively(toy, symbols, new History(seed, 0), longest, end, divisor).Take(width)];
                    search.Search(toy, symbols, new History(seed, 0));
                    Found[] found = Found.All(search);
                    Assert.Equal(expected.Count, found.Length);
                    for (int i = 0; i < found.Length; i++)
                        Assert.Equal(expected[i].Score, found[i].Score, 1e-12);
                    // Levels make equal scores, whose order the enumeration does not know.
                    if (levels == 0)
                        Assert.Equal(expected.Select(f => (f.Symbols, f.Ended)), found.Select(f => (f.Symbols, f.Ended)));
                }
            }
        }
    }

    [Fact]
    public void FewerResultsAreTheFirstOfMany()
    {
        foreach (var (normalization, _) in Normalizations)
        {
            BeamOptions options = new() { Width = 27, Longest = 4, End = 1, Normalization = normalization, Results = 27 };
            BeamSearch<double, History> all = new(3, options);
            for (int results = 1; results < 5; results++)
            {
                BeamSearch<double, History> few = new(3, options with { Results = results });
                for (ulong seed = 0; seed < 100; seed++)
                {
                    Toy<double> toy = new(3, seed);
                    all.Search(toy, 2, default);
                    few.Search(toy, 2, default);
                    Assert.Equal(Found.All(all)[..results], Found.All(few));
                }
            }
        }
    }

    [Fact]
    public void Width1IsGreedy()
    {
        int[] written = new int[12];
        foreach (var (normalization, divisor) in Normalizations)
        {
            foreach (int? end in new int?[] { null, 2 })
            {
                BeamSearch<float, History> search =
                    new(5, new BeamOptions { Longest = written.Length, End = end, Normalization = normalization });
                for (ulong seed = 0; seed < 200; seed++)
                {
                    // Every other toy with many equal probabilities.
                    Toy<float> toy = new(5, seed, levels: (int)(seed % 2) * 2);
                    History state = default;
                    Generation greedy = toy.Generate(5, ref state, Sampler.Greedy, written, end);
                    Found best = Found.Of(search.Search(toy, 5, default));
                    Assert.Equal(string.Concat(written[..greedy.Count]), best.Symbols);
                    Assert.Equal(greedy.LogProbability, best.LogProbability);
                    Assert.Equal(greedy.Ended, best.Ended);
                    Assert.Equal(greedy.LogProbability / divisor(greedy.Count), best.Score, 1e-12);
                }
            }
        }
    }

    [Fact]
    public void WhereTheLogarithmRoundsTwoProbabilitiesToOneTheyThemselvesDecide()
    {
        double next = Math.BitIncrement(1e-9);
        Table table = new([1 - 2e-9, 1e-9, next], [0.5, 1e-9, 0.5 - 1e-9], [1, 0, 0]);
        BeamSearch<double, History> search = new(3, new BeamOptions { Width = 3, Longest = 1, Results = 3 });
        search.Search(table, 0, default);
        Assert.Equal(["0", "2", "1"], Found.All(search).Select(f => f.Symbols));
        Assert.Equal(search[1].LogProbability, search[2].LogProbability);
    }

    [Fact]
    public void TheLeastBitMoreProbableIsEnoughForAPlace()
    {
        // 1 and then 0 is 0.2 · (1 + 1e-8), where 0 and then 1 has taken the last place with 0.2.
        Table table = new([0.6, 0.4, 0, 0], [0.4 * (1 + 1e-8), 0.3, 0.3, 0], [1, 0, 0, 0], [0.5, 0.5, 0, 0]);
        BeamSearch<double, History> search = table.CreateBeamSearch(new BeamOptions { Width = 2, Longest = 2, Results = 2 });
        search.Search(table, 3, default);
        Assert.Equal(["00", "10"], Found.All(search).Select(f => f.Symbols));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void ResultsAreWhatTheySayTheyAre(int levels)
    {
        foreach (var (normalization, divisor) in Normalizations)
        {
            foreach (int? end in new int?[] { null, 3 })
            {
                foreach (int width in new[] { 1, 2, 3, 7, 20 })
                {
                    BeamOptions options =
                        new() { Width = width, Longest = 9, End = end, Normalization = normalization, Results = Math.Max(1, width / 2) };
                    BeamSearch<float, History> search = new(6, options);
                    for (ulong seed = 0; seed < 40; seed++)
                        Check(new Toy<float>(6, seed, levels), search, new History(seed, 0), divisor);
                }
            }
        }
    }

    private static void Check(Toy<float> toy, BeamSearch<float, History> search, History start, Func<int, double> divisor)
    {
        BeamOptions options = search.Options;
        Found best = Found.Of(search.Search(toy, 0, start));
        Found[] all = Found.All(search);
        Assert.InRange(all.Length, 1, options.Results);
        Assert.Equal(best, all[0]);
        Assert.Equal(all.OrderByDescending(f => f.Score), all);
        Assert.Equal(all.Length, all.DistinctBy(f => f.Symbols).Count());
        for (int i = 0; i < all.Length; i++)
        {
            int[] symbols = search[i].Symbols.ToArray();
            History state = start;
            Assert.Equal(toy.LogProbability(0, ref state, symbols), all[i].LogProbability);
            Assert.Equal(start.Length + symbols.Length, state.Length);
            Assert.Equal(all[i].LogProbability / divisor(symbols.Length), all[i].Score, 1e-12);
            Assert.Equal(symbols[^1] == options.End, all[i].Ended);
            Assert.True(all[i].Ended || symbols.Length == options.Longest);
            Assert.DoesNotContain(symbols[..^1], s => s == options.End);
            Assert.Equal(all[i].Ended ? symbols[..^1] : symbols, search[i].SymbolsBeforeEnd.ToArray());
        }
    }

    [Fact]
    public void AWiderBeamIsNeverWorseAtLength2AndAnExhaustiveOneNeverAtAll()
    {
        for (ulong seed = 0; seed < 300; seed++)
        {
            Toy<double> toy = new(4, seed);
            // At length 2 a wider beam keeps the narrower one's first symbols and more.
            double[] atTwo = [.. Enumerable.Range(1, 6).Select(width => Best(toy, width, 2))];
            double[] atFour = [.. new[] { 1, 2, 3, 64 }.Select(width => Best(toy, width, 4))];
            Assert.Equal(atTwo.Order(), atTwo);
            Assert.Equal(atFour.Max(), atFour[^1]);
        }

        // Further down others may crowd out what the narrower one found: here 13 and 14 with 0.2 each the 02 with 0.15, after which all is
        // certain.
        Table table = new(
            [0, 0.2, 0.3, 0.25, 0.25], [0, 0, 0, 0.5, 0.5], [0, 0, 1, 0, 0], [0.2, 0.2, 0.2, 0.2, 0.2], [0.2, 0.2, 0.2, 0.2, 0.2],
            [0.5, 0.4, 0.1, 0, 0]);
        BeamOptions options = new() { Longest = 4 };
        Assert.Equal(Math.Log(0.15), table.CreateBeamSearch(options).Search(table, 5, default).Score, 1e-12);
        Assert.Equal(Math.Log(0.2 * 0.2 * 0.5), table.CreateBeamSearch(options with { Width = 2 }).Search(table, 5, default).Score, 1e-12);
        static double Best(Toy<double> toy, int width, int longest) =>
            toy.CreateBeamSearch(new BeamOptions { Width = width, Longest = longest, End = 0 }).Search(toy, 1, default).Score;
    }

    [Fact]
    public void OfEqualsTheBetterHypothesisGoesFirstAndThenTheLowerSymbol()
    {
        double[] alike = [0.25, 0.25, 0.25, 0.25];
        Table table = new(alike, alike, alike, alike);
        BeamSearch<double, History> search = table.CreateBeamSearch(new BeamOptions { Width = 6, Longest = 2, Results = 6 });
        search.Search(table, 0, default);
        Assert.Equal(["00", "01", "02", "03", "10", "11"], Found.All(search).Select(f => f.Symbols));

        // 2 is likelier than 0 and 1, and then they are alike: 0.25 · 0.5 = 0.5 · 0.25.
        Table ranked = new([0.25, 0.25, 0.5], [0.5, 0.25, 0.25], [0.25, 0.25, 0.5]);
        search = ranked.CreateBeamSearch(new BeamOptions { Width = 6, Longest = 2, Results = 6 });
        search.Search(ranked, 0, default);
        Assert.Equal(["22", "20", "21", "02", "10", "00"], Found.All(search).Select(f => f.Symbols));
    }

    [Fact]
    public void ItStopsAsSoonAsNothingCanBeBetterAndNotBefore()
    {
        // After symbol 0, 1 ends with 0.9; after 2 nothing else ever comes.
        Table table = new([0, 0.9, 0.1], [0, 1, 0], [0, 0, 1]);
        Counting counting = new(table);
        BeamOptions options = new() { Width = 2, Longest = 50, End = 1 };
        Assert.Equal("1", Found.Of(new BeamSearch<double, History>(3, options).Search(counting, 0, default)).Symbols);
        Assert.Equal(1, counting.Steps);

        // ln 0.1 / 50 is more than ln 0.9: divided by the length, the long way wins, though at no step before the 22nd.
        Found best = Found.Of(new BeamSearch<double, History>(
            3, options with { Normalization = LengthNormalization.Length() }).Search(counting, 0, default));
        Assert.Equal(new string('2', 50), best.Symbols);
        Assert.False(best.Ended);
        // At most 21 symbols it does not, and there the bound says so at once.
        counting = new(table);
        options = options with { Longest = 21, Normalization = LengthNormalization.Length() };
        Assert.Equal("1", Found.Of(new BeamSearch<double, History>(3, options).Search(counting, 0, default)).Symbols);
        Assert.Equal(1, counting.Steps);
    }

    [Fact]
    public void AStartSymbolMayBeTheEndSymbolOrLieAboveTheSymbols()
    {
        Table table = new([0.2, 0.8], [0.6, 0.4], [0.5, 0.5]);
        BeamSearch<double, History> search = table.CreateBeamSearch(new BeamOptions { Width = 2, Longest = 3, End = 0 });
        Assert.Equal("10", Found.Of(search.Search(table, 0, default)).Symbols);
        Assert.Equal("0", Found.Of(search.Search(table, 2, default)).Symbols);
    }

    [Fact]
    public void SearchesLeaveNothingBehind()
    {
        BeamSearch<float, History> used = new(4, new BeamOptions { Width = 5, Longest = 6, End = 0, Results = 3 });
        for (ulong seed = 0; seed < 50; seed++)
        {
            Toy<float> toy = new(4, seed);
            History start = new(seed, 3), same = start;
            used.Search(toy, 1, start);
            Assert.Equal(same, start);
            BeamSearch<float, History> fresh = new(4, used.Options);
            fresh.Search(toy, 1, start);
            Assert.Equal(Found.All(fresh), Found.All(used));
        }
    }

    [Fact]
    public void SearchingAllocatesNothing()
    {
        Toy<float> toy = new(20, 1);
        Table table = new([0.2, 0.8], [0.6, 0.4]);
        BeamSearch<float, History> search = toy.CreateBeamSearch(
            new BeamOptions { Width = 8, Longest = 12, End = 0, Normalization = LengthNormalization.Wu(0.6), Results = 4 });
        BeamSearch<double, History> other = table.CreateBeamSearch(new BeamOptions { Width = 3, Longest = 9, Results = 2 });
        double sum = 0;
        Allocations.AssertNone(() =>
        {
            sum += search.Search(toy, 3, default).Score + search[search.Count - 1].Symbols[0];
            // A struct is not boxed.
            sum += other.Search(table, 0, default).Score;
        });
        Assert.NotEqual(0, sum);
    }

    [Fact]
    public void WhatIsNoDistributionIsRefusedAndTheSearchGoesOnToServe()
    {
        Table good = new([0.2, 0.8], [0.6, 0.4]);
        BeamSearch<double, History> search = good.CreateBeamSearch(new BeamOptions { Width = 2, Longest = 3 });
        Found expected = Found.Of(search.Search(good, 0, default));
        foreach (var (row, message) in new[]
        {
            (new[] { double.NaN, 1 }, "gives symbol 0 the probability NaN after symbol 1"),
            ([1.5, -0.5], "gives symbol 1 the probability -0.5 after symbol 1"),
            ([0, double.PositiveInfinity], "gives symbol 1 the probability "),
            ([0, 0], "after symbol 1 sum to 0;"),
            ([0.7, 0.2], "after symbol 1 sum to 0.89"),
        })
        {
            Table bad = new(good.Row(0), row);
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => { search.Search(bad, 0, default); }).Message);
            Assert.Equal(0, search.Count);
            Assert.Throws<InvalidOperationException>(search.ToTree);
            Assert.Equal(expected, Found.Of(search.Search(good, 0, default)));
        }
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        BeamOptions options = new() { Width = 2, Longest = 3 };
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { Width = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { Longest = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { Results = 0 });
        Assert.Throws<ArgumentNullException>(() => options with { Normalization = null! });
        Assert.Throws<ArgumentOutOfRangeException>(() => LengthNormalization.Wu(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LengthNormalization.Length(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => LengthNormalization.Length(10.1));
        Assert.Contains(
            "3 results are wanted of a beam of width 2",
            Assert.Throws<ArgumentException>(() => new BeamSearch<float, History>(4, options with { Results = 3 })).Message);
        Assert.Contains(
            "0 to 3",
            Assert.Throws<ArgumentOutOfRangeException>(() => new BeamSearch<float, History>(4, options with { End = 4 })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BeamSearch<float, History>(4, options with { End = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BeamSearch<float, History>(0, options));
        Assert.Throws<ArgumentNullException>(() => new BeamSearch<float, History>(4, null!));
        Assert.Contains(
            "too large",
            Assert.Throws<ArgumentException>(() => new BeamSearch<float, History>(
                4, options with { Width = 100_000, Longest = 100_000 })).Message);

        BeamSearch<float, History> search = new(4, options);
        Assert.Equal(0, search.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => search[0].Score);
        Assert.Contains(
            "Expected 4 symbols of the model, but there are 5",
            Assert.Throws<ArgumentException>(() => { search.Search(new Toy<float>(5, 1), 0, default); }).Message);
        Assert.Throws<ArgumentNullException>(() => { search.Search((Toy<float>)null!, 0, default); });
        Assert.Throws<ArgumentNullException>(() => ((Toy<float>)null!).CreateBeamSearch(options));
        Assert.Throws<ArgumentOutOfRangeException>(() => { search.Search(new Toy<float>(4, 1), 5, default); });
        search.Search(new Toy<float>(4, 1), 0, default);
        Assert.Contains("There are 1 hypotheses", Assert.Throws<ArgumentOutOfRangeException>(() => search[1].Score).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => search[-1].Score);
    }

    /// <summary>Counts steps.</summary>
    private sealed class Counting(Table table) : ISymbolModel<double, History>
    {
        public int Steps { get; private set; }

        public int SymbolCount => table.SymbolCount;

        public void Step(int symbol, ref History state, Span<double> probabilities)
        {
            Steps++;
            table.Step(symbol, ref state, probabilities);
        }
    }
}
