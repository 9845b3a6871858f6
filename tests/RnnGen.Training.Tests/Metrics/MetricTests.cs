namespace RnnGen.Training.Tests;

/// <summary>Metrics against values that NumPy computed from the definitions.</summary>
public class MetricTests
{
    private static readonly double[][] Scores =
    [
        [0.88, -0.66, 4.86, -0.5], [0.22, 3.16, -1.82, -1.18], [0.38, -0.66, -2.39, -0.41], [-0.72, 1.21, -3.33, -1.4],
        [2.3, 3.71, -3.02, 1.29], [-1.96, -1.71, -1.74, -0.85], [1.99, 1.42, 0.12, -0.73], [0.01, -0.21, 1.59, -1.26],
        [-0.01, -0.2, -0.1, 0.5], [0.4, 2.67, -0.17, 3.12], [-0.61, -0.96, 0.2, 0.71], [0.54, 2.58, 2.28, 0.99],
    ];

    private static readonly int[] Classes = [2, 1, 2, 1, 1, 2, 0, 1, 2, 0, 1, 0];
    private static readonly double[] Weights = [1.05, 0.3, 0.44, 0.62, 0.49, 1.05, 0.6, 0.89, 0.74, 0.83, 1.19, 1.19];

    private static readonly double[][] Outputs = [[-0.74, -0.28], [0.21, -2.4], [-0.11, 0.4], [-0.06, -1.0], [0.05, 1.19], [1.38, -0.25]];
    private static readonly double[][] Targets =
        [[0.05, -0.34], [0.23, -0.04], [-0.21, -1.35], [-1.02, 1.23], [0.65, -0.22], [-0.11, 0.54]];
    private static readonly double[] NumberWeights = [1.0, 0.43, 0.18, 0.63, 0.76, 0.99];

    public static TheoryData<ClassMetric, double> ClassMetrics => new()
    {
        { new Accuracy(), 0.32587859424920124 },
        { new TopAccuracy(3), 0.6996805111821086 },
        { new Perplexity(), 5.407383523256846 },
        { new BitsPerSymbol(), 2.434930684416651 },
    };

    public static TheoryData<NumberMetric, double> NumberMetrics => new()
    {
        { new MeanAbsoluteError(), 1.0026190476190477 },
        { new RootMeanSquaredError(), 1.2206298448117319 },
        { new MeanAbsoluteScaledError(0.5, 2), 1.1314786967418544 },
    };

    [Theory]
    [MemberData(nameof(ClassMetrics))]
    public void AMetricOfClassesIsItsDefinition(ClassMetric metric, double expected)
    {
        Assert.Equal(double.NaN, metric.Value);
        AddAll(metric);
        Assert.Equal(expected, metric.Value, 1e-12);
        metric.Reset();
        Assert.Equal(double.NaN, metric.Value);
        AddAll(metric);
        Assert.Equal(expected, metric.Value, 1e-12);
    }

    [Theory]
    [MemberData(nameof(NumberMetrics))]
    public void AMetricOfNumbersIsItsDefinition(NumberMetric metric, double expected)
    {
        Assert.Equal(double.NaN, metric.Value);
        for (int i = 0; i < Outputs.Length; i++)
            metric.Add<double>(Outputs[i], Targets[i], NumberWeights[i]);
        Assert.Equal(expected, metric.Value, 1e-12);
        metric.Reset();
        Assert.Equal(double.NaN, metric.Value);
    }

    [Fact]
    public void PinballLossIsThatOfEachQuantile()
    {
        double[][] forecasts =
        [
            [0.8, 0.99, 1.01], [-0.07, 0.26, 0.76], [-0.61, -0.22, -0.14], [-1.24, -0.21, 1.33], [-0.26, -0.15, -0.08],
            [-0.47, -0.16, 0.44],
        ];
        double[] targets = [0.52, -0.51, 0.37, 1.27, 0.07, 0.49];
        PinballLoss loss = new(0.1, 0.5, 0.9), half = new(0.5);
        MeanAbsoluteError error = new();
        for (int i = 0; i < targets.Length; i++)
        {
            loss.Add<double>(forecasts[i], [targets[i]]);
            half.Add<double>([forecasts[i][1]], [targets[i]]);
            error.Add<double>([forecasts[i][1]], [targets[i]]);
        }

        Assert.Equal(0.22427777777777777, loss.Value, 1e-12);
        Assert.Equal(error.Value / 2, half.Value, 1e-12);
    }

