namespace RnnGen.Tests;

/// <summary>Sequences written symbol by symbol, and how probable they are.</summary>
public class GenerationTests
{
    /// <summary>After 0 mostly 1, after 1 mostly 2, after 2 mostly 0; 3 ends and comes from 2 alone, 4 starts.</summary>
    private static readonly Table Circle =
        new([0.125, 0.75, 0.125, 0], [0.0625, 0.1875, 0.75, 0], [0.5, 0.125, 0.125, 0.25], [0.25, 0.25, 0.25, 0.25], [0.25, 0.5, 0.25, 0]);

    [Fact]
    public void GreedyTakesTheLikeliestEachTime()
    {
        int[] symbols = new int[7];
        History state = default;
        Generation generated = Circle.Generate(4, ref state, Sampler.Greedy, symbols);
        Assert.Equal([1, 2, 0, 1, 2, 0, 1], symbols);
        Assert.Equal(7, generated.Count);
        Assert.Equal(7, generated.CountBeforeEnd);
        Assert.False(generated.Ended);
        Assert.Equal(Math.Log(0.5 * 0.75 * 0.5 * 0.75 * 0.75 * 0.5 * 0.75), generated.LogProbability, 1e-14);
        Assert.Equal(7, state.Length);
    }

    // Computed by another program.
    [Theory]
    [InlineData(1, 1.0, int.MaxValue, 1.0, "1201201201212301201201232023011201201201")]
    [InlineData(2, 0.5, int.MaxValue, 1.0, "1231201201201120123012201201120120120120")]
    [InlineData(3, 2.0, int.MaxValue, 1.0, "2311222120233122012022101220012020012011")]
    [InlineData(4, 1.0, 2, 1.0, "0120120120120123012012001200112312012312")]
    [InlineData(5, 1.0, int.MaxValue, 0.7, "0123232323232320123012012012012012012301")]
    [InlineData(6, 1.5, 3, 0.8, "1201111123231120111111201201200123201232")]
    public void TheSameSeedWritesTheSameEverywhere(ulong seed, double temperature, int topK, double topP, string expected)
    {
        int[] symbols = new int[40];
        History state = default;
        Sampler sampler = new() { Seed = seed, Temperature = temperature, TopK = topK, TopP = topP };
        Circle.Generate(4, ref state, sampler, symbols);
        Assert.Equal(expected, string.Concat(symbols));
    }

    [Fact]
    public void TheEndSymbolIsWrittenAndEnds()
    {
        int[] symbols = new int[1000];
        bool wasCut = false;
        for (ulong seed = 0; seed < 200; seed++)
        {
            int longest = 1 + (int)(seed % 20);
            History state = default;
            Generation generated = Circle.Generate(4, ref state, new Sampler { Seed = seed }, symbols.AsSpan(0, longest), end: 3);
            Assert.Equal(generated.Count, state.Length);
            Assert.Equal(generated.Ended, symbols[generated.Count - 1] == 3);
            Assert.DoesNotContain(3, symbols[..generated.CountBeforeEnd]);
            Assert.True(generated.Ended ? generated.CountBeforeEnd == generated.Count - 1 : generated.Count == longest);
            wasCut |= !generated.Ended;
        }

        Assert.True(wasCut);
    }

    [Fact]
    public void WhatWasWrittenIsAsProbableAsScoringSays()
    {
        int[] symbols = new int[30];
        for (ulong seed = 0; seed < 100; seed++)
        {
            Toy<float> toy = new(6, seed);
            History state = new(seed, 0), scored = state;
            // The sampler's own probabilities do not count.
            Generation generated = toy.Generate(6, ref state, new Sampler { Seed = seed, Temperature = 2, TopK = 4 }, symbols, end: 5);
            double logProbability = toy.LogProbability(6, ref scored, symbols.AsSpan(0, generated.Count));
            Assert.Equal(generated.LogProbability, logProbability);
            Assert.Equal(state, scored);
        }
    }

