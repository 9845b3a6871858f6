using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx.Tests;

/// <summary>
/// RNN, LSTM and GRU as onnx.ai/onnx/operators writes them, one row and one direction at a time. ONNX Runtime's reading of clip: gates
/// only.
/// </summary>
internal static class RecurrentEvaluator
{
    /// <returns>Y, Y_h and Y_c.</returns>
    public static Tensor[] Run(NodeProto node, Tensor?[] inputs)
    {
        string text(string name, string otherwise) => node.Attribute.FirstOrDefault(a => a.Name == name)?.S.ToStringUtf8() ?? otherwise;
        bool batchFirst = node.Attribute.Any(a => a.Name == "layout" && a.I == 1);
        string direction = text("direction", "forward");
        int directions = direction == "bidirectional" ? 2 : 1, hidden = inputs[2]!.Dims[2];
        Tensor x = inputs[0]!;
        int steps = x.Dims[batchFirst ? 1 : 0], rows = x.Dims[batchFirst ? 0 : 1];
        double[,,,] y = new double[steps, directions, rows, hidden];
        double[,,] last = new double[directions, rows, hidden], lastC = new double[directions, rows, hidden];
        for (int d = 0; d < directions; d++)
        {
            bool isReverse = direction == "reverse" || d == 1;
            for (int row = 0; row < rows; row++)
            {
                double[] h = Initial(5), c = Initial(6);
                for (int i = 0; i < steps; i++)
                {
                    int t = isReverse ? steps - 1 - i : i;
                    double[] input = [.. Enumerable.Range(0, x.Dims[2]).Select(k => batchFirst ? x[row, t, k] : x[t, row, k])];
                    (h, c) = Step(node, inputs, d, directions, input, h, c);
                    for (int k = 0; k < hidden; k++)
                        y[t, d, row, k] = h[k];
                }

                for (int k = 0; k < hidden; k++)
                    (last[d, row, k], lastC[d, row, k]) = (h[k], c[k]);

                double[] Initial(int index) =>
                    [.. Enumerable.Range(0, hidden)
                        .Select(k => inputs.Length > index && inputs[index] is { } state
                            ? batchFirst ? state[row, d, k] : state[d, row, k]
                            : 0)];
            }
        }

        return batchFirst
            ? [
                Tensor.Of([rows, steps, directions, hidden], p => y[p[1], p[2], p[0], p[3]]),
                Tensor.Of([rows, directions, hidden], p => last[p[1], p[0], p[2]]),
                Tensor.Of([rows, directions, hidden], p => lastC[p[1], p[0], p[2]])
            ]
            : [
                Tensor.Of([steps, directions, rows, hidden], p => y[p[0], p[1], p[2], p[3]]),
                Tensor.Of([directions, rows, hidden], p => last[p[0], p[1], p[2]]),
                Tensor.Of([directions, rows, hidden], p => lastC[p[0], p[1], p[2]])
            ];
    }

    public static (double Alpha, double Beta) Defaults(string kind) => kind.ToUpperInvariant() switch
    {
        "LEAKYRELU" => (0.01, 0),
        "HARDSIGMOID" => (0.2, 0.5),
        "SCALEDTANH" => (1, 1),
        _ => (1, 0),
    };

    public static Func<double, double> Function(string kind, double alpha, double beta) => kind.ToUpperInvariant() switch
    {
        "TANH" => Math.Tanh,
        "SIGMOID" => v => 1 / (1 + Math.Exp(-v)),
        "RELU" => v => Math.Max(v, 0),
        "AFFINE" => v => (alpha * v) + beta,
        "LEAKYRELU" => v => v < 0 ? alpha * v : v,
        "THRESHOLDEDRELU" => v => v > alpha ? v : 0,
        "SCALEDTANH" => v => alpha * Math.Tanh(beta * v),
        "HARDSIGMOID" => v => Math.Max(0, Math.Min(1, (alpha * v) + beta)),
        "ELU" => v => v < 0 ? alpha * (Math.Exp(v) - 1) : v,
        "SOFTSIGN" => v => v / (1 + Math.Abs(v)),
        "SOFTPLUS" => v => Math.Log(1 + Math.Exp(v)),
        "ERF" => Erf,
        "GELU" => v => v * (1 + Erf(v / Math.Sqrt(2))) / 2,
        _ => throw new InvalidOperationException(kind),
    };

