namespace RnnGen.Tests;

public class SamplerTests
{
    private static readonly float[] Probabilities = [0.1f, 0.4f, 0f, 0.3f, 0.2f];

    [Fact]
    public void GreedyTakesTheLikeliestAndOfEqualsTheFirst()
    {
        Assert.Equal(1, Sampler.Greedy.Sample(Probabilities, 7));
        Assert.Equal(2, Sampler.Greedy.Sample([0f, 0.2f, 0.4f, 0.4f], 7));
        Assert.Equal(3, Sampler.Greedy.Sample([0.0, 0.2, 0.4, 0.5], 7));
    }

    [Fact]
    public void FrequenciesFollowTheProbabilities()
    {
        double[] shares = Shares(new Sampler { Seed = 1 });
        Assert.Equal(0, shares[2]);
        AssertNear([0.1, 0.4, 0, 0.3, 0.2], shares);
    }

    [Fact]
    public void TemperatureIsAPower()
    {
        // At ½ the probabilities' squares: 1, 16, 0, 9, 4 of 30. At 2 their roots.
        AssertNear([1 / 30.0, 16 / 30.0, 0, 9 / 30.0, 4 / 30.0], Shares(new Sampler { Temperature = 0.5 }));
        double[] roots = [.. Probabilities.Select(p => Math.Sqrt(p))];
        AssertNear([.. roots.Select(root => root / roots.Sum())], Shares(new Sampler { Temperature = 2 }));
    }

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(2, new[] { 1, 3 })]
    [InlineData(3, new[] { 1, 3, 4 })]
    [InlineData(5, new[] { 0, 1, 3, 4 })]
    [InlineData(99, new[] { 0, 1, 3, 4 })]
    public void TopKLeavesTheLikeliest(int topK, int[] expected) => Assert.Equal(expected, Seen(new Sampler { TopK = topK }));

    [Theory]
    [InlineData(0.01, new[] { 1 })]
    [InlineData(0.39, new[] { 1 })]
    [InlineData(0.41, new[] { 1, 3 })]
    [InlineData(0.69, new[] { 1, 3 })]
    [InlineData(0.71, new[] { 1, 3, 4 })]
    [InlineData(1, new[] { 0, 1, 3, 4 })]
    public void TopPLeavesTheLikeliestThatReachIt(double topP, int[] expected) =>
        Assert.Equal(expected, Seen(new Sampler { TopP = topP }));

    [Fact]
    public void TopPCountsWithinTopK() =>
        // Of 0.4 and 0.3 the first is 4/7 = 0.57 of the whole.
        Assert.Equal([1], Seen(new Sampler { TopK = 2, TopP = 0.55 }));

    [Fact]
    public void WhatIsLeftKeepsItsProportions() => AssertNear([0, 4 / 7.0, 0, 3 / 7.0, 0], Shares(new Sampler { TopK = 2 }));

    [Fact]
    public void AChoiceDependsOnSeedAndPositionAlone()
    {
        var sampler = new Sampler { Seed = 3, Temperature = 0.7, TopK = 4, TopP = 0.95 };
        int[] forward = [.. Enumerable.Range(0, 50).Select(i => sampler.Sample(Probabilities, (ulong)i))];
        int[] backward = [.. Enumerable.Range(0, 50).Reverse().Select(i => sampler.Sample(Probabilities, (ulong)i)).Reverse()];
        Assert.Equal(forward, backward);
        Assert.NotEqual(forward, [.. Enumerable.Range(0, 50).Select(i => (sampler with { Seed = 4 }).Sample(Probabilities, (ulong)i))]);
        // The same on every machine: computed by another program.
        Assert.Equal(PinnedChoices, string.Concat(forward));
    }

    private const string PinnedChoices = "44114333410431331131031143311301411141111111111101";

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-300)]
    [InlineData(1e300)]
    public void ExtremeTemperaturesStaySound(double temperature)
    {
        var sampler = new Sampler { Temperature = temperature };
        int[] seen = Seen(sampler);
        Assert.Equal(temperature < 1 ? [1] : [0, 1, 3, 4], seen);
    }

    [Fact]
    public void TinyProbabilitiesAreStillProbabilities()
    {
        float[] tiny = [float.Epsilon, 0, float.Epsilon];
        int[] seen = [.. Enumerable.Range(0, 100).Select(i => new Sampler { Temperature = 0.5 }.Sample(tiny, (ulong)i)).Distinct().Order()];
        Assert.Equal([0, 2], seen);
    }

    [Fact]
    public void TinyDoublesAreStillProbabilities()
    {
        // Their squares are 0.
        double[] tiny = [1e-300, 0, 1e-300];
        int[] seen = [.. Enumerable.Range(0, 100).Select(i => new Sampler { Temperature = 0.5 }.Sample(tiny, (ulong)i)).Distinct().Order()];
        Assert.Equal([0, 2], seen);
    }

    [Fact]
    public void ASymbolThatReachesTopPExactlyIsTheLast()
    {
        double[] halves = [0.25, 0.5, 0.25];
        Sampler half = new() { TopP = 0.5 };
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(1, half.Sample(halves, (ulong)i)));
    }

    [Fact]
    public void OfManyEqualsTheFirstAreTheLikeliest()
    {
        double[] equal = [.. Enumerable.Repeat(1.0, 100)];
        Sampler three = new() { TopK = 3 };
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 200).Select(i => three.Sample(equal, (ulong)i)).Distinct().Order());
    }

    [Fact]
    public void ATopKOfAllSymbolsChangesNoChoice()
    {
        Sampler all = new() { TopK = Probabilities.Length }, usual = new();
        Assert.All(
            Enumerable.Range(0, 100), i => Assert.Equal(usual.Sample(Probabilities, (ulong)i), all.Sample(Probabilities, (ulong)i)));
    }

    [Fact]
    public void ProbabilitiesThatAreNoneAreRefused()
    {
        var sampler = new Sampler();
        Assert.Contains(
            "Symbol 1 has the probability -0.5", Assert.Throws<ArgumentException>(() => sampler.Sample([0.5f, -0.5f], 0)).Message);
        Assert.Contains(
            "Symbol 0 has the probability NaN", Assert.Throws<ArgumentException>(() => sampler.Sample([float.NaN, 1], 0)).Message);
        Assert.Throws<ArgumentException>(() => sampler.Sample([double.PositiveInfinity, 1], 0));
        Assert.Contains("None of the 2 symbols", Assert.Throws<ArgumentException>(() => sampler.Sample([0f, 0f], 0)).Message);
        Assert.Contains(
            "None of the 0 symbols", Assert.Throws<ArgumentException>(() => sampler.Sample(ReadOnlySpan<float>.Empty, 0)).Message);
        Assert.Throws<ArgumentException>(() => Sampler.Greedy.Sample([float.NaN, 1], 0));
    }

    [Fact]
    public void OptionsOutsideTheirRangesAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler { Temperature = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler { Temperature = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler { Temperature = double.PositiveInfinity });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler { TopK = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler { TopP = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler { TopP = 1.01 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler { TopP = double.NaN });
    }

    [Fact]
    public void SamplingAllocatesNothing()
    {
        var sampler = new Sampler { Temperature = 0.8, TopK = 4, TopP = 0.9 };
        int sum = 0;
        Allocations.AssertNone(() =>
        {
            for (ulong i = 0; i < 100; i++)
                sum += sampler.Sample(Probabilities, i);
        });
        Assert.True(sum > 0);
    }

    private static double[] Shares(Sampler sampler)
    {
        const int Draws = 40_000;
        double[] shares = new double[Probabilities.Length];
        for (ulong i = 0; i < Draws; i++)
            shares[sampler.Sample(Probabilities, i)] += 1.0 / Draws;
        return shares;
    }

    private static int[] Seen(Sampler sampler) =>
        [.. Enumerable.Range(0, 1000).Select(i => sampler.Sample(Probabilities, (ulong)i)).Distinct().Order()];

    // Five standard deviations of 40,000 draws are at most 0.0125.
    private static void AssertNear(double[] expected, double[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(actual[i], expected[i] - 0.0125, expected[i] + 0.0125);
    }
}
