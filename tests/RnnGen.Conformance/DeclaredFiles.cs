using RnnGen.Formats;

namespace RnnGen.Conformance;

/// <summary>Declarations of published files that have weights only, and where the layers are in them.</summary>
internal static class DeclaredFiles
{
    /// <summary>What runs a file; null if it has no declaration here.</summary>
    public static FileRun? Find(GoldenFile file, ModelCompiler compiler) => file.Name switch
    {
        "charrnn-shakespeare-raw" => CharRnn(file, compiler),
        "g2p-en-npz" => GraphemeToPhoneme(file, compiler),
        "icu-thai-json" => Icu(file, compiler),
        "noaa-streamflow-torchscript" => Streamflow(file, compiler),
        "rnnoise-nu-sh-rnnn" => RnNoise(file, compiler),
        "rtneural-lstm-torch-json" => TorchJson(file, compiler),
        "silero-16k-safetensors" => Silero(file, compiler),
        "textgenrnn-hdf5" => TextGen(file, compiler),
        _ => null,
    };

    private static FileRun CharRnn(GoldenFile file, ModelCompiler compiler) => Plain(
        file, compiler, """
            [Embedding(65, 128)]
            [Rnn<Lstm>(128, Depth = 2)]
            [Dense(65), SoftmaxCrossEntropy]
            """,
        () => OneOffFormats.Raw(file.Folder),
        [
            new("embedding", KerasLayout.Embedding) { Names = ["embedding"] },
            Cell(0), Cell(1),
            new("dense", KerasLayout.Dense) { Names = ["rnnlm/softmax_w", "rnnlm/softmax_b"] },
        ],
        ["probs"], ["h0", "c0", "h1", "c1"], "Variable");

    private static LayerWeights Cell(int level) => new("rnn", TensorFlowLayout.BasicLstmCell)
    {
        Prefix = $"rnnlm/multi_rnn_cell/cell_{level}/basic_lstm_cell/",
        Names = ["weights", "biases"],
        Level = level,
    };

    private static FileRun Icu(GoldenFile file, ModelCompiler compiler) => Plain(
        file, compiler, """
            [Embedding(74, 40)]
            [Rnn<Lstm>(27, Direction = Direction.Bidirectional)]
            [Dense(4), SoftmaxCrossEntropy]
            """,
        () => OneOffFormats.Icu(file.Model),
        [
            new("embedding", KerasLayout.Embedding) { Names = ["mat1"] },
            new("rnn", KerasLayout.Lstm) { Prefix = "forward.", ReversePrefix = "backward." },
            new("dense", KerasLayout.Dense) { Names = ["mat8", "mat9"] },
        ],
        ["bies"], []);

    private static FileRun Streamflow(GoldenFile file, ModelCompiler compiler) => Plain(
        file, compiler, "[Input(11)]\n[Rnn<Lstm>(64, Name = \"lstm\")]\n[Dense(1, Name = \"head\"), SquaredError]",
        () => TensorFile.Open(file.Model), null, ["y"], ["h", "c"]);

    private static FileRun RnNoise(GoldenFile file, ModelCompiler compiler)
    {
        static LayerWeights Layer(string name, WeightLayout layout) => new(name, layout) { Prefix = name + "." };
        return Plain(
            file, compiler, """
                [Input(42)]
                [Dense(24, Activation = Activation.Tanh, Name = "dense")]
                [Rnn<GruResetBefore>(24, Name = "vad")]
                [Rnn<GruResetBefore>(48, Activation = Activation.Relu, Name = "noise", From = "dense, vad, input")]
                [Rnn<GruResetBefore>(96, Name = "denoise", From = "vad, noise, input")]
                [Dense(22, Name = "gains"), SigmoidCrossEntropy]
                [Dense(1, Name = "speech", From = "vad"), SigmoidCrossEntropy]
                """,
            () => OneOffFormats.Rnnn(file.Model),
            [
                Layer("dense", KerasLayout.Dense), Layer("vad", KerasLayout.GruResetBefore), Layer("noise", KerasLayout.GruResetBefore),
                Layer("denoise", KerasLayout.GruResetBefore), Layer("gains", KerasLayout.Dense), Layer("speech", KerasLayout.Dense),
            ],
            ["gains", "vad"], []);
    }

