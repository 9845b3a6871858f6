using System.Diagnostics;
using Xunit.Abstractions;

namespace RnnGen.Tests.Models;

/// <summary>RNNoise's network (Valin 2018): from 42 features of 10 ms of sound, gains for 22 bands, and whether somebody speaks.</summary>
[RnnModel(Steps = 100)]
[Input(42)]
[Dense(24, Activation = Activation.Tanh, Name = "input_dense")]
[Rnn<GruResetBefore>(24, Activation = Activation.Relu, Name = "vad_gru")]
[Rnn<GruResetBefore>(48, Activation = Activation.Relu, Name = "noise_gru", From = "input_dense, vad_gru, input")]
[Rnn<GruResetBefore>(96, Activation = Activation.Relu, Name = "denoise_gru", From = "vad_gru, noise_gru, input")]
[Dense(22, Name = "denoise_output")]
[SigmoidCrossEntropy]
[Dense(1, Name = "vad_output", From = "vad_gru")]
[SigmoidCrossEntropy]
public sealed partial class Rnnoise;

/// <summary>A network that is in use, with its own weights: a graph of three recurrent layers with two heads, frame by frame.</summary>
public class RnnoiseTests(ITestOutputHelper output)
{
    private const string Folder = "models/rnnoise";
    private const int Gains = 22;

    [SharedFact(Folder)]
    public void GivesTheGoldenGains()
    {
        var model = Load();
        var golden = SafetensorsFile.Read(Path.Combine(SharedCases.Find(Folder)!, "rnnoise_golden.safetensors"));
        float[] features = Values(golden["features"]);
        int frames = features.Length / Rnnoise.InputSize;
        var outputs = new float[frames * Rnnoise.OutputSize];
        var state = new Rnnoise.State();
        var clock = new Stopwatch();
        for (int pass = 0; pass < 20; pass++)
        {
            state = default;
            clock.Restart();
            for (int frame = 0; frame < frames; frame++)
                model.Step(
                    features.AsSpan(frame * Rnnoise.InputSize, Rnnoise.InputSize), ref state,
                    outputs.AsSpan(frame * Rnnoise.OutputSize, Rnnoise.OutputSize));
        }

        output.WriteLine($"{clock.Elapsed.TotalMicroseconds / frames:F1} µs per frame of 10 ms, {Rnnoise.ParameterCount:N0} parameters");
        var rows = outputs.Chunk(Rnnoise.OutputSize).ToList();
        // The C program looks tanh up in a table.
        AssertWithin(1e-5, Values(golden["gains_exact_f64"]), [.. rows.SelectMany(r => r[..Gains])]);
        AssertWithin(1e-5, Values(golden["vad_exact_f64"]), [.. rows.SelectMany(r => r[Gains..])]);
        AssertWithin(2e-2, Values(golden["gains_c_reference"]), [.. rows.SelectMany(r => r[..Gains])]);
        AssertWithin(2e-2, Values(golden["vad_c_reference"]), [.. rows.SelectMany(r => r[Gains..])]);
    }

    [SharedFact(Folder)]
    public void TrainsFromItsWeights()
    {
        var model = Load();
        var golden = SafetensorsFile.Read(Path.Combine(SharedCases.Find(Folder)!, "rnnoise_golden.safetensors"));
        float[] features = Values(golden["features"])[..(Rnnoise.Steps * Rnnoise.InputSize)];
        var targets = new float[Rnnoise.Steps * Rnnoise.OutputSize];
        model.Forward(features, targets);
        var trainer = model.CreateTrainer(new Sgd(0));
        double entropy = -targets.Sum(p => (p * Math.Log(Math.Max(p, 1e-30))) + ((1 - p) * Math.Log(Math.Max(1 - p, 1e-30))));
        double gains = -targets.Where((_, i) => i % Rnnoise.OutputSize < Gains)
            .Sum(p => (p * Math.Log(Math.Max(p, 1e-30))) + ((1 - p) * Math.Log(Math.Max(1 - p, 1e-30))));
        // At its own outputs the loss is their entropy, and its least: the mean over the gains, and the voice.
        Assert.Equal((gains / (Gains * Rnnoise.Steps)) + ((entropy - gains) / Rnnoise.Steps), trainer.Evaluate(features, targets), 1e-5);
        var tape = model.CreateTape(1);
        tape.Forward(features);
        tape.Loss(targets);
        tape.Backward();
        Assert.All(tape.Gradients.SelectMany(ParameterValues.Values), gradient => Assert.Equal(0, gradient, 1e-5));
    }

    private static Rnnoise Load()
    {
        var model = new Rnnoise();
        var file = SafetensorsFile.Read(Path.Combine(SharedCases.Find(Folder)!, "rnnoise_v0.1.1_weights.safetensors"));
        foreach (string layer in new[] { "input_dense", "denoise_output", "vad_output" })
        {
            Copy(layer + "_weights", layer + ".weight");
            Copy(layer + "_bias", layer + ".bias");
        }

        foreach (string layer in new[] { "vad_gru", "noise_gru", "denoise_gru" })
        {
            Copy(layer + "_weights", layer + ".weight_ih_l0", gates: 3);
            Copy(layer + "_recurrent_weights", layer + ".weight_hh_l0", gates: 3);
            Copy(layer + "_bias", layer + ".bias_ih_l0", gates: 3);
        }

        return model;

        // Keras' columns are PyTorch's rows, and its gates z, r, h are r, z, n here. The C program's bytes have been divided by 256
        // already.
        void Copy(string tensor, string parameter, int gates = 1)
        {
            float[] values = Values(file[tensor]);
            int columns = (int)file[tensor].Shape[^1], rows = values.Length / columns, units = columns / gates;
            int[] order = gates == 3 ? [1, 0, 2] : [0];
            model.Parameters[parameter].CopyFrom([.. order.SelectMany(gate => Enumerable.Range(gate * units, units))
                .SelectMany(column => Enumerable.Range(0, rows).Select(row => values[(row * columns) + column]))]);
        }
    }

    private static void AssertWithin(double tolerance, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, tolerance));
    }

    private static float[] Values(SafetensorsTensor tensor)
    {
        var values = new float[tensor.Count];
        tensor.CopyTo<float>(values);
        return values;
    }
}
