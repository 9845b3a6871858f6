using System.Globalization;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace RnnGen.Conformance;

/// <summary>PyTorch's modules in double: outputs, final states, the loss, every gradient, and its optimisers step by step.</summary>
public partial class TorchTests(ITestOutputHelper output, Announcer announcer) : IClassFixture<Announcer>
{
    private const double Tolerance = 1e-9;

    /// <summary>Every file of the suite, told by the <c>kind</c> in its metadata.</summary>
    [SuiteFact]
    public void Gradients()
    {
        using ModelCompiler compiler = new();
        Suite suite = new("torch_grad");
        foreach (string path in CaseFolders.Files(".safetensors"))
        {
            var file = SafetensorsFile.Read(path);
            if (file.Metadata.TryGetValue("kind", out string? kind))
                suite.Add(Path.GetFileNameWithoutExtension(path), () => Prepare(file, kind, compiler));
        }

        suite.Finish(output, announcer);
    }

    private static Action Prepare(SafetensorsFile file, string kind, ModelCompiler compiler) => kind switch
    {
        "LSTM" or "GRU" or "RNN" => Module(file, kind, compiler),
        "optimiser trajectory" => Trajectory(file, compiler),
        _ when kind.StartsWith("LSTM peephole", StringComparison.Ordinal) => Peephole(file, compiler),
        _ when kind.StartsWith("seq2seq", StringComparison.Ordinal) => Seq2Seq(file, kind, compiler),
        _ => throw new OutOfScopeException($"kind {kind}"),
    };

    private static Action Module(SafetensorsFile file, string kind, ModelCompiler compiler)
    {
        int steps = Size(file, "steps"), rows = Size(file, "batch"), layers = Size(file, "layers");
        bool isBidirectional = file.Metadata["bidirectional"] == "True";
        string cell = kind switch { "LSTM" => "Lstm", "GRU" => "Gru", _ => "SimpleRnn" };
        string options = (file.Metadata["activation"] == "relu" ? ", Activation = Activation.Relu" : "")
            + (isBidirectional ? ", Direction = Direction.Bidirectional" : "") + (file.Metadata["bias"] == "True" ? "" : ", Bias = false");
        string model = compiler.Declare(
            steps, Precision.Double,
            $"[Input({Size(file, "input")})]\n[Rnn<{cell}>({Size(file, "hidden")}, Depth = {layers}{options})]\n[SquaredError]");
        WeightLayout layout = kind switch { "LSTM" => PyTorchLayout.Lstm, "GRU" => PyTorchLayout.Gru, _ => PyTorchLayout.Rnn };
        return () =>
        {
            var made = compiler.Create(model);
            made.Load(Only(file, "param."), [new("rnn", layout) { Prefix = "param." }]);
            int[]? lengths = file.Find("lengths") is { } tensor ? [.. Numbers.Read(tensor).Values.Select(v => (int)v)] : null;
            var pass =
                made.Run(rows, Values(file, "x"), States(file, "h0", "c0"), lengths, Values(file, "gy"), States(file, "gh_n", "gc_n"));

            Close(Values(file, "y"), pass.Outputs, "y");
            CloseStates(States(file, "h_n", "c_n"), pass.FinalStates, "final states");
            double loss = Dot(Values(file, "gy"), pass.Outputs)
                + Dot([.. States(file, "gh_n", "gc_n").SelectMany(s => s)], [.. pass.FinalStates.SelectMany(s => s)]);
            Close(Values(file, "loss"), [loss], "loss");
            Close(Values(file, "grad.x"), pass.InputGradients, "grad.x");
            CloseStates(States(file, "grad.h0", "grad.c0"), pass.InitialStateGradients, "initial state gradients");
            foreach (var (name, gradient) in pass.Gradients)
                Close(Values(file, "grad.param." + name["rnn.".Length..]), Unfold(name, gradient, pass.Gradients, kind), name);
        };
    }

