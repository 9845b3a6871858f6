using System.Globalization;

namespace RnnGen.Onnx.Tests;

/// <summary>Random declarations of everything that can be exported.</summary>
internal sealed class RandomModels(int seed)
{
    private static readonly string[] Cells =
    [
        "SimpleRnn", "Lstm", "PeepholeLstm", "CoupledLstm", "CoupledPeepholeLstm", "Gru", "GruTakeNew", "GruResetBefore",
        "GruResetBeforeTakeNew"
    ];
    private static readonly string[] Candidates =
    [
        "Tanh", "Tanh", "Softsign", "Relu", "Elu", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "Affine", "HardSigmoid", "Softplus",
        "Sigmoid", "Linear"
    ];
    private static readonly string[] Mild = ["Tanh", "Softsign", "HardSigmoid", "Sigmoid", "ScaledTanh"];

    private readonly Random random = new(seed);

    /// <summary>A declaration in C#, and whether it can stream.</summary>
    public (string Source, bool CanStream) Next(string name)
    {
        List<string> lines =
            ["[RnnModel(Steps = 4)]", Pick($"[Input({Size(9)})]", $"[OneHot({Size(9) + 1})]", $"[Embedding({Size(20) + 1}, {Size(9)})]")];
        bool reverse = random.Next(2) == 0, pools = random.Next(3) == 0;
        if (random.Next(3) == 0)
            lines.Add($"[Dense({Size(12)}, {Function("Activation", "Activation", Candidates)})]");
        int layers = 1 + random.Next(3);
        for (int i = 0; i < layers; i++)
            lines.Add(Layer(i, reverse));
        if (random.Next(2) == 0 && layers == 2)
            lines.Add($"[Dense({Size(8)}, From = \"{Pick("layer1, layer0", "layer1 * (layer1 + layer1), layer0 * layer0")}\")]");
        if (pools)
            lines.Add(Pick(
                "[Pool(Pooling.Last)]", "[Pool(Pooling.Mean)]", "[Pool(Pooling.Attention)]", "[Pool(Pooling.Attention, Units = 3)]"));
        if (random.Next(3) > 0)
            lines.Add($"[Dense({Size(6) + 1}, {Function("Activation", "Activation", Mild)})]");
        if (random.Next(4) == 0)
            lines.Add(Pick(
                "[Dropout(0.3)]", "[Activation(Activation.Softsign)]", "[Activation(Activation.Elu, Alpha = 0.6)]",
                "[Activation(Activation.Gelu)]", "[Activation(Activation.Silu)]"));
        if (random.Next(3) == 0)
        {
            lines.Add("[Dense(6)]");
            lines.Add(Pick(
                "[LayerNorm]", "[LayerNorm(Gain = false, Epsilon = 0.01)]", "[RmsNorm]", "[RmsNorm(Gain = false)]", "[GroupNorm(3)]",
                "[GroupNorm(2, Bias = false)]", "[Softmax]", "[LogSoftmax]", "[PRelu]", "[PRelu(Shared = true)]",
                "[Standardize]", "[Standardize(Invert = true)]"));
            lines.Add(Pick("[LayerNorm(Bias = false)]", "[PRelu]", "[RmsNorm(Epsilon = 0.1)]", "[GroupNorm(3, Gain = false)]"));
        }

        lines.Add($"[Dense({Size(5) + 1}{(random.Next(4) == 0 ? ", Bias = false" : "")})]");
        lines.Add(Pick(
            "[SoftmaxCrossEntropy]", "[SigmoidCrossEntropy]", "[SquaredError]", "[Loss<HuberLoss>]", "[SoftmaxCrossEntropy(LabelSmoothing = 0.1)]"));
        if (random.Next(3) == 0)
        {
            lines.Add($"[Dense({Size(4)}), {Pick("SquaredError", "AbsoluteError", "SigmoidCrossEntropy")}]");
        }

        bool hasReverse = lines.Exists(l => l.Contains("Direction", StringComparison.Ordinal));
        return ($"using RnnGen;\n{string.Join("\n", lines)}\npublic sealed partial class {name};\n", !hasReverse && !pools);
    }

    private string Layer(int index, bool reverse)
    {
        string cell = Pick(Cells);
        List<string> arguments = [$"{Size(17)}", $"Name = \"layer{index}\""];
        if (random.Next(3) == 0)
            arguments.Add("Depth = 2");
        if (reverse && random.Next(3) > 0)
            arguments.Add(Pick(
                "Direction = Direction.Reverse", "Direction = Direction.Bidirectional", "Direction = Direction.Bidirectional",
                $"Direction = Direction.Bidirectional, Merge = Merge.{Pick("Sum", "Mean", "Multiply", "Linear")}"));
        if (random.Next(2) == 0)
            arguments.Add(Function(
                "Activation", "Activation", cell.Contains("Lstm", StringComparison.Ordinal) || cell == "SimpleRnn" ? Mild : Candidates));
        if (random.Next(3) == 0 && cell != "SimpleRnn" && !cell.EndsWith("TakeNew", StringComparison.Ordinal))
            arguments.Add(Function("GateActivation", "Gate", ["HardSigmoid", "Sigmoid"]));
        if (random.Next(3) == 0 && cell.EndsWith("Lstm", StringComparison.Ordinal))
            arguments.Add(Function("OutputActivation", "Output", Mild));
        if (random.Next(4) == 0)
            arguments.Add("Clip = 0.7");
        if (random.Next(4) == 0)
            arguments.Add("Bias = false");
        if (random.Next(4) == 0)
            arguments.Add("RecurrentDropout = 0.2");
        return $"[Rnn<{cell}>({string.Join(", ", arguments)})]";
    }

    private string Function(string argument, string prefix, string[] kinds)
    {
        string kind = Pick(kinds);
        string text = $"{argument} = Activation.{kind}";
        if (kind is "Affine" or "LeakyRelu" or "ThresholdedRelu" or "ScaledTanh" or "HardSigmoid" or "Elu" && random.Next(2) == 0)
            text += $", {prefix}Alpha = {Number()}";
        if (kind is "Affine" or "ScaledTanh" or "HardSigmoid" && random.Next(2) == 0)
            text += $", {prefix}Beta = {Number()}";
        return text;
    }

    private string Number() => (0.25 + (0.125 * random.Next(6))).ToString(CultureInfo.InvariantCulture);

    private int Size(int most) => 1 + random.Next(most);

    private string Pick(params string[] items) => items[random.Next(items.Length)];
}
