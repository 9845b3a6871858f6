using RnnGen.Numerics;
using RnnGen.Tests.Models;

namespace RnnGen.Tests.Numerics;

public class CtcTests
{
    [Theory]
    [InlineData(1, 2, 0)]
    [InlineData(3, 3, 0)]
    [InlineData(4, 3, 2)]
    [InlineData(5, 4, 1)]
    [InlineData(6, 3, 0)]
    public void ItIsTheSumOverAllWays(int steps, int classes, int blank)
    {
        var random = new Random(steps + (31 * classes));
        double[][] scores = Scores(random, steps, classes);
        double[][] shares = [.. scores.Select(Softmax)];
        double all = 0;
        // Every sequence of labels that has a way at all, nothing among them.
        foreach (int[] labels in CtcCase.Ways(classes, steps).Select(w => CtcCase.Collapse(w, blank)).DistinctBy(l => string.Join(",", l)))
        {
            double probability = CtcCase.Probability(shares, labels, blank);
            Assert.Equal(-Math.Log(probability), Loss(scores, labels, blank, out _), 1e-12);
            all += probability;
        }

        Assert.Equal(1, all, 1e-12);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(6, 4)]
    [InlineData(9, 19)]
    [InlineData(40, 7)]
    public void GradientsAreThoseOfCentralDifferences(int steps, int classes)
    {
        const double Step = 1e-5;
        var random = new Random(steps);
        double[][] scores = Scores(random, steps, classes);
        int[] labels = CtcCase.Labels(random, classes, steps, blank: 0);
        Loss(scores, labels, 0, out double[] gradient);
        for (int i = 0; i < steps * classes; i++)
        {
            ref double score = ref scores[i / classes][i % classes];
            double kept = score;
            score = kept + Step;
            double above = Loss(scores, labels, 0, out _);
            score = kept - Step;
            double below = Loss(scores, labels, 0, out _);
            score = kept;
            Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-8);
        }
    }

    [Fact]
    public void AllWidthsGiveTheSameBits() => EachWidth.HasTheSameBits(default(AllWays));

    [Fact]
    public void LongSequencesAndFarScoresStayFinite()
    {
        var random = new Random(4);
        double[][] scores = Scores(random, 2000, 30, spread: 200);
        int[] labels = [.. Enumerable.Range(0, 900).Select(i => 1 + (i * 7 % 29))];
        double loss = Loss(scores, labels, 0, out double[] gradient);
        Assert.InRange(loss, 1000, 1e6);
        Assert.All(gradient, g => Assert.InRange(g, -1 - 1e-9, 1 + 1e-9));
        // At each step the classes' shares and what they should be are both 1 in all.
        foreach (double[] step in gradient.Chunk(30))
            Assert.Equal(0, step.Sum(), 1e-9);
    }

    [Fact]
    public void RowsHaveLengthsAndWeightsAndLieBesideOthers()
    {
        const int Steps = 5, Rows = 4, Classes = 3, Stride = 16, Offset = 2;
        var random = new Random(8);
        int[] lengths = [5, 3, 0, 4];
        double[] weights = [.. Enumerable.Range(0, Steps * Rows).Select(i => new[] { 1, 0.5, 3, 0 }[i % Rows])];
        int[][] labels = [[1, 1], [2], [], [1]];
        double[][][] scores = [.. Enumerable.Range(0, Rows).Select(_ => Scores(random, Steps, Classes))];
        double[] x = [.. Enumerable.Repeat(double.NaN, Steps * Rows * Stride)], gradient = [.. x];
        for (int item = 0; item < Steps * Rows; item++)
            scores[item % Rows][item / Rows].CopyTo(x, (item * Stride) + Offset);
        int[] targets = CtcTargets.Of(labels, Steps);
        double loss =
            Losses.Ctc<double>(ref x[0], ref gradient[0], targets, 1, weights, lengths, Steps, Rows, Classes, Stride, 0.5, Offset, 0);
        double expected = Loss(scores[0], labels[0], 0, out double[] first) + (0.5 * Loss(scores[1][..3], labels[1], 0, out double[] second));
        Assert.Equal(expected, loss, 1e-12);
        for (int item = 0; item < Steps * Rows; item++)
        {
            var (step, row) = (item / Rows, item % Rows);
            for (int i = 0; i < Stride; i++)
            {
                double found = gradient[(item * Stride) + i];
                if (i < Offset)
                    Assert.Equal(double.NaN, found);
                else if (i >= Offset + Classes || row > 1 || (row == 1 && step >= 3))
                    SameBits.Assert(0.0, found, $"{step}, {row}, {i}");
                else
                    Assert.Equal(
                        row == 0 ? 0.5 * first[(step * Classes) + i - Offset] : 0.25 * second[(step * Classes) + i - Offset], found, 1e-13);
            }
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] scores = [.. Enumerable.Range(0, 50 * 4 * 16).Select(i => (float)Math.Sin(i))], gradient = new float[scores.Length];
        int[] targets = CtcTargets.Of([[1, 2, 2], [], [5], [3, 4, 3, 4, 3]], 50);
        Allocations.AssertNone(() => Losses.Ctc<float>(ref scores[0], ref gradient[0], targets, 1, [], [], 50, 4, 16, 16, 1, 0, 0));
    }

    [Theory]
    [InlineData("2 4 -1", "Label 1 of row 0 is 4: it must be a class, 0 to 3 and not the blank 0")]
    [InlineData("2 0 -1", "Label 1 of row 0 is 0: it must be a class, 0 to 3 and not the blank 0")]
    [InlineData("2 2 3", "The 3 labels of row 0 need 4 steps, with one between two that are equal, but the row has 3")]
    public void LabelsThatDoNotFitAreRefusedByRow(string labels, string message)
    {
        var model = Model.Value;
        var batch = new TestBatch(1, new double[3 * 2]) { Targets = [.. labels.Split(' ').Select(double.Parse)] };
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => model.Run(batch)).Message);
    }

    private static readonly Lazy<TestModel> Model = new(() => ModelFactory.Compile(
        new Dictionary<string, TestGraph> { ["Labels"] = new(3, new TestSource("Input", 2), new TestDense(4), new TestHead("Ctc")) },
        TestCell.Sources)["Labels"]);

    private static double Loss(double[][] scores, int[] labels, int blank, out double[] gradient)
    {
        double[] x = [.. scores.SelectMany(s => s)];
        gradient = new double[x.Length];
        int classes = scores[0].Length;
        return Losses.Ctc<double>(
            ref x[0], ref gradient[0], CtcTargets.Of([labels], scores.Length), 1, [], [], scores.Length, 1, classes, classes, 1, 0, blank);
    }

    private static double[][] Scores(Random random, int steps, int classes, double spread = 4) =>
        [.. Enumerable.Range(0, steps).Select(_ => Enumerable.Range(0, classes).Select(_ => (random.NextDouble() - 0.5) * spread).ToArray())];

    private static double[] Softmax(double[] scores)
    {
        double sum = scores.Sum(Math.Exp);
        return [.. scores.Select(s => Math.Exp(s) / sum)];
    }

    /// <summary>The lattice's kernels with vectors of every width; only doubles have them.</summary>
    private readonly struct AllWays : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            if (typeof(T) != typeof(double))
                return [];
            List<T> results = [];
            foreach (int count in new[] { 0, 1, 7, 8, 20 })
            {
                int[] labels = [.. Enumerable.Range(0, count).Select(i => 1 + (i / 2 % 3))];
                using CtcLattice lattice = new(50, labels);
                for (int step = 0; step < 50; step++)
                    for (int state = 0; state <= 2 * count; state++)
                        lattice.Emissions(step)[state] = -1 - Math.Abs(Math.Sin((step * 7) + state));
                results.Add(Element.FromDouble<T>(lattice.Solve<V, T>()));
                for (int step = 0; step < 50; step++)
                    foreach (double share in lattice.Occupancies(step)[..((2 * count) + 1)])
                        results.Add(Element.FromDouble<T>(share));
            }

            return [.. results];
        }
    }
}