    [Fact]
    public void TheScaleIsTheErrorOfTheSeasonBefore()
    {
        double[] series = [3.0, 8.3, 6.6, 9.9, 1.1, 5.8, 4.7, 6.5, 2.4, 0.3, 5.4, 3.6, 8.9, 4.6, 4.2, 6.3, 5.3, 9.6, 7.9, 5.0];
        Assert.Equal(3.025, MeanAbsoluteScaledError.ScaleOf(series, season: 4), 1e-12);
        // The naive forecast itself, measured on the series, has 1.
        MeanAbsoluteScaledError scaled = new(MeanAbsoluteScaledError.ScaleOf(series, 4));
        for (int i = 4; i < series.Length; i++)
            scaled.Add<double>([series[i - 4]], [series[i]]);
        Assert.Equal(1, scaled.Value, 1e-12);
    }

    [Fact]
    public void AConfusionMatrixHasWhatFollowsFromIt()
    {
        ConfusionMatrix matrix = new(4);
        Assert.Equal(double.NaN, matrix.Value);
        AddAll(matrix);
        Assert.Equal(0.32587859424920124, matrix.Accuracy, 1e-12);
        Assert.Equal(Weights.Sum(), matrix.Total, 1e-12);
        for (int actual = 0; actual < 4; actual++)
        {
            for (int predicted = 0; predicted < 4; predicted++)
            {
                double expected = Enumerable.Range(0, 12)
                    .Where(i => Classes[i] == actual && Array.IndexOf(Scores[i], Scores[i].Max()) == predicted).Sum(i => Weights[i]);
                Assert.Equal(expected, matrix[actual, predicted], 1e-12);
            }
        }

        (double Precision, double Recall, double F1)[] each =
        [
            (0.5769230769230769, 0.22900763358778625, 0.32786885245901637),
            (0.5423076923076924, 0.4040114613180516, 0.4630541871921182),
            (0.5412371134020619, 0.3201219512195122, 0.4022988505747126),
            (0.0, 0.0, 0.0),
        ];
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(each[i].Precision, matrix.Precision(i), 1e-12);
            Assert.Equal(each[i].Recall, matrix.Recall(i), 1e-12);
            Assert.Equal(each[i].F1, matrix.F1(i), 1e-12);
        }

