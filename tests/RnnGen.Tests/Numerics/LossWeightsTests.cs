using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

/// <summary>Weights of items, and targets that lie beside those of other losses.</summary>
public class LossWeightsTests
{
    public static TheoryData<string, int> Cases => LossesTests.Cases;

    [Fact]
    public void AllWidthsGiveTheSameBits() => EachWidth.HasTheSameBits(default(WeightedLosses));

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheLossIsTheWeightedSumAndEachGradientHasItsWeight(string loss, int size)
    {
        const int Rows = 5, Stride = 48;
        LossCase<double> rows = new(Rows, size, Stride);
        double[] weights = [0.5, 2, 1, 0.125, 3], plain = new double[Rows * Stride], weighted = new double[Rows * Stride];
        rows.Run(loss, rows.Scores, plain, 0.37);
        double value = rows.Run(loss, rows.Scores, weighted, weights, 0.37);
        Assert.Equal(Enumerable.Range(0, Rows).Sum(row => weights[row] * rows.Plain(loss, row)), value, 1e-11 * size);
        for (int i = 0; i < weighted.Length; i++)
            Assert.Equal(plain[i] * weights[i / Stride], weighted[i], 1e-14);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void WeightsOf1GiveTheGradientsOfNoWeights(string loss, int size)
    {
        LossCase<float> rows = new(4, size, 40);
        float[] plain = new float[4 * 40], weighted = new float[4 * 40];
        double expected = rows.Run(loss, rows.Scores, plain, 0.37);
        Assert.Equal(expected, rows.Run(loss, rows.Scores, weighted, [1, 1, 1, 1], 0.37), 1e-5 * size);
        SameBits.Assert(plain, weighted, "gradient");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AnItemOfWeight0IsNotLookedAt(string loss, int size)
    {
        const int Stride = 40;
        LossCase<float> three = new(3, size, Stride), damaged = new(3, size, Stride);
        damaged.Scores.AsSpan(Stride, Stride).Fill(float.NaN);
        damaged.Symbols[1] = -1;
        damaged.Targets.AsSpan(size, size).Fill(float.NaN);
        float[] weights = [1.5f, 0, 0.25f], expected = new float[3 * Stride], gradient = new float[3 * Stride];
        gradient.AsSpan().Fill(9);
        double value = three.Run(loss, three.Scores, expected, weights, 0.5);
        SameBits.Assert(value, damaged.Run(loss, damaged.Scores, gradient, weights, 0.5), "loss");
        SameBits.Assert(expected, gradient, "gradient");
        SameBits.Assert(new float[Stride], gradient[Stride..(2 * Stride)], "masked item");
        Assert.Equal(0, damaged.Run(loss, damaged.Scores, gradient, [0, 0, 0], 1));
        Assert.All(gradient, g => Assert.Equal(0f, g));
    }

    [Fact]
    public void TargetsMayLieBesideThoseOfOthers()
    {
        const int Rows = 4, Size = 3, Stride = 16, Apart = 5;
        LossCase<double> rows = new(Rows, Size, Stride);
        double[] reals = [.. Enumerable.Repeat(double.NaN, Rows * Apart)], numbers = [.. reals];
        int[] classes = [.. Enumerable.Repeat(-1, Rows * Apart)];
        for (int row = 0; row < Rows; row++)
        {
            rows.Targets.AsSpan(row * Size, Size).CopyTo(reals.AsSpan((row * Apart) + 1));
            classes[(row * Apart) + 1] = rows.Symbols[row];
            numbers[(row * Apart) + 1] = rows.Symbols[row];
        }

        double[] weights = [0.5, 2, 0, 1];
        Check(
            "softmax",
            gradient => Losses.SoftmaxCrossEntropy(
                ref rows.Scores[0], ref gradient[0], classes.AsSpan(1), Apart, weights, Rows, Size, Stride, 0.7));
        Check(
            "softmax",
            gradient => Losses.SoftmaxCrossEntropy(
                ref rows.Scores[0], ref gradient[0], numbers.AsSpan(1), Apart, weights, Rows, Size, Stride, 0.7));
        Check(
            "sigmoid",
            gradient => Losses.SigmoidCrossEntropy(
                ref rows.Scores[0], ref gradient[0], reals.AsSpan(1), Apart, weights, Rows, Size, Stride, 0.7));
        Check(
            "squares",
            gradient => Losses.SquaredError(ref rows.Scores[0], ref gradient[0], reals.AsSpan(1), Apart, weights, Rows, Size, Stride, 0.7));

        Check(
            "absolute",
            gradient => Losses.AbsoluteError(
                ref rows.Scores[0], ref gradient[0], reals.AsSpan(1), Apart, weights, Rows, Size, Stride, 0.7));

        void Check(string loss, Func<double[], double> run)
        {
            double[] expected = new double[Rows * Stride], gradient = new double[Rows * Stride];
            SameBits.Assert(rows.Run(loss, rows.Scores, expected, weights, 0.7), run(gradient), loss);
            SameBits.Assert(expected, gradient, loss);
        }
    }

    [Theory]
    [InlineData("softmax")]
    [InlineData("sigmoid")]
    [InlineData("squares")]
    [InlineData("absolute")]
    public void ScoresMayLieBehindThoseOfOthers(string loss)
    {
        const int Rows = 4, Size = 3, Stride = 16, Offset = 5;
        LossCase<double> rows = new(Rows, Size, Stride);
        double[] weights = [0.5, 2, 0, 1], shifted = [.. new double[Offset], .. rows.Scores];
        double[] gradient = new double[Rows * Stride], expected = [.. gradient];
        Array.Fill(gradient, 7);
        double alone = rows.Run(loss, rows.Scores, expected, weights, 0.7);
        double behind = loss switch
        {
            "softmax" =>
                Losses.SoftmaxCrossEntropy(ref shifted[0], ref gradient[0], rows.Symbols, 1, weights, Rows, Size, Stride, 0.7, Offset),
            "sigmoid" =>
                Losses.SigmoidCrossEntropy(ref shifted[0], ref gradient[0], rows.Targets, Size, weights, Rows, Size, Stride, 0.7, Offset),
            "absolute" =>
                Losses.AbsoluteError(ref shifted[0], ref gradient[0], rows.Targets, Size, weights, Rows, Size, Stride, 0.7, Offset),
            _ => Losses.SquaredError(ref shifted[0], ref gradient[0], rows.Targets, Size, weights, Rows, Size, Stride, 0.7, Offset),
        };
        SameBits.Assert(alone, behind, loss);
        for (int row = 0; row < Rows; row++)
        {
            // What comes before is another loss's; what comes behind is padding, or a later loss's that is still to come.
            double[] place = gradient[(row * Stride)..][..Stride];
            SameBits.Assert([.. Enumerable.Repeat(7.0, Offset), .. expected[(row * Stride)..][..(Stride - Offset)]], place, loss);
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        LossCase<float> rows = new(4, 50, 64);
        float[] gradient = new float[4 * 64], weights = [1, 0, 2, 0.5f], classes = [1, 49, 0, 7];
        Allocations.AssertNone(() =>
        {
            rows.Run("softmax", rows.Scores, gradient, weights, 1);
            rows.Run("sigmoid", rows.Scores, gradient, weights, 1);
            rows.Run("squares", rows.Scores, gradient, weights, 1);
            Losses.SoftmaxCrossEntropy<float>(ref rows.Scores[0], ref gradient[0], classes.AsSpan(), 1, weights, 4, 50, 64, 1);
        });
    }
}