    private static FileRun TorchJson(GoldenFile file, ModelCompiler compiler) => Plain(
        file, compiler, """
            [Input(1)]
            [Rnn<Lstm>(8, Name = "lstm")]
            [Rnn<Lstm>(8, Depth = 3, Name = "lstm2")]
            [Dense(1, Name = "dense"), SquaredError]
            """,
        () => TensorFile.Open(file.Model), null, ["y"], []);

    private static FileRun Silero(GoldenFile file, ModelCompiler compiler)
    {
        static LayerWeights Convolution(string name) => new(name, PyTorchLayout.Conv1d) { Prefix = name + "." };
        return Plain(
            file, compiler, """
                [Input(576, Channels = 1)]
                [Conv1d(258, Kernel = 256, Stride = 128, PaddingEnd = 64, PaddingMode = PaddingMode.Reflect, Over = Axis.Inner,
                    Bias = false, Name = "stft_conv")]
                [Magnitude(ComplexParts.Halves)]
                [Conv1d(128, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "conv1")]
                [Conv1d(64, Stride = 2, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "conv2")]
                [Conv1d(64, Stride = 2, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "conv3")]
                [Conv1d(128, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "conv4")]
                [Rnn<Lstm>(128, Name = "lstm_cell")]
                [Activation(Activation.Relu)]
                [Conv1d(1, Kernel = 1, Name = "final_conv"), SigmoidCrossEntropy]
                """,
            () => TensorFile.Open(file.Model),
            [
                Convolution("stft_conv"), Convolution("conv1"), Convolution("conv2"), Convolution("conv3"), Convolution("conv4"),
                new("lstm_cell", PyTorchLayout.LstmCell) { Prefix = "lstm_cell." }, Convolution("final_conv"),
            ],
            ["speech"], ["h", "c"]);
    }

    private static FileRun TextGen(GoldenFile file, ModelCompiler compiler) => Plain(
        file, compiler, """
            [Embedding(465, 100)]
            [Rnn<Lstm>(128, Name = "rnn_1")]
            [Rnn<Lstm>(128, Name = "rnn_2")]
            [Pool(Pooling.Attention, From = "input, rnn_1, rnn_2")]
            [Dense(465), SoftmaxCrossEntropy]
            """,
        () => TensorFile.Open(file.Model),
        [
            new("embedding", KerasLayout.Embedding) { Prefix = "embedding/embedding/" },
            new("rnn_1", KerasLayout.Lstm) { Prefix = "rnn_1/rnn_1/" },
            new("rnn_2", KerasLayout.Lstm) { Prefix = "rnn_2/rnn_2/" },
            new("pool.score", KerasLayout.Dense) { Prefix = "attention/attention/", Names = ["attention_W"] },
            new("dense", KerasLayout.Dense) { Prefix = "output/output/" },
        ],
        ["probs"], []);

