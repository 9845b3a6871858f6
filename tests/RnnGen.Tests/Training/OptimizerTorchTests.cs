using System.Text.RegularExpressions;
using RnnGen.Generated;
using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests;

/// <summary>
/// PyTorch's own trajectories: 25 updates of an LSTM 3 → 6 and a dense layer on 2, mean squared error, in double. The network here is
/// written out in plain loops, so that only the optimisers are under test.
/// </summary>
public class OptimizerTorchTests
{
    private const int Steps = 8, Batch = 4, Inputs = 3, Hidden = 6, Outputs = 2;
    private const int Wx = 0, Wh = Wx + (4 * Hidden * Inputs), Bx = Wh + (4 * Hidden * Hidden), Bh = Bx + (4 * Hidden);
    private const int V = Bh + (4 * Hidden), C = V + (Outputs * Hidden), Length = C + Outputs;

    private static readonly ParameterInfo[] Table =
    [
        Rows("lstm.weight_ih_l0", 4 * Hidden, Inputs, Wx),
        Rows("lstm.weight_hh_l0", 4 * Hidden, Hidden, Wh),
        Rows("lstm.bias_ih_l0", 4 * Hidden, 0, Bx),
        Rows("lstm.bias_hh_l0", 4 * Hidden, 0, Bh),
        Rows("lin.weight", Outputs, Hidden, V),
        Rows("lin.bias", Outputs, 0, C),
    ];

    [SharedTheory("torch_grad")]
    [InlineData("opt_sgd", "Sgd")]
    [InlineData("opt_sgd_momentum", "Momentum")]
    [InlineData("opt_adam", "Adam")]
    [InlineData("opt_adamw", "AdamW")]
    [InlineData("opt_rmsprop", "RmsProp")]
    [InlineData("opt_adam_clip", "Adam")]
    public void TwentyFiveUpdatesAreThoseOfPyTorch(string @case, string kind)
    {
        SafetensorsFile file = SafetensorsFile.Read(Path.Combine(SharedCases.Find("torch_grad")!, @case + ".safetensors"));
        string description = file.Metadata["optimiser"];
        double rate = Number(description, "lr");
        Optimizer optimizer = kind switch
        {
            "Sgd" => new Sgd(rate),
            "Momentum" => new Sgd(rate) { Momentum = Number(description, "momentum") },
            "Adam" => new Adam(rate),
            "AdamW" => new AdamW(rate) { WeightDecay = Number(description, "weight_decay") },
            _ => new RmsProp(rate),
        };
        double clip = file.Metadata["clip_grad_norm"] is "None" ? double.PositiveInfinity : double.Parse(file.Metadata["clip_grad_norm"]);

        AlignedBuffer<double> parameters = new(Length), gradients = new(Length);
        ParameterSet<double> set = new(Table, parameters);
        foreach (ParameterView<double> view in set)
            view.CopyFrom(Values(file, "init." + view.Name));
        double[] x = Values(file, "x"), y = Values(file, "y"), losses = Values(file, "losses");
        OptimizerState<double> state = optimizer.CreateState<double>(Length);
        foreach (double expected in losses)
        {
            gradients.Span.Clear();
            Close(expected, Backpropagate(parameters.Span, gradients.Span, x, y));
            optimizer.Update(state, parameters, gradients, rate, Clip.Scale(Clip.Norm(gradients), clip));
        }

        foreach (ParameterView<double> view in set)
        {
            double[] values = new double[view.Count];
            view.CopyTo(values);
            foreach (var (expected, actual) in Values(file, "final." + view.Name).Zip(values))
                Close(expected, actual);
        }
    }

