using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace RnnGen.Conformance;

/// <summary>Networks that other people trained and use: Silero's voice detector, RNNoise, and amplifiers of Neural Amp Modeler.</summary>
public class RealModelTests(ITestOutputHelper output, Announcer announcer) : IClassFixture<Announcer>
{
    private const double Tolerance = 1e-5;

    /// <summary>Each is found by its files' contents.</summary>
    [SuiteFact]
    public void Models()
    {
        using ModelCompiler compiler = new();
        Suite suite = new("models");
        foreach (string path in CaseFolders.Files(".safetensors").ToList())
        {
            var file = SafetensorsFile.Read(path);
            if (file.Find("decoder.2.weight") is not null && file.Find("rnn.weight_ih") is not null && file.Tensors.Count == 6)
                suite.Add(
                    Path.GetFileNameWithoutExtension(path),
                    () => Silero(
                        file, Golden(path, f => f.Tensors.Any(t => t.Name.EndsWith(".lstm_input", StringComparison.Ordinal))), compiler));
            else if (file.Find("denoise_gru_weights") is not null)
                suite.Add(
                    Path.GetFileNameWithoutExtension(path),
                    () => RnNoise(file, Golden(path, f => f.Find("gains_exact_f64") is not null), compiler));
        }

        foreach (var (path, root) in CaseFolders.Json)
        {
            if (root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("architecture", out var architecture)
                && architecture.GetString() == "LSTM")
                suite.Add(Path.GetFileName(path), () => Amplifier(path, root, compiler));
        }

        suite.Finish(output, announcer);
    }

    private static SafetensorsFile Golden(string path, Func<SafetensorsFile, bool> isIt) =>
        CaseFolders.Files(".safetensors")
            .Where(p => Path.GetDirectoryName(p) == Path.GetDirectoryName(path))
            .Select(p => SafetensorsFile.Read(p)).First(isIt);

    /// <summary>
    /// σ(W · relu(h) + b) of an LSTM. The ReLU is a dense layer with the identity; the convolution of width 1 is one too.
    /// </summary>
    private static Action Silero(SafetensorsFile file, SafetensorsFile golden, ModelCompiler compiler)
    {
        int size = (int)file["rnn.weight_ih"].Shape[1], hidden = (int)file["rnn.weight_hh"].Shape[1];
        string model = compiler.Declare(
            32, Precision.Float,
            $"[Input({size})]\n[Rnn<Lstm>({hidden})]\n[Dense({hidden}, Activation = Activation.Relu, Bias = false, Name = "
            + "\"relu\")]\n[Dense(1, Name = \"decoder\")]\n[SigmoidCrossEntropy]");
        return () =>
        {
            var made = compiler.Create(model);
            double[] identity = [.. Enumerable.Range(0, hidden * hidden).Select(i => i % (hidden + 1) == 0 ? 1.0 : 0)];
            Numbers decoder = Numbers.Read(file["decoder.2.weight"]);
            made.Load(
                new([
                    .. file.Tensors.Where(t => t.Name != "decoder.2.weight"),
                    new Numbers([1, hidden], decoder.Values).Name("decoder.2.weight"),
                    new Numbers([hidden, hidden], identity).Name("relu.weight")
                ]),
                [
                    new("rnn", PyTorchLayout.LstmCell) { Prefix = "rnn." }, new("relu", PyTorchLayout.Linear) { Prefix = "relu." },
                    new("decoder", PyTorchLayout.Linear) { Prefix = "decoder.2." }
                ]);
            foreach (string name in golden.Tensors.Where(t => t.Name.EndsWith(".lstm_input", StringComparison.Ordinal))
                .Select(t => t.Name.Split('.')[0]))
            {
                double[] Values(string tensor) => Numbers.Read(golden[$"{name}.{tensor}"]).Values;
                double[] state = new double[2 * hidden];
                Compare.Close(Values("prob"), made.Forward(Values("lstm_input"), state), Tolerance, 0, $"{name}.prob");
                Compare.Close(Values("final_h"), state[..hidden], Tolerance, 0, $"{name}.final_h");
                Compare.Close(Values("final_c"), state[hidden..], Tolerance, Tolerance, $"{name}.final_c");
            }
        };
    }