    /// <summary>An encoder, and a decoder that starts in its state and takes its own symbols.</summary>
    private static FileRun GraphemeToPhoneme(GoldenFile file, ModelCompiler compiler)
    {
        const int Start = 2;
        string encoder = compiler.Declare(32, Precision.Float, "[Embedding(29, 256)]\n[Rnn<Gru>(256), SquaredError]");
        string decoder = compiler.Declare(32, Precision.Float, "[Embedding(74, 256)]\n[Rnn<Gru>(256)]\n[Dense(74), SquaredError]");
        return new("with a declaration", () =>
        {
            using SafetensorsFile tensors = TensorFile.Open(file.Model);
            LayerWeights[] Layers(string part) =>
            [
                new("embedding", PyTorchLayout.Embedding) { Prefix = part },
                new("rnn", PyTorchLayout.Gru) { Prefix = part },
            ];
            // The file's names are its own: PyTorch's tensors under others.
            static SafetensorsTensor Renamed(SafetensorsTensor t, string name) =>
                SafetensorsTensor.FromBytes(name, t.Type, [.. t.Shape.ToArray().Select(s => (int)s)], t.Data);
            SafetensorsFile Named(string part, params SafetensorsTensor[] more) => new([
                Renamed(tensors[$"{part}_emb"], $"{part}.weight"), Renamed(tensors[$"{part}_w_ih"], $"{part}.weight_ih_l0"),
                Renamed(tensors[$"{part}_w_hh"], $"{part}.weight_hh_l0"), Renamed(tensors[$"{part}_b_ih"], $"{part}.bias_ih_l0"),
                Renamed(tensors[$"{part}_b_hh"], $"{part}.bias_hh_l0"), .. more,
            ]);
            ForwardModel reads = compiler.CreateForward(encoder), writes = compiler.CreateForward(decoder);
            reads.Load(Named("enc"), Layers("enc."));
            writes.Load(
                Named("dec", Renamed(tensors["fc_w"], "fc.weight"), Renamed(tensors["fc_b"], "fc.bias")),
                [.. Layers("dec."), new("dense", PyTorchLayout.Linear) { Prefix = "fc." }]);
            foreach (string stream in file.Streams)
            {
                double[] state = new double[256];
                reads.Forward(file.Input(stream), state);
                file.Compare("encoder", stream, state);
                int steps = file.Output("phonemes", stream).Length;
                List<double> logits = [], symbols = [Start];
                for (int step = 0; step < steps; step++)
                {
                    double[] step1 = writes.Forward([symbols[^1]], state);
                    logits.AddRange(step1);
                    symbols.Add(Array.IndexOf(step1, step1.Max()));
                }

                file.Compare("logits", stream, [.. logits]);
                file.Compare("phonemes", stream, [.. symbols.Skip(1)]);
            }
        });
    }

    /// <param name="file">The file.</param>
    /// <param name="compiler">Declares the model.</param>
    /// <param name="elements">Its attributes.</param>
    /// <param name="read">Reads the tensors.</param>
    /// <param name="layers">Where the layers are in them; null if they have the model's names.</param>
    /// <param name="outputs">The golden names of the heads, side by side.</param>
    /// <param name="states">The golden names of the states, one behind the other.</param>
    /// <param name="ignore">Tensors that the model has no use for.</param>
    private static FileRun Plain(
        GoldenFile file, ModelCompiler compiler, string elements, Func<SafetensorsFile> read, LayerWeights[]? layers, string[] outputs,
        string[] states, params string[] ignore)
    {
        string model = compiler.Declare(32, Precision.Float, elements);
        return new("with a declaration", () =>
        {
            ForwardModel made = compiler.CreateForward(model);
            using SafetensorsFile tensors = read();
            if (layers is null)
                made.Load(tensors);
            else
                made.Load(new(tensors.Tensors.Where(t => !ignore.Contains(t.Name))), layers);
            foreach (string stream in file.Streams)
            {
                double[] state = new double[made.Shape.StateSize];
                double[] all = made.Forward(file.Input(stream), state);
                int steps = all.Length / made.Shape.OutputSize, start = 0;
                foreach (string name in outputs)
                {
                    int width = file.Output(name, stream).Length / steps, first = start;
                    file.Compare(
                        name, stream,
                        [.. Enumerable.Range(0, steps).SelectMany(step => all.Skip((step * made.Shape.OutputSize) + first).Take(width))]);
                    start += width;
                }

                int place = 0;
                foreach (string name in states)
                {
                    int width = file.Output(name, stream).Length;
                    file.Compare(name, stream, state.AsSpan(place, width));
                    place += width;
                }
            }
        });
    }
}