    /// <summary>Adds the gradients of the loss, which is returned.</summary>
    private static double Backpropagate(ReadOnlySpan<double> p, Span<double> d, double[] x, double[] y)
    {
        double loss = 0;
        for (int row = 0; row < Batch; row++)
        {
            double[,] gates = new double[Steps, 4 * Hidden], c = new double[Steps + 1, Hidden];
            double[,] h = new double[Steps + 1, Hidden], error = new double[Steps, Outputs];
            for (int t = 0; t < Steps; t++)
            {
                for (int g = 0; g < 4 * Hidden; g++)
                {
                    double sum = p[Bx + g] + p[Bh + g];
                    for (int k = 0; k < Inputs; k++)
                        sum += p[Wx + (g * Inputs) + k] * x[(((t * Batch) + row) * Inputs) + k];
                    for (int k = 0; k < Hidden; k++)
                        sum += p[Wh + (g * Hidden) + k] * h[t, k];
                    gates[t, g] = g / Hidden == 2 ? Math.Tanh(sum) : 1 / (1 + Math.Exp(-sum));
                }

                for (int u = 0; u < Hidden; u++)
                {
                    c[t + 1, u] = (gates[t, Hidden + u] * c[t, u]) + (gates[t, u] * gates[t, (2 * Hidden) + u]);
                    h[t + 1, u] = gates[t, (3 * Hidden) + u] * Math.Tanh(c[t + 1, u]);
                }

                for (int o = 0; o < Outputs; o++)
                {
                    double output = p[C + o];
                    for (int k = 0; k < Hidden; k++)
                        output += p[V + (o * Hidden) + k] * h[t + 1, k];
                    error[t, o] = output - y[(((t * Batch) + row) * Outputs) + o];
                    loss += error[t, o] * error[t, o] / (Steps * Batch * Outputs);
                }
            }

            double[] dh = new double[Hidden], dc = new double[Hidden], dGates = new double[4 * Hidden];
            for (int t = Steps - 1; t >= 0; t--)
            {
                for (int o = 0; o < Outputs; o++)
                {
                    double slope = 2 * error[t, o] / (Steps * Batch * Outputs);
                    d[C + o] += slope;
                    for (int k = 0; k < Hidden; k++)
                    {
                        d[V + (o * Hidden) + k] += slope * h[t + 1, k];
                        dh[k] += slope * p[V + (o * Hidden) + k];
                    }
                }

                for (int u = 0; u < Hidden; u++)
                {
                    double i = gates[t, u], f = gates[t, Hidden + u], g = gates[t, (2 * Hidden) + u];
                    double o = gates[t, (3 * Hidden) + u], tanh = Math.Tanh(c[t + 1, u]);
                    dc[u] += dh[u] * o * (1 - (tanh * tanh));
                    dGates[u] = dc[u] * g * i * (1 - i);
                    dGates[Hidden + u] = dc[u] * c[t, u] * f * (1 - f);
                    dGates[(2 * Hidden) + u] = dc[u] * i * (1 - (g * g));
                    dGates[(3 * Hidden) + u] = dh[u] * tanh * o * (1 - o);
                    dc[u] *= f;
                }

                Array.Clear(dh);
                for (int g = 0; g < 4 * Hidden; g++)
                {
                    d[Bx + g] += dGates[g];
                    d[Bh + g] += dGates[g];
                    for (int k = 0; k < Inputs; k++)
                        d[Wx + (g * Inputs) + k] += dGates[g] * x[(((t * Batch) + row) * Inputs) + k];
                    for (int k = 0; k < Hidden; k++)
                    {
                        d[Wh + (g * Hidden) + k] += dGates[g] * h[t, k];
                        dh[k] += dGates[g] * p[Wh + (g * Hidden) + k];
                    }
                }
            }
        }

        return loss;
    }

    /// <summary>Plain row-major rows: a panel of one lane.</summary>
    private static ParameterInfo Rows(string name, int rows, int columns, int offset) =>
        new(name, rows, columns, [new(0, rows, offset, 1, Math.Max(columns, 1), 1)], []);

    private static double[] Values(SafetensorsFile file, string name)
    {
        double[] values = new double[file[name].Count];
        file[name].CopyTo<double>(values);
        return values;
    }

    private static double Number(string description, string name) =>
        double.Parse(Regex.Match(description, $@"\b{name}: (\S+)").Groups[1].Value);

    private static void Close(double expected, double actual) => Assert.InRange(actual, expected - 1e-9, expected + 1e-9);
}