    /// <summary>
    /// A gate with one bias has its gradient under bias_ih; PyTorch's second bias, which only adds to it, has the same. A GRU keeps the one
    /// of its last gate.
    /// </summary>
    private static double[] Unfold(string name, double[] gradient, Dictionary<string, double[]> gradients, string kind)
    {
        if (!name.Contains("bias_hh", StringComparison.Ordinal))
            return gradient;
        int folded = kind == "GRU" ? gradient.Length / 3 * 2 : gradient.Length;
        return [.. gradients[name.Replace("bias_hh", "bias_ih", StringComparison.Ordinal)][..folded], .. gradient[folded..]];
    }

    private static Action Peephole(SafetensorsFile file, ModelCompiler compiler)
    {
        int steps = Size(file, "steps"), rows = Size(file, "batch"), hidden = Size(file, "hidden");
        int directions = file.Metadata.GetValueOrDefault("bidirectional") == "True" ? 2 : 1;
        string model = compiler.Declare(
            steps, Precision.Double,
            $"[Input({Size(file, "input")})]\n[Rnn<PeepholeLstm>({hidden}{(directions == 2 ? ", Direction = Direction.Bidirectional" : "")})]\n[SquaredError]");
        return () =>
        {
            var made = compiler.Create(model);
            LayerWeights[] layers = [new("rnn", OnnxLayout.Lstm)];
            made.Load(new(file.Tensors.Where(t => t.Name is "W" or "R" or "B" or "P")), layers);
            // [direction][row][unit] is what PyTorch has for layers; Y is [step][direction][row][unit].
            double[] Y(string name) =>
                [.. Enumerable.Range(0, steps)
                    .SelectMany(step => new Numbers(
                        [directions, rows, hidden], Numbers.Read(file[name]).Slice(step)).SwapFirstTwo().Values)];
            var pass =
                made.Run(rows, Values(file, "X"), States(file, "initial_h", "initial_c"), null, Y("gY"), States(file, "gY_h", "gY_c"));

            Close(Y("Y"), pass.Outputs, "Y");
            CloseStates(States(file, "Y_h", "Y_c"), pass.FinalStates, "final states");
            Close(Values(file, "grad.X"), pass.InputGradients, "grad.X");
            CloseStates(States(file, "grad.initial_h", "grad.initial_c"), pass.InitialStateGradients, "initial state gradients");
            // Gradients have the parameters' layout, and so go through the same door.
            var gradients = made.ExportGradients(layers);
            foreach (string name in new[] { "W", "R", "P" })
                Close(Values(file, "grad." + name), Values(gradients, name), "grad." + name);
            for (int direction = 0; direction < directions; direction++)
                Close(
                    Numbers.Read(file["grad.B"]).Slice(direction)[..(4 * hidden)],
                    Numbers.Read(gradients["B"]).Slice(direction)[..(4 * hidden)], $"grad.B[{direction}]");
        };
    }

