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
                over = convolution.IsInner ? "Inner" : "Time",
                kernel = convolution.Kernel,
                dilation = convolution.Dilation,
                stride = convolution.Stride,
                padding = convolution.Padding,
                paddingEnd = convolution.PaddingEnd ?? convolution.Padding,
                reflects = convolution.Reflects,
                weight = ParameterValues.Values(weight).Chunk(weight.Columns).Select(row => row.Chunk(convolution.Kernel)),
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
        bool isInner = random.Next(2) == 0;
        int length = random.Next(1, isInner ? 14 : 5), channels = random.Next(1, 21), kernel = random.Next(1, 6);
        int dilation = random.Next(1, 4), span = ((kernel - 1) * dilation) + 1;
        bool reflects = isInner && length > 1 && random.Next(2) == 0;
        int most = reflects ? length - 1 : 4, padding = isInner ? random.Next(0, most + 1) : 0;
        int end = isInner ? random.Next(0, most + 1) : 0;
        if (isInner && length + padding + end < span)
            (kernel, dilation) = (1, 1);
        TestConv convolution = new(random.Next(1, 21), kernel)
        {
            Name = "c",
            IsInner = isInner,
            Dilation = dilation,
            Stride = isInner ? random.Next(1, 4) : 1,
            Padding = padding,
            PaddingEnd = isInner ? end : null,
            Reflects = reflects,
            Bias = random.Next(3) > 0,
        };
        return new(
            random.Next(1, 7), new TestSource("Input", length) { Channels = channels }, convolution, new TestHead("SquaredError"),
            new TestRnn(TestCell.SimpleRnn, 1) { From = "c" }, new TestHead("SquaredError"));
    }
}
