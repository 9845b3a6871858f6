using System.Text.Json;
using System.Text.Json.Nodes;
using RnnGen.Tests.Models;
using Xunit.Abstractions;

namespace RnnGen.Tests.Torch;

/// <summary>Losses of random sizes against PyTorch in double: the loss, and its gradients through a dense layer.</summary>
public class TorchLossTests(ITestOutputHelper output)
{
    private const int Each = 12;
    private const int Steps = 7;
    private const int Rows = 3;
    private const int Inputs = 4;

    private static readonly string[] Kinds =
        ["huber", "poisson", "gaussian", "hinge", "focal", "quantiles", "smoothed", "soft", "ctc"];

    [TorchFact]
    public void LossesAreThoseOfPyTorch()
    {
        Random random = new(3);
        List<(string Name, JsonObject Case, TestGraph Graph)> cases =
            [.. Kinds.SelectMany(kind => Enumerable.Range(0, Each).Select(i => Next($"{kind}{i}", kind, random)))];
        var models = ModelFactory.Compile(cases.ToDictionary(c => c.Name, c => c.Graph), TestCell.Sources);
        List<double[]> actual = [];
        foreach (var (name, data, graph) in cases)
        {
            var model = models[name];
            model.Randomize(7);
            double[] x = Numbers.Random(11, Steps * Rows * Inputs), targets = data["targets"]!.Deserialize<double[]>()!;
            data["x"] = JsonSerializer.SerializeToNode(x);
            data["weight"] = JsonSerializer.SerializeToNode(ParameterValues.Values(model.Parameters["d.weight"]));
            var pass = model.Run(new TestBatch(Rows, x) { Targets = targets, Lengths = data["lengths"]?.Deserialize<int[]>() });
            actual.Add([pass.Loss, .. pass.InputGradients]);
        }

        double largest = 0;
        foreach (var ((expected, found), (name, data, _)) in Evaluate([.. cases.Select(c => c.Case)]).Zip(actual).Zip(cases))
        {
            double scale = expected.Skip(1).Max(Math.Abs);
            double difference = Math.Max(
                Math.Abs(expected[0] - found[0]) / Math.Max(1, Math.Abs(expected[0])),
                expected.Skip(1).Zip(found.Skip(1), (e, f) => Math.Abs(e - f)).Max() / scale);
            Assert.True(difference < 1e-12, $"{name}: {difference:E2}, {data.ToJsonString()[..200]}");
            largest = Math.Max(largest, difference);
        }

        output.WriteLine($"{cases.Count} losses, largest difference {largest:E2}");
    }

    private static (string Name, JsonObject Case, TestGraph Graph) Next(string name, string kind, Random random)
    {
        int targets = random.Next(1, 20), outputs = targets;
        double number = Math.Round(random.NextDouble() + 0.1, 2);
        JsonObject data = new() { ["kind"] = kind, ["steps"] = Steps, ["rows"] = Rows };
        TestHead head;
        switch (kind)
        {
            case "huber":
                data["delta"] = number;
                head = new("Loss<HuberLoss>") { Equations = TestLoss.Huber(number) };
                break;
            case "gaussian":
                outputs = 2 * targets;
                head = new("Loss<GaussianLoss>") { Equations = TestLoss.Gaussian };
                break;
            case "quantiles":
                double[] levels = [.. Enumerable.Range(1, random.Next(1, 6)).Select(i => Math.Round(0.15 * i, 2))];
                outputs = levels.Length * targets;
                data["levels"] = JsonSerializer.SerializeToNode(levels);
                head = new("Quantiles") { Equations = TestLoss.Quantiles(levels) };
                break;
            case "focal":
                (data["gamma"], data["alpha"]) = (1.5, 0.4);
                head = new("Loss<FocalLoss>") { Equations = TestLoss.Focal };
                break;
            case "smoothed":
                (outputs, targets, number) = (targets + 1, 1, number / 2);
                data["smoothing"] = number;
                head = new("SoftmaxCrossEntropy") { Smoothing = number };
                break;
            case "soft":
                outputs = targets += 1;
                head = new("SoftmaxCrossEntropy") { IsSoft = true };
                break;
            case "ctc":
                (outputs, targets) = (random.Next(2, 20), 1);
                int blank = random.Next(outputs);
                int[] lengths = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(1, Steps + 1))];
                int[][] labels = [.. lengths.Select(length => CtcCase.Labels(random, outputs, length, blank))];
                (data["blank"], data["lengths"]) = (blank, JsonSerializer.SerializeToNode(lengths));
                data["labels"] = JsonSerializer.SerializeToNode(labels);
                data["targets"] = JsonSerializer.SerializeToNode(CtcTargets.Of(labels, Steps));
                head = new("Ctc") { Blank = blank };
                break;
            default:
                head = kind == "poisson"
                    ? new("Loss<PoissonLoss>") { Equations = TestLoss.Poisson }
                    : new("Loss<HingeLoss>") { Equations = TestLoss.Hinge };
                break;
        }

        data["targets"] ??= JsonSerializer.SerializeToNode(
            Enumerable.Range(0, Steps * Rows * targets).Select(_ => kind switch
            {
                "smoothed" => random.Next(outputs),
                "poisson" => random.Next(6),
                "focal" => random.Next(2),
                "hinge" => (2 * random.Next(2)) - 1,
                _ => random.NextDouble(),
            }));
        TestGraph graph = new(Steps, new TestSource("Input", Inputs), new TestDense(outputs) { Name = "d", Bias = false }, head);
        return (name, data, graph);
    }

    private static double[][] Evaluate(List<JsonObject> cases)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["cases"], JsonSerializer.Serialize(cases));
        TorchFactAttribute.Run("losses.py", folder["cases"], folder["outputs"]);
        return JsonSerializer.Deserialize<double[][]>(File.ReadAllText(folder["outputs"]))!;
    }
}