    /// <summary>Three GRUs in a graph, with two heads.</summary>
    private static Action RnNoise(SafetensorsFile file, SafetensorsFile golden, ModelCompiler compiler)
    {
        (string Name, WeightLayout Layout)[] layers = [
            ("input_dense", KerasLayout.Dense), ("vad_gru", KerasLayout.GruResetBefore), ("noise_gru", KerasLayout.GruResetBefore),
            ("denoise_gru", KerasLayout.GruResetBefore), ("denoise_output", KerasLayout.Dense), ("vad_output", KerasLayout.Dense)
        ];
        int Units(string layer) => (int)file[$"{layer}_bias"].Shape[0] / (layer.EndsWith("gru", StringComparison.Ordinal) ? 3 : 1);
        string Gru(string name, string from) =>
            $"[Rnn<GruResetBefore>({Units(name)}, Activation = Activation.Relu, Name = \"{name}\", From = \"{from}\")]";
        string model = compiler.Declare(32, Precision.Float, $"""
            [Input({file["input_dense_weights"].Shape[0]})]
            [Dense({Units("input_dense")}, Activation = Activation.Tanh, Name = "input_dense")]
            {Gru("vad_gru", "input_dense")}
            {Gru("noise_gru", "input_dense, vad_gru, input")}
            {Gru("denoise_gru", "vad_gru, noise_gru, input")}
            [Dense({Units("denoise_output")}, Name = "denoise_output"), SigmoidCrossEntropy]
            [Dense({Units("vad_output")}, Name = "vad_output", From = "vad_gru"), SigmoidCrossEntropy]
            """);
        return () =>
        {
            var made = compiler.Create(model);
            made.Load(file, [.. layers.Select(l => new LayerWeights(l.Name, l.Layout)
            {
                Prefix = l.Name,
                Names = l.Layout == KerasLayout.Dense ? ["_weights", "_bias"] : ["_weights", "_recurrent_weights", "_bias"],
            })]);
            Numbers gains = Numbers.Read(golden["gains_exact_f64"]), vad = Numbers.Read(golden["vad_exact_f64"]);
            double[] both = [.. Enumerable.Range(0, gains.Shape[0]).SelectMany(step => gains.Slice(step).Concat(vad.Slice(step)))];
            Compare.Close(
                both, made.Forward(Numbers.Read(golden["features"]).Values, new double[made.Shape.StateSize]), Tolerance, 0,
                "gains and vad");
        };
    }

    /// <summary>A list of numbers: by layer [W U] with rows = gates, b, h0 and c0; then the head.</summary>
    private static Action Amplifier(string path, JsonElement root, ModelCompiler compiler)
    {
        var golden = CaseFolders.Json.First(j => j.Root.ValueKind == JsonValueKind.Object
            && j.Root.TryGetProperty("model", out var of)
            && of.GetString() == Path.GetFileName(path)).Root;
        var config = root.GetProperty("config");
        int inputs = config.GetProperty("input_size").GetInt32(), hidden = config.GetProperty("hidden_size").GetInt32();
        int depth = config.GetProperty("num_layers").GetInt32();
        string model =
            compiler.Declare(32, Precision.Float, $"[Input({inputs})]\n[Rnn<Lstm>({hidden}, Depth = {depth})]\n[Dense(1)]\n[SquaredError]");
        return () =>
        {
            Queue<double> weights = new(Reals(root, "weights"));
            double[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => weights.Dequeue())];
            List<SafetensorsTensor> tensors = [];
            List<double> state = [];
            for (int layer = 0; layer < depth; layer++)
            {
                int width = layer == 0 ? inputs : hidden;
                double[][] rows = [.. Take(4 * hidden * (width + hidden)).Chunk(width + hidden)];
                string suffix = layer.ToString(CultureInfo.InvariantCulture);
                tensors.Add(new Numbers([4 * hidden, width], [.. rows.SelectMany(row => row[..width])]).Name("weight_ih_l" + suffix));
                tensors.Add(new Numbers([4 * hidden, hidden], [.. rows.SelectMany(row => row[width..])]).Name("weight_hh_l" + suffix));
                tensors.Add(new Numbers([4 * hidden], Take(4 * hidden)).Name("bias_ih_l" + suffix));
                tensors.Add(new Numbers([4 * hidden], new double[4 * hidden]).Name("bias_hh_l" + suffix));
                state.AddRange(Take(2 * hidden));
            }

            tensors.Add(new Numbers([1, hidden], Take(hidden)).Name("head.weight"));
            tensors.Add(new Numbers([1], Take(1)).Name("head.bias"));
            var made = compiler.Create(model);
            made.Load(new(tensors), [new("rnn", PyTorchLayout.Lstm), new("dense", PyTorchLayout.Linear) { Prefix = "head." }]);
            Compare.Close(Reals(golden, "y"), made.Forward(Reals(golden, "x"), [.. state]), Tolerance, 0, "y");
        };
    }

    private static double[] Reals(JsonElement element, string property) =>
        [.. element.GetProperty(property).EnumerateArray().Select(v => v.GetDouble())];
}