    /// <summary>
    /// A bidirectional GRU that reads, an LSTM that writes: it sees the symbol before and the context of the step before, its output is the
    /// query of an additive (Bahdanau) or general (Luong) attention, and the next symbol is told from output and context.
    /// </summary>
    private static Action Seq2Seq(SafetensorsFile file, string kind, ModelCompiler compiler)
    {
        bool isAdditive =
            kind switch { "seq2seq bahdanau" => true, "seq2seq luong" => false, _ => throw new OutOfScopeException($"kind {kind}") };
        int steps = Size(file, "tgt_steps"), rows = Size(file, "batch"), hidden = Size(file, "hidden");
        int embed = Size(file, "embed"), symbols = Size(file, "vocab_tgt");
        long units = file[isAdditive ? "param.Wq.weight" : "param.Wa.weight"].Shape[0];
        string model = compiler.DeclareJoint(
            Size(file, "src_steps"),
            $"[Embedding({Size(file, "vocab_src")}, {embed})]\n[Rnn<Gru>({hidden}, Direction = Direction.Bidirectional)]",
            steps,
            $"[Embedding({symbols}, {embed})]\n[Rnn<Lstm>({hidden}, Name = \"rnn\", From = \"input, "
            + $"context'\")]\n[Attention<{(isAdditive ? "AdditiveScore" : "GeneralScore")}>({units}, Name = "
            + $"\"context\")]\n[Dense({symbols}, From = \"rnn, context\"), SoftmaxCrossEntropy]",
            "Precision = Precision.Double");
        LayerWeights[] Layers(string prefix) =>
        [
            new("encoder.embedding", PyTorchLayout.Embedding) { Prefix = prefix + "emb_s." },
            new("encoder.rnn", PyTorchLayout.Gru) { Prefix = prefix + "enc." },
            new("bridge", PyTorchLayout.Linear) { Prefix = prefix + "init_h." },
            new("decoder.embedding", PyTorchLayout.Embedding) { Prefix = prefix + "emb_t." },
            new("decoder.rnn", PyTorchLayout.LstmCell) { Prefix = prefix + "cell." },
            new("decoder.dense", PyTorchLayout.Linear) { Prefix = prefix + "out." },
            .. isAdditive
                ? [
                    new("decoder.context", PyTorchLayout.Linear) { Prefix = prefix },
                    new("decoder.context.Wq", PyTorchLayout.Linear) { Prefix = prefix + "Wq." },
                    new("decoder.context.Wk", PyTorchLayout.Linear) { Prefix = prefix + "Wk." },
                ]
                : new LayerWeights[] { new("decoder.context.W", PyTorchLayout.Linear) { Prefix = prefix + "Wa." } },
        ];
        return () =>
        {
            var made = compiler.CreateJoint(model);
            // v is a vector here, and in PyTorch a linear layer with one output.
            made.Load(
                new(Only(file, "param.").Tensors.Select(t => t.Name == "param.v.weight"
                    ? new Numbers([(int)t.Shape[1]], Values(file, t.Name)).Name("param.v")
                    : t)),
                Layers("param."));
            double[] symbolsOf = Values(file, "tgt");
            int[] lengths = [.. Values(file, "lengths").Select(v => (int)v)];
            JointBatch batch = new(rows, Values(file, "src"), lengths, symbolsOf[..(steps * rows)], [.. Enumerable.Repeat(steps, rows)]);
            // Their loss is a sum, ours a mean.
            var pass = made.Run(batch, symbolsOf[rows..], weight: steps * rows);

            Close(Values(file, "logits"), pass.Outputs, "logits");
            // PyTorch has [step][source step][row].
            Close(
                [.. Enumerable.Range(0, steps)
                    .SelectMany(step => new Numbers(
                        Numbers.Read(file["attention"]).Shape[1..], Numbers.Read(file["attention"]).Slice(step)).SwapFirstTwo().Values)],
                pass.Attention, "attention");
            Close(Values(file, "loss"), [pass.Loss], "loss");
            var gradients = made.ExportGradients(Layers("grad.param.")).Tensors.ToDictionary(t => t.Name, t => Numbers.Read(t).Values);
            foreach (var tensor in Only(file, "grad.").Tensors)
            {
                string name = tensor.Name == "grad.param.v.weight" ? "grad.param.v" : tensor.Name;
                Close(
                    Numbers.Read(tensor).Values,
                    Unfold(name, gradients[name], gradients, name.Contains(".enc.", StringComparison.Ordinal) ? "GRU" : "LSTM"), name);
            }
        };
    }