    /// <summary>2/√π e^−v² Σ 2^n v^(2n + 1) / (1 · 3 · … · (2n + 1)), whose terms have one sign.</summary>
    private static double Erf(double v)
    {
        double term = v, sum = v;
        for (int n = 1; Math.Abs(v) < 6 && Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
            sum += term *= 2 * v * v / ((2 * n) + 1);
        return Math.Abs(v) < 6 ? 2 / Math.Sqrt(Math.PI) * Math.Exp(-v * v) * sum : Math.Sign(v);
    }

    private static (double[] H, double[] C) Step(
        NodeProto node, Tensor?[] inputs, int d, int directions, double[] x, double[] h, double[] c)
    {
        int hidden = h.Length, gates = node.OpType switch { "LSTM" => 4, "GRU" => 3, _ => 1 };
        var (f, g, o) = Functions(node, d, directions);
        double limit = node.Attribute.FirstOrDefault(a => a.Name == "clip")?.F ?? 0;
        bool Is(string name) => node.Attribute.Any(a => a.Name == name && a.I != 0);
        double W(int gate, int k) => Enumerable.Range(0, x.Length).Sum(i => inputs[1]![d, (gate * hidden) + k, i] * x[i]);
        double R(int gate, int k, double[] v) => Enumerable.Range(0, hidden).Sum(i => inputs[2]![d, (gate * hidden) + k, i] * v[i]);
        double B(int part, int gate, int k) => inputs.Length > 3 && inputs[3] is { } b ? b[d, (((part * gates) + gate) * hidden) + k] : 0;
        double P(int gate, int k) => inputs.Length > 7 && inputs[7] is { } p ? p[d, (gate * hidden) + k] : 0;
        double Clip(double v) => limit > 0 ? Math.Clamp(v, -limit, limit) : v;
        double[] Units(Func<int, double> at) => [.. Enumerable.Range(0, hidden).Select(at)];
        double Sum(int gate, int k) => W(gate, k) + R(gate, k, h) + B(0, gate, k) + B(1, gate, k);

        switch (node.OpType)
        {
            case "RNN":
                return (Units(k => f(Clip(Sum(0, k)))), c);
            case "GRU":
                double[] z = Units(k => f(Clip(Sum(0, k)))), r = Units(k => f(Clip(Sum(1, k))));
                double[] reset = Units(k => r[k] * h[k]);
                double[] n = Units(k => g(Clip(Is("linear_before_reset")
                    ? W(2, k) + B(0, 2, k) + (r[k] * (R(2, k, h) + B(1, 2, k)))
                    : W(2, k) + R(2, k, reset) + B(0, 2, k) + B(1, 2, k))));
                return (Units(k => ((1 - z[k]) * n[k]) + (z[k] * h[k])), c);
            default:
                double[] input = Units(k => f(Clip(Sum(0, k) + (P(0, k) * c[k]))));
                double[] forget = Is("input_forget") ? Units(k => 1 - input[k]) : Units(k => f(Clip(Sum(2, k) + (P(2, k) * c[k]))));
                double[] memory = Units(k => (forget[k] * c[k]) + (input[k] * g(Clip(Sum(3, k)))));
                return (Units(k => f(Clip(Sum(1, k) + (P(1, k) * memory[k]))) * o(memory[k])), memory);
        }
    }

    private static (Func<double, double> F, Func<double, double> G, Func<double, double> H) Functions(NodeProto node, int d, int directions)
    {
        string[] defaults = node.OpType switch { "LSTM" => ["Sigmoid", "Tanh", "Tanh"], "GRU" => ["Sigmoid", "Tanh"], _ => ["Tanh"] };
        string[] texts = [.. node.Attribute.FirstOrDefault(a => a.Name == "activations")?.Strings.Select(s => s.ToStringUtf8())
            ?? Enumerable.Repeat(defaults, directions).SelectMany(t => t)];
        Queue<float> alphas = new(node.Attribute.FirstOrDefault(a => a.Name == "activation_alpha")?.Floats ?? []);
        Queue<float> betas = new(node.Attribute.FirstOrDefault(a => a.Name == "activation_beta")?.Floats ?? []);
        var all = texts.Select(t =>
        {
            var (alpha, beta) = Defaults(t);
            bool hasBeta = t.ToUpperInvariant() is "AFFINE" or "SCALEDTANH" or "HARDSIGMOID";
            bool hasAlpha = hasBeta || t.ToUpperInvariant() is "LEAKYRELU" or "THRESHOLDEDRELU" or "ELU";
            return Function(t, hasAlpha && alphas.TryDequeue(out float a) ? a : alpha, hasBeta && betas.TryDequeue(out float b) ? b : beta);
        }).ToList();
        var mine = all.Skip(d * defaults.Length).Take(defaults.Length).ToList();
        return (mine[0], mine[Math.Min(1, mine.Count - 1)], mine[^1]);
    }
}
