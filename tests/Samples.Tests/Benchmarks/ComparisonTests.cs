using RnnGen.Benchmarks;

namespace Samples.Tests.Benchmarks;

public class ComparisonTests
{
    private static readonly Shape Small = new("lstm", "stream", 1, 8, 1, 1, 1), Large = Small with { Hidden = 128 };
    private static readonly Shape Training = new("gru", "train", 64, 128, 1, 64, 32);

    [Fact]
    public void ARatioIsHowManyTimesAsFastWeAre()
    {
        Comparison all = new(
            [Line("rnngen", Small, 2), Line("rnngen", Large, 4)], [Line("ort", Small, 10), Line("ort", Large, 2), Line("ort", Training, 1)],
            []);
        Assert.Equal([5, 0.5], all.To("ort", "stream").Select(r => r.Value));
        Assert.Equal(Math.Sqrt(5 * 0.5), all.To("ort", "stream").Select(r => r.Value).GeometricMean(), 1e-12);
    }

    [Fact]
    public void AnotherRunsLinesCountOnlyWhereThisRunHasNone()
    {
        Comparison all = new(
            [Line("rnngen", Small, 1), Line("rnngen", Large, 1)], [Line("ort", Small, 3)],
            [Line("ort", Small, 100), Line("ort", Large, 7)]);
        Assert.Equal([3, 7], all.To("ort", "stream").Select(r => r.Value));
    }

    [Fact]
    public void VariantsStandBesideTheModeThatTheyAreOf()
    {
        Comparison all = new(
            [Line("rnngen", Training, 10), Line("rnngen", Large with { Mode = "stream-int8" }, 2)],
            [Line("onednn", Training, 12), Line("onednn", Training with { Mode = "train-adam" }, 15), Line("ort", Large, 6)],
            []);
        Assert.Equal([("onednn", 1.2), ("onednn (adam)", 1.5), ("ort", 3)], all.Ratios.Select(r => (r.Peer, r.Value)));
    }

    [Fact]
    public void TheBestBuildOfEachRowCounts()
    {
        Comparison all = new(
            [Line("rnngen", Small, 1), Line("rnngen", Large, 1)],
            [
                Line("rtneural-stl", Small, 2), Line("rtneural-eigen", Small, 3), Line("rtneural-stl", Large, 5),
                Line("rtneural-eigen", Large, 4), Line("ort", Small, 1)
            ],
            []);
        Assert.Equal([2, 4], all.ToBest(p => p.StartsWith("rtneural", StringComparison.Ordinal), "stream").Select(r => r.Value));
    }

    [Fact]
    public void ATargetIsDecidedByItsWorstRowOrByTheMean()
    {
        Comparison all = new(
            [Line("rnngen", Small, 1), Line("rnngen", Large, 1)], [Line("rtneural-stl", Small, 0.9), Line("rtneural-stl", Large, 1.9)], []);
        var targets = Target.Of(all, _ => 0.95).ToList();
        Assert.Equal((0.9, false), (targets[0].Figure, targets[0].IsReached));
        Assert.StartsWith("lstm,stream,1,8,1,1,1, the least of 2; 1 reach it", targets[0].Where, StringComparison.Ordinal);
        Assert.Equal(Math.Sqrt(0.9 * 1.9), targets[1].Figure, 1e-12);
        Assert.True(targets[1].IsReached);
    }

    [Fact]
    public void WhatWasNotMeasuredIsNeitherReachedNorMissed()
    {
        var targets = Target.Of(new([Line("rnngen", Small, 1)], [Line("ort", Small, 12)], []), _ => 1).ToList();
        Assert.Equal("stream, H <= 64: 10 x ONNX Runtime", Assert.Single(targets, t => t.IsReached is not null).What);
        Assert.All(targets.Where(t => t.IsReached is null), t => Assert.Equal("not measured", t.Where));
    }

    [Fact]
    public void GrowthIsLinearWhereTimeOverSizeStays()
    {
        Assert.Equal((1, 2, 4), Growth.Worst([(4, 20), (2, 10)]));
        Assert.Equal((1.5, 20, 40), Growth.Worst([(10, 5), (20, 8), (40, 24)]));
        Assert.Throws<ArgumentException>(() => Growth.Worst([(1, 1)]));
    }

    [Fact]
    public void OddSizesAreHeldAgainstTheNextMultiple()
    {
        Assert.Equal((1.5, 17, 32), Growth.WorstOdd([(15, 0.9), (16, 1), (17, 3), (32, 2), (33, 100)], 16));
        Assert.Throws<ArgumentException>(() => Growth.WorstOdd([(16, 1), (17, 2)], 16));
    }

    private static Measurement Line(string peer, Shape shape, double microseconds) => new(peer, shape, microseconds);
}