    [Fact]
    public void WrittenInPartsItIsTheSame()
    {
        Toy<double> toy = new(5, 9);
        Sampler sampler = new() { Seed = 2 };
        int[] whole = new int[20], parts = new int[20];
        History state = default, other = default;
        toy.Generate(0, ref state, sampler, whole);
        int last = 0, written = 0;
        foreach (int length in new[] { 0, 1, 7, 0, 12 })
        {
            Assert.Equal(length, toy.Generate(last, ref other, sampler, parts.AsSpan(written, length), position: (ulong)written).Count);
            written += length;
            last = written == 0 ? 0 : parts[written - 1];
        }

        Assert.Equal(whole, parts);
        Assert.Equal(state, other);
    }

    [Fact]
    public void ScoringMultipliesProbabilities()
    {
        History state = default;
        Assert.Equal(Math.Log(0.25 * 0.125 * 0.25), Circle.LogProbability(4, ref state, [0, 2, 3]), 1e-15);
        Assert.Equal(3, state.Length);
        Assert.Equal(double.NegativeInfinity, Circle.LogProbability(4, ref state, [0, 3, 1]));
        state = default;
        Assert.Equal(0, Circle.LogProbability(4, ref state, []));
        // A mean of several models may be a rounding above 1.
        Assert.Equal(0, new Table([1 + 1e-7, 0], [0.5, 0.5]).LogProbability(0, ref state, [0, 0]));
        Assert.Equal(2, state.Length);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        ISymbolModel<double, History> circle = Circle;
        Sampler sampler = new() { Temperature = 0.9, TopK = 3 };
        int[] symbols = new int[20];
        History state = default;
        Allocations.AssertNone(() =>
        {
            circle.Generate(4, ref state, sampler, symbols);
            circle.Generate(4, ref state, Sampler.Greedy, symbols, end: 3);
            circle.LogProbability(4, ref state, symbols);
        });
    }

    [Fact]
    public void ModelsMayBeBuiltOfModels()
    {
        int[] symbols = new int[8], direct = new int[8];
        History state = default, other = default;
        Toy<double> toy = new(4, 5);
        new LookingAhead(toy).Generate(4, ref state, Sampler.Greedy, symbols);
        toy.Generate(4, ref other, Sampler.Greedy, direct);
        Assert.Equal(direct, symbols);
    }

    [Fact]
    public void BadArgumentsLeaveTheStateAsItWas()
    {
        History state = new(3, 3), before = state;
        int[] symbols = new int[5];
        Table bad = new([0, 1], [double.NaN, 1]);
        Assert.Contains(
            "symbol 0 the probability NaN after symbol 1",
            Assert.Throws<ArgumentException>(() => bad.Generate(0, ref state, Sampler.Greedy, symbols)).Message);
        Assert.Throws<ArgumentException>(() => bad.LogProbability(0, ref state, [1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Circle.Generate(0, ref state, Sampler.Greedy, symbols, end: 4));
        Assert.Contains(
            "Symbol 1 must be 0 to 3",
            Assert.Throws<ArgumentOutOfRangeException>(() => Circle.LogProbability(0, ref state, [1, 4])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Toy<float>(4, 0).Generate(5, ref state, Sampler.Greedy, symbols));
        Assert.Throws<ArgumentNullException>(() => Circle.Generate(0, ref state, null!, symbols));
        Assert.Throws<ArgumentNullException>(() => ((Toy<float>)null!).Generate(0, ref state, Sampler.Greedy, symbols));
        Assert.Throws<ArgumentNullException>(() => ((Toy<float>)null!).LogProbability(0, ref state, symbols));
        Assert.Equal(before, state);
    }

    /// <summary>Lets another model write, within its own steps.</summary>
    private sealed class LookingAhead(ISymbolModel<double, History> model) : ISymbolModel<double, History>
    {
        public int SymbolCount => model.SymbolCount;

        public void Step(int symbol, ref History state, Span<double> probabilities)
        {
            History aside = state;
            model.Step(symbol, ref state, probabilities);
            model.Generate(symbol, ref aside, Sampler.Greedy, stackalloc int[3]);
        }
    }
}
