using RnnGen.Tests.Models;

namespace RnnGen.Tests.Decoding;

public class CtcDecoderTests
{
    [Theory]
    [InlineData("0 1 1 0 1 2 2", "1 1 2")]
    [InlineData("0 0 0", "")]
    [InlineData("2 2 2 2", "2")]
    [InlineData("", "")]
    public void GreedyTakesTheMostProbableClasses(string best, string labels)
    {
        float[] probabilities = [.. Numbers(best).SelectMany(b => Enumerable.Range(0, 3).Select(i => i == b ? 0.6f : 0.2f))];
        var found = new int[10];
        Assert.Equal(Numbers(labels), found[..CtcDecoder.Greedy(probabilities, 3, found)]);
    }

    [Theory]
    [InlineData(1, 3, 0)]
    [InlineData(4, 3, 1)]
    [InlineData(5, 4, 0)]
    public void AWideSearchFindsEveryLabelling(int steps, int classes, int blank)
    {
        var random = new Random(steps);
        double[][] shares = [.. Enumerable.Range(0, steps).Select(_ => Shares(random, classes))];
        var results = CtcDecoder.Search(shares.SelectMany(s => s).ToArray().AsSpan(), classes, 2000, blank);
        var all = CtcCase.Ways(classes, steps).Select(w => CtcCase.Collapse(w, blank)).DistinctBy(l => string.Join(",", l))
            .Select(l => (Labels: l, Probability: CtcCase.Probability(shares, l, blank))).OrderByDescending(l => l.Probability).ToList();
        Assert.Equal(all.Count, results.Count);
        foreach (var (result, expected) in results.Zip(all))
        {
            Assert.Equal(expected.Labels, result.Labels);
            Assert.Equal(Math.Log(expected.Probability), result.LogProbability, 1e-12);
        }
    }

    [Fact]
    public void ASearchFindsLabelsThatTheMostProbableClassesMiss()
    {
        // Blanks are the most probable at each step, yet the label 1 in any place is more probable than none.
        double[] probabilities = [0.6, 0.4, 0.6, 0.4];
        Assert.Equal(0, CtcDecoder.Greedy(probabilities, 2, new int[2]));
        Assert.Equal([1], CtcDecoder.Search(probabilities, 2, 10)[0].Labels);
        Assert.Equal(Math.Log(0.64), CtcDecoder.Search(probabilities, 2, 10)[0].LogProbability, 1e-12);
    }

    [Fact]
    public void WhatIsNotWholeIsRefused()
    {
        Assert.Throws<ArgumentException>(() => CtcDecoder.Greedy(new float[7], 3, new int[7]));
        Assert.Throws<ArgumentException>(() => CtcDecoder.Greedy([0f, 1, 1, 0, 0f, 1], 2, new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => CtcDecoder.Greedy(new float[6], 3, new int[7], blank: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => CtcDecoder.Search(new float[6], 3, 0));
        Assert.Throws<ArgumentException>(() => CtcTargets.Of([[1, 2, 3]], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => CtcTargets.Write([1], 2, 2, new int[4]));
        Assert.Throws<ArgumentException>(() => CtcTargets.Write([1], 0, 2, new int[3]));
    }

    private static int[] Numbers(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    private static double[] Shares(Random random, int classes)
    {
        double[] powers = [.. Enumerable.Range(0, classes).Select(_ => Math.Exp(2 * random.NextDouble()))];
        return [.. powers.Select(p => p / powers.Sum())];
    }
}