    private static Action Trajectory(SafetensorsFile file, ModelCompiler compiler)
    {
        long[] x = file["x"].Shape.ToArray();
        long hidden = file["init.lstm.weight_hh_l0"].Shape[1], outputs = file["init.lin.weight"].Shape[0];
        string model = compiler.Declare(
            (int)x[0], Precision.Double, $"[Input({x[2]})]\n[Rnn<TwoBiasLstm>({hidden})]\n[Dense({outputs})]\n[SquaredError]");
        return () =>
        {
            var made = compiler.Create(model);
            LayerWeights[] Layers(string prefix) =>
                [
                    new("rnn", PyTorchLayout.Lstm) { Prefix = prefix + "lstm." },
                    new("dense", PyTorchLayout.Linear) { Prefix = prefix + "lin." }
                ];
            made.Load(Only(file, "init."), Layers("init."));
            string clip = file.Metadata["clip_grad_norm"];
            var step =
                made.Train(Optimiser(file.Metadata["optimiser"]), clip == "None" ? null : double.Parse(clip, CultureInfo.InvariantCulture));
            double[] losses =
                [.. Enumerable.Range(0, Size(file, "steps")).Select(_ => step(Values(file, "x"), Values(file, "y"), null, null))];
            Close(Values(file, "losses"), losses, "losses");
            foreach (var tensor in made.Export(Layers("final.")).Tensors)
                Close(Values(file, tensor.Name), Numbers.Read(tensor).Values, tensor.Name);
        };
    }

    /// <summary>PyTorch's description of an optimiser: <c>Adam ( Parameter Group 0 betas: (0.9, 0.999) lr: 0.01 … )</c>.</summary>
    private static Optimizer Optimiser(string text)
    {
        double Number(string name, int index = 0) =>
            double.Parse(
                Option().Matches(text).Single(m => m.Groups[1].Value == name).Groups[2].Value.Trim('(', ')').Split(',')[index],
                CultureInfo.InvariantCulture);
        double rate = Number("lr"), decay = Number("weight_decay");
        return text.Split(' ')[0] switch
        {
            "SGD" =>
                new Sgd(rate)
                {
                    Momentum = Number("momentum"),
                    Nesterov = text.Contains("nesterov: True", StringComparison.Ordinal),
                    WeightDecay = decay
                },
            "Adam" => new Adam(rate) { Beta1 = Number("betas"), Beta2 = Number("betas", 1), Epsilon = Number("eps"), WeightDecay = decay },
            "AdamW" =>
                new AdamW(rate) { Beta1 = Number("betas"), Beta2 = Number("betas", 1), Epsilon = Number("eps"), WeightDecay = decay },
            "RMSprop" =>
                new RmsProp(rate) { Alpha = Number("alpha"), Epsilon = Number("eps"), Momentum = Number("momentum"), WeightDecay = decay },
            var other => throw new OutOfScopeException($"optimiser {other}"),
        };
    }

    [GeneratedRegex(@"(\w+): (\([^)]*\)|\S+)")]
    private static partial Regex Option();

    private static SafetensorsFile Only(SafetensorsFile file, string prefix) =>
        new(file.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)));

    private static int Size(SafetensorsFile file, string key) => int.Parse(file.Metadata[key], CultureInfo.InvariantCulture);

    private static double[] Values(SafetensorsFile file, string name) => Numbers.Read(file[name]).Values;

    /// <summary>[layer and direction][row][unit] of one or two states as [row][layer and direction][state][unit].</summary>
    private static double[][] States(SafetensorsFile file, params string[] names)
    {
        Numbers[] states = [.. names.Where(name => file.Find(name) is not null).Select(name => Numbers.Read(file[name]))];
        int levels = states[0].Shape[0], rows = states[0].Shape[1], hidden = states[0].Shape[2];
        return [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, levels)
            .SelectMany(level => states.SelectMany(state => state.Slice(level).Skip(row * hidden).Take(hidden))).ToArray())];
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static void Close(double[] expected, double[] actual, string what) =>
        Compare.Close(expected, actual, Tolerance, Tolerance, what);

    private static void CloseStates(double[][] expected, double[][] actual, string what) =>
        Close([.. expected.SelectMany(s => s)], [.. actual.SelectMany(s => s)], what);
}
