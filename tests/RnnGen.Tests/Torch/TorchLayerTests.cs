using System.Text.Json;
using RnnGen.Tests.Models;
using Xunit.Abstractions;

namespace RnnGen.Tests.Torch;

/// <summary>Random layers against PyTorch in double.</summary>
public class TorchLayerTests(ITestOutputHelper output)
{
    private const int Count = 120;
    private const int Rows = 2;

    [TorchFact]
    public void ConvolutionsAreThoseOfPyTorch()
    {
        Random random = new(5);
        Dictionary<string, TestGraph> graphs = new();
        for (int i = 0; i < Count; i++)
            graphs[$"Conv{i}"] = Next(random);
        var models = ModelFactory.Compile(graphs, TestCell.Sources);
        List<object> cases = [];
        List<double[]> actual = [];
        foreach (var (name, graph) in graphs)
        {
            var model = models[name];
            model.Randomize(7);
            var (source, convolution) = (graph.Source, graph.Elements.OfType<TestConv>().Single());
            double[] x = Numbers.Random(11, graph.Steps * Rows * source.Numbers);
            var weight = model.Parameters["c.weight"];
            cases.Add(new
            {
                x,
                shape = new[] { graph.Steps, Rows, source.Size, source.Channels!.Value },
                stepDilation = convolution.Time.Dilation,
                dilation = convolution.Places.Dilation,
                groups = convolution.Groups,
                stride = convolution.Stride,
                padding = convolution.Padding,
                paddingEnd = convolution.PaddingEnd ?? convolution.Padding,
                reflects = convolution.Reflects,
                kernel = new[] { weight.Rows, weight.Columns / convolution.Time.Count / convolution.Places.Count, convolution.Time.Count,
                    convolution.Places.Count },
                weight = ParameterValues.Values(weight),
                bias = convolution.Bias ? ParameterValues.Values(model.Parameters["c.bias"]) : null,
            });
            // The second head is a recurrent layer's.
            int size = model.Shape.OutputSize;
            actual.Add([.. model.Run(new(Rows, x) { OutputGradients = new double[graph.Steps * Rows * size] }).Outputs.Chunk(size)
                .SelectMany(vector => vector[..^1])]);
        }

        double largest = 0;
        foreach (var ((expected, outputs), name) in Evaluate(cases).Zip(actual).Zip(graphs.Keys))
        {
            Assert.Equal(expected.Length, outputs.Length);
            double scale = expected.Max(Math.Abs);
            double difference = expected.Zip(outputs, (e, a) => Math.Abs(e - a)).Max() / scale;
            Assert.True(difference < 1e-12, $"{graphs[name].Attributes}: {difference:E2}");
            largest = Math.Max(largest, difference);
        }

        output.WriteLine($"{Count} convolutions, largest difference {largest:E2} of the largest output");
    }

    private static double[][] Evaluate(List<object> cases)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["cases"], JsonSerializer.Serialize(cases));
        TorchFactAttribute.Run("layers.py", folder["cases"], folder["outputs"]);
        return JsonSerializer.Deserialize<double[][]>(File.ReadAllText(folder["outputs"]))!;
    }

    private static TestGraph Next(Random random)
    {
        int kind = random.Next(3);
        bool isInner = kind == 0, isPlaced = kind < 2;
        int length = random.Next(1, isPlaced ? 14 : 5), channels = random.Next(1, 21), kernel = random.Next(1, 6);
        int dilation = random.Next(1, 4), span = ((kernel - 1) * dilation) + 1;
        bool reflects = isPlaced && length > 1 && random.Next(2) == 0;
        int most = reflects ? length - 1 : 4, padding = isPlaced ? random.Next(0, most + 1) : 0;
        int end = isPlaced ? random.Next(0, most + 1) : 0;
        if (isPlaced && length + padding + end < span)
            (kernel, dilation) = (1, 1);
        int[] divisors = [.. Enumerable.Range(1, channels).Where(d => channels % d == 0)];
        int groups = divisors[random.Next(divisors.Length)];
        TestConv convolution = new(groups * random.Next(1, (21 / groups) + 1), kernel, kind == 1 ? random.Next(1, 4) : 0)
        {
            Name = "c",
            IsInner = isInner,
            Dilation = dilation,
            StepDilation = kind == 1 ? random.Next(1, 3) : 1,
            Stride = isPlaced ? random.Next(1, 4) : 1,
            Padding = padding,
            PaddingEnd = isPlaced ? end : null,
            Reflects = reflects,
            Groups = groups,
            Bias = random.Next(3) > 0,
        };
        return new(
            random.Next(1, 7), new TestSource("Input", length) { Channels = channels }, convolution, new TestHead("SquaredError"),
            new TestRnn(TestCell.SimpleRnn, 1) { From = "c" }, new TestHead("SquaredError"));
    }
}