        Assert.Equal(0.4151169706582078, matrix.MacroPrecision(), 1e-12);
        Assert.Equal(0.2382852615313375, matrix.MacroRecall(), 1e-12);
        Assert.Equal(0.2983054725564618, matrix.MacroF1(), 1e-12);
        Assert.Equal(matrix.MacroF1(), matrix.Value);
        Assert.Equal(0.5521978021978022, matrix.MicroPrecision(0, 1), 1e-12);
        Assert.Equal(0.32896890343698854, matrix.MicroRecall(0, 1), 1e-12);
        Assert.Equal(0.41230769230769226, matrix.MicroF1(0, 1), 1e-12);
        Assert.Equal(matrix.Accuracy, matrix.MicroF1(), 1e-12);
    }

    [Fact]
    public void AConfusionMatrixPrintsATable()
    {
        ConfusionMatrix matrix = new(2);
        matrix.Add(predicted: 1, actual: 0);
        matrix.Add(predicted: 1, actual: 1, weight: 12);
        Assert.Equal("true \\ predicted\n     0  1\n  0  0  1\n  1  0 12", matrix.ToString());
    }

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("flaw", "lawn", 2)]
    [InlineData("same", "same", 0)]
    [InlineData("intention", "execution", 5)]
    public void EditDistancesAreThoseOfTheTextbooks(string said, string expected, int edits) =>
        Assert.Equal(edits, new EditDistance().Add(Symbols(said), Symbols(expected)));

    [Fact]
    public void EditDistancesAreThoseOfTheDefinition()
    {
        Random random = new(3);
        EditDistance metric = new("PER");
        for (int i = 0; i < 200; i++)
        {
            int[] said = [.. Enumerable.Range(0, random.Next(7)).Select(_ => random.Next(3))];
            int[] expected = [.. Enumerable.Range(0, random.Next(7)).Select(_ => random.Next(3))];
            Assert.Equal(Recursive(said, expected), metric.Add(said, expected));
        }

        static int Recursive(ReadOnlySpan<int> a, ReadOnlySpan<int> b) => a.IsEmpty ? b.Length : b.IsEmpty ? a.Length
            : Math.Min(Recursive(a[1..], b[1..]) + (a[0] == b[0] ? 0 : 1), 1 + Math.Min(Recursive(a[1..], b), Recursive(a, b[1..])));
    }

    [Fact]
    public void RatesAreOfAllSymbolsTogether()
    {
        EditDistance metric = new("WER");
        Assert.Equal(double.NaN, metric.Value);
        metric.Add(Symbols("abcd"), Symbols("abcx"));
        metric.Add(Symbols("ab"), Symbols("ab"));
        Assert.Equal(1.0 / 6, metric.Value);
        Assert.Equal(0.5, metric.WrongSequences);
        Assert.Equal((1, 6, 2), (metric.Edits, metric.Length, metric.Count));
        metric.Reset();
        Assert.Equal(double.NaN, metric.WrongSequences);
    }

    [Fact]
    public void FloatsCountAsTheyAre()
    {
        MeanAbsoluteError floats = new(), doubles = new();
        floats.Add<float>([0.1f], [0.3f]);
        doubles.Add<double>([0.1f], [0.3f]);
        Assert.Equal(doubles.Value, floats.Value);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        Metric[] metrics = [new Accuracy(), new TopAccuracy(2), new Perplexity(), new BitsPerSymbol(), new ConfusionMatrix(4)];
        NumberMetric[] numbers =
            [new MeanAbsoluteError(), new RootMeanSquaredError(), new MeanAbsoluteScaledError(1), new PinballLoss(0.3)];
        EditDistance distance = new();
        float[] scores = [1, 2, 0, 1];
        int[] symbols = new int[40];
        double sum = 0;
        Allocations.AssertNone(() =>
        {
            foreach (Metric metric in metrics)
            {
                ((ClassMetric)metric).Add<float>(scores, 2, 0.5);
                sum += metric.Value;
            }

            foreach (NumberMetric metric in numbers)
            {
                metric.Add<float>(scores, scores);
                sum += metric.Value;
            }

            distance.Add(symbols, symbols);
            sum += distance.Value;
        });
        Assert.False(double.IsNaN(sum));
    }

    [Fact]
    public void BadInputIsRefusedAndNotAdded()
    {
        Accuracy accuracy = new();
        ConfusionMatrix matrix = new(3);
        MeanAbsoluteError error = new();
        Refuse("A class must be 0 to 2", () => accuracy.Add<float>([1, 2, 3], 3));
        Refuse("A class must be 0 to 2", () => accuracy.Add<float>([1, 2, 3], -1));
        Refuse("Number 1 is NaN", () => accuracy.Add<float>([1, float.NaN, 3], 0));
        Refuse("A weight must be finite and at least 0", () => accuracy.Add<float>([1], 0, -1));
        Refuse("A weight must be finite and at least 0", () => accuracy.Add<float>([1], 0, double.NaN));
        Refuse("Expected 3 scores, one for each class, but there are 2", () => matrix.Add<float>([1, 2], 1));
        Refuse("A class must be 0 to 2", () => matrix.Add(3, 0));
        Refuse("Expected 2 numbers of an output for 2 targets, and at least one, but there are 1", () => error.Add<float>([1], [1, 2]));
        Refuse("and at least one", () => error.Add<float>([], []));
        Refuse("Number 0 is Infinity", () => error.Add<double>([double.PositiveInfinity], [1]));
        Refuse("Number 0 is NaN", () => error.Add<double>([1], [double.NaN]));
        Refuse("Expected 2 numbers of an output for 1 targets", () => new PinballLoss(0.1, 0.9).Add<float>([1], [1]));
        Refuse("Expected a multiple of 2 numbers", () => new MeanAbsoluteScaledError(1, 1).Add<float>([1, 1, 1], [1, 1, 1]));
        Refuse("Scale 1 is 0", () => _ = new MeanAbsoluteScaledError(1, 0));
        Refuse("A quantile must be more than 0 and less than 1, but one is 1", () => _ = new PinballLoss(0.5, 1));
        Refuse("Expected more than 4 numbers", () => MeanAbsoluteScaledError.ScaleOf([1, 2, 3, 4], 4));
        Refuse("k", () => _ = new TopAccuracy(0));
        Refuse("classes", () => _ = new ConfusionMatrix(1));
        Assert.Equal((double.NaN, double.NaN, double.NaN), (accuracy.Value, matrix.Value, error.Value));
        // What counts nothing may be anything.
        accuracy.Add<float>([float.NaN], 7, weight: 0);
        Assert.Equal(double.NaN, accuracy.Value);

        static void Refuse(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message);
    }

    private static void AddAll(ClassMetric metric)
    {
        for (int i = 0; i < Scores.Length; i++)
            metric.Add<double>(Scores[i], Classes[i], Weights[i]);
    }

    private static int[] Symbols(string text) => [.. text.Select(character => (int)character)];
}
