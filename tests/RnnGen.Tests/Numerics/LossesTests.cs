using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

public class LossesTests
{
    public static TheoryData<string, int> Cases
    {
        get
        {
            TheoryData<string, int> cases = [];
            foreach (string loss in new[] { "softmax", "smoothed", "soft", "sigmoid", "squares", "absolute", "equations" })
            {
                foreach (int size in new[] { 1, 2, 7, 16, 19, 33 })
                    cases.Add(loss, size);
            }

            return cases;
        }
    }

    [Fact]
    public void AllWidthsGiveTheSameBits() => EachWidth.HasTheSameBits(default(AllLosses));

    [Theory]
    [MemberData(nameof(Cases))]
    public void LossesAreWhatTheirDefinitionsSay(string loss, int size)
    {
        LossCase<double> doubles = new(4, size, 48);
        Assert.Equal(doubles.Plain(loss), doubles.Run(loss, doubles.Scores, new double[4 * 48], 1), 1e-11);
        LossCase<float> floats = new(4, size, 48);
        Assert.Equal(floats.Plain(loss), floats.Run(loss, floats.Scores, new float[4 * 48], 1), 2e-5 * size);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientsAreThoseOfCentralDifferences(string loss, int size)
    {
        const double Step = 1e-5, Scale = 0.37;
        LossCase<double> rows = new(3, size, 40);
        double[] gradient = new double[3 * 40], unused = new double[3 * 40];
        rows.Run(loss, rows.Scores, gradient, Scale);
        for (int i = 0; i < gradient.Length; i++)
        {
            double score = rows.Scores[i];
            rows.Scores[i] = score + Step;
            double above = rows.Run(loss, rows.Scores, unused, Scale);
            rows.Scores[i] = score - Step;
            double below = rows.Run(loss, rows.Scores, unused, Scale);
            rows.Scores[i] = score;
            Assert.Equal((above - below) / (2 * Step) * Scale, gradient[i], 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientsOfFloatsAreThoseOfDoublesAndMayReplaceTheScores(string loss, int size)
    {
        LossCase<double> doubles = new(5, size, 35);
        LossCase<float> floats = new(5, size, 35);
        double[] exact = new double[5 * 35];
        float[] gradient = new float[5 * 35], inPlace = [.. floats.Scores];
        doubles.Run(loss, doubles.Scores, exact, 0.5);
        double value = floats.Run(loss, floats.Scores, gradient, 0.5);
        SameBits.Assert(value, floats.Run(loss, inPlace, inPlace, 0.5), "loss in place");
        SameBits.Assert(gradient, inPlace, "gradient in place");
        for (int i = 0; i < exact.Length; i++)
        {
            Assert.Equal(exact[i], gradient[i], 2e-6);
            if (i % 35 >= size)
                SameBits.Assert(0f, gradient[i], "padding");
        }
    }

    [Theory]
    [InlineData("softmax")]
    [InlineData("sigmoid")]
    [InlineData("absolute")]
    public void LargeScoresDoNotOverflow(string loss)
    {
        LossCase<float> rows = new(8, 20, 32, spread: 2e4);
        float[] gradient = new float[8 * 32];
        double value = rows.Run(loss, rows.Scores, gradient, 1);
        Assert.True(double.IsFinite(value) && value > 1000);
        Assert.All(gradient, g => Assert.InRange(g, -1, 1));
    }

    [Fact]
    public void ACertainHitCostsNothingAndACertainMissItsMargin()
    {
        double[] scores = [1000, 0, 1000, 0], gradient = new double[4];
        Assert.Equal(0, Losses.SoftmaxCrossEntropy(ref scores[0], ref gradient[0], [0], 1, [], 1, 2, 4, 1));
        Assert.Equal([0, 0, 0, 0], gradient);
        Assert.Equal(1000, Losses.SoftmaxCrossEntropy(ref scores[0], ref gradient[0], [1], 1, [], 1, 2, 4, 1));
        Assert.Equal([1, -1, 0, 0], gradient);
        Assert.Equal(0, Losses.SigmoidCrossEntropy(ref scores[0], ref gradient[0], [1.0], 1, [], 1, 1, 4, 1));
        Assert.Equal(1000, Losses.SigmoidCrossEntropy(ref scores[0], ref gradient[0], [0.0], 1, [], 1, 1, 4, 1));
        Assert.Equal([1, 0, 0, 0], gradient);
    }

    [Fact]
    public void AnAbsoluteErrorOfNothingHasNoSlope()
    {
        double[] outputs = [2, -1, 0.5, 0], gradient = new double[4];
        Assert.Equal(3.5, Losses.AbsoluteError(ref outputs[0], ref gradient[0], [0.5, 1.0, 0.5], 3, [], 1, 3, 4, 2));
        Assert.Equal([2, -2, 0, 0], gradient);
    }

    [Fact]
    public void NearCertainHitsKeepTheDigitsOfTheirLosses()
    {
        float[] scores = [.. Enumerable.Repeat(20f, 40)], gradient = new float[40], targets = [.. Enumerable.Repeat(1f, 40)];
        Assert.Equal(40 * Math.Exp(-20), Losses.SigmoidCrossEntropy(ref scores[0], ref gradient[0], targets, 40, [], 1, 40, 40, 1), 1e-13);
    }

    [Fact]
    public void UndecidedOutputsCostTheLogarithmOf2Each()
    {
        float[] scores = new float[1000], gradient = new float[1000];
        Assert.Equal(
            1000 * Math.Log(2), Losses.SigmoidCrossEntropy(ref scores[0], ref gradient[0], new float[1000], 1000, [], 1, 1000, 1000, 1),
            1e-10);
        Assert.All(gradient, g => Assert.Equal(0.5f, g));
    }

    [Theory]
    [InlineData("softmax")]
    [InlineData("sigmoid")]
    [InlineData("absolute")]
    [InlineData("squares")]
    [InlineData("smoothed")]
    [InlineData("soft")]
    [InlineData("equations")]
    public void ANaNAmongTheScoresIsNotHidden(string loss)
    {
        LossCase<float> rows = new(2, 21, 32);
        foreach (int at in new[] { 0, 15, 20, 32 + 20 })
        {
            float[] scores = [.. rows.Scores], gradient = new float[2 * 32];
            scores[at] = float.NaN;
            Assert.True(double.IsNaN(rows.Run(loss, scores, gradient, 1)));
            Assert.True(float.IsNaN(gradient[at]));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(41)]
    public void ProbabilitiesStayWithinTheirRow(int size)
    {
        LossCase<float> rows = new(1, size, size + 3);
        float[] probabilities = [.. Enumerable.Repeat(-9f, size + 3)];
        Losses.Softmax(ref rows.Scores[0], ref probabilities[0], size);
        Assert.Equal(1, probabilities.Take(size).Sum(), 1e-6f);
        double[] powers = [.. rows.Scores.Take(size).Select(s => Math.Exp(s))];
        for (int i = 0; i < size; i++)
            Assert.Equal(powers[i] / powers.Sum(), probabilities[i], 1e-6);
        Assert.Equal([-9, -9, -9], probabilities[size..]);

        Losses.Sigmoid(ref rows.Scores[0], ref probabilities[0], size);
        for (int i = 0; i < size; i++)
            Assert.Equal(1 / (1 + Math.Exp(-rows.Scores[i])), probabilities[i], 2e-7);
        Assert.Equal([-9, -9, -9], probabilities[size..]);
    }

    [Fact]
    public void ImpossibleClassesHaveProbability0()
    {
        float[] scores = [float.NegativeInfinity, 1, 1, float.NegativeInfinity];
        Losses.Softmax(ref scores[0], ref scores[0], 4);
        Assert.Equal([0, 0.5f, 0.5f, 0], scores);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        LossCase<float> rows = new(4, 50, 64);
        float[] gradient = new float[4 * 64];
        foreach (string loss in new[] { "softmax", "smoothed", "soft", "sigmoid", "squares", "absolute", "equations" })
        {
            Allocations.AssertNone(() =>
            {
                rows.Run(loss, rows.Scores, gradient, 1);
                Losses.Softmax(ref rows.Scores[0], ref gradient[0], 50);
            });
        }
    }
}
