using System.Diagnostics;
using Xunit.Abstractions;

namespace RnnGen.Tests.Models;

/// <summary>A whole network that is in use, with its own weights: a grid within a step, and a stream over them.</summary>
public class SileroTests(ITestOutputHelper output)
{
    private const string Folder = "../files/silero-16k-safetensors";

    [SharedFact(Folder)]
    public void GivesTheGoldenProbabilities()
    {
        var model = Load();
        var golden = SafetensorsFile.Read(Path.Combine(SharedCases.Find(Folder)!, "golden.safetensors"));
        double largest = 0;
        for (int stream = 0; stream < 3; stream++)
        {
            float[] frames = Values(golden[$"input.frames.{stream}"]), expected = Values(golden[$"output.speech.{stream}"]);
            var state = new Silero.State();
            var actual = new float[expected.Length];
            for (int frame = 0; frame < actual.Length; frame++)
                model.Step(frames.AsSpan(frame * Silero.InputSize, Silero.InputSize), ref state, actual.AsSpan(frame, 1));
            largest = Math.Max(largest, Difference(expected, actual));
            largest = Math.Max(largest, Difference(Values(golden[$"output.h.{stream}"]), state.Lstm_cellH.ToArray()));
            largest = Math.Max(largest, Difference(Values(golden[$"output.c.{stream}"]), state.Lstm_cellC.ToArray()));

            var together = new float[expected.Length];
            model.Forward(frames, together);
            Assert.Equal(actual, together);
        }

        output.WriteLine($"largest difference {largest:E2}, {MicrosecondsPerFrame(model):F1} µs a frame of 32 ms");
        Assert.InRange(largest, 0, 1e-5);
    }

    private static Silero Load()
    {
        var model = new Silero();
        var file = SafetensorsFile.Read(Path.Combine(SharedCases.Find(Folder)!, "silero_vad_16k.safetensors"));
        string[] convolutions = ["stft_conv", "conv1", "conv2", "conv3", "conv4", "final_conv"];
        WeightFile.Load(
            file, model.Parameters,
            [
                .. convolutions.Select(name => new LayerWeights(name, PyTorchLayout.Conv1d) { Prefix = $"{name}." }),
                new LayerWeights("lstm_cell", PyTorchLayout.LstmCell) { Prefix = "lstm_cell." },
            ]);
        return model;
    }

    private static double MicrosecondsPerFrame(Silero model)
    {
        float[] frame = [.. Enumerable.Range(0, Silero.InputSize).Select(i => MathF.Sin(i * 0.05f))], probability = new float[1];
        var state = new Silero.State();
        double best = double.PositiveInfinity;
        for (int round = 0; round < 50; round++)
        {
            var clock = Stopwatch.StartNew();
            for (int i = 0; i < 100; i++)
                model.Step(frame, ref state, probability);
            best = Math.Min(best, clock.Elapsed.TotalMicroseconds / 100);
        }

        return best;
    }

    private static double Difference(float[] expected, float[] actual) =>
        expected.Zip(actual, (e, a) => Math.Abs((double)e - a) / Math.Max(1, Math.Abs(e))).Max();

    private static float[] Values(SafetensorsTensor tensor)
    {
        var values = new float[tensor.Count];
        tensor.CopyTo<float>(values);
        return values;
    }
}
