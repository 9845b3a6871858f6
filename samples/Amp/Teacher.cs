using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RnnGen;

namespace Amp;

/// <summary>Trains a network on the made amplifier, and writes it as a file of GuitarML.</summary>
internal static class Teacher
{
    /// <summary>The rate that it learns at.</summary>
    public const int Rate = 44_100;

    private const int Rows = 32;

    /// <summary>Trains.</summary>
    /// <param name="updates">How many batches. Rows go on from batch to batch, and start anew after all of their sound.</param>
    /// <param name="report">Receives the share that is done, and a few words.</param>
    public static AmpModel Train(int updates, Action<double, string> report)
    {
        AmpModel model = new(seed: 1);
        AmpModel.Trainer trainer = model.CreateTrainer(new Adam(0.004)) with
        {
            ClipNorm = 1,
            Schedule = new CosineSchedule(updates),
        };
        float[] dry = Guitar.Play(160, Rate, seed: 1), wet = MadeAmp.Play(dry, Rate);
        int row = dry.Length / Rows, batches = row / AmpModel.Steps;
        float[] inputs = new float[AmpModel.Steps * Rows], targets = new float[inputs.Length];
        AmpModel.State[] states = new AmpModel.State[Rows];
        double mean = 0;
        for (int update = 0; update < updates; update++)
        {
            int batch = update % batches;
            if (batch == 0)
                states.AsSpan().Clear();
            for (int step = 0; step < AmpModel.Steps; step++)
            {
                for (int r = 0; r < Rows; r++)
                {
                    int place = (r * row) + (batch * AmpModel.Steps) + step;
                    (inputs[(step * Rows) + r], targets[(step * Rows) + r]) = (dry[place], wet[place]);
                }
            }

            double loss = trainer.Step(inputs, targets, states);
            mean += (loss - mean) / Math.Min(update + 1, 200);
            if (update % 20 == 19 || update == updates - 1)
                report((update + 1) / (double)updates, string.Create(CultureInfo.InvariantCulture, $"loss {mean:E1}"));
        }

        return model;
    }

    /// <summary>The share of a signal that an estimate of it has wrong: GuitarML's error-to-signal ratio, without emphasis.</summary>
    public static double ErrorToSignal(ReadOnlySpan<float> estimate, ReadOnlySpan<float> signal)
    {
        double error = 0, power = 0;
        for (int i = 0; i < signal.Length; i++)
        {
            error += ((double)estimate[i] - signal[i]) * (estimate[i] - signal[i]);
            power += (double)signal[i] * signal[i];
        }

        return error / power;
    }

    /// <summary>The weights under the names of GuitarML, which are PyTorch's.</summary>
    public static void Write(AmpModel model, string path)
    {
        JsonObject tensors = new();
        foreach (ParameterView<float> view in model.Parameters)
        {
            float[] values = new float[view.Count];
            view.CopyTo(values);
            string name = view.Name.Replace("rec1.", "rec.", StringComparison.Ordinal);
            int columns = view.Shape.Count == 2 ? view.Shape[1] : 0;
            tensors[name] = columns == 0 ? List(values) : new JsonArray([.. values.Chunk(columns).Select(List)]);
        }

        JsonObject file = new()
        {
            ["model_data"] = new JsonObject
            {
                ["model"] = "SimpleRNN",
                ["input_size"] = 1,
                ["skip"] = 1,
                ["output_size"] = 1,
                ["unit_type"] = "LSTM",
                ["num_layers"] = 1,
                ["hidden_size"] = 12,
                ["bias_fl"] = true,
            },
            ["state_dict"] = tensors,
        };
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        File.WriteAllText(path, file.ToJsonString(new JsonSerializerOptions { WriteIndented = false }) + "\n");
    }

    private static JsonArray List(float[] values) => new([.. values.Select(v => (JsonNode)v)]);
}
