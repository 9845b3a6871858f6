using System.Globalization;

namespace RnnGen.Tests.Models;

/// <summary>Outputs, final states and every gradient of PyTorch's modules in double, and its optimisers step by step.</summary>
public class TorchGradientTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Cases", "torch_grad");

    private static readonly Lazy<Dictionary<string, TestModel>> Models = new(Compile);

    public static TheoryData<string> Modules => [.. ModuleNames];

    public static TheoryData<string> Trajectories => [.. Names("opt_*")];

    [Theory]
    [MemberData(nameof(Modules))]
    public void MatchesPyTorch(string name)
    {
        var file = Read(name);
        var model = Models.Value[name];
        Import(model, file, tensor => "param." + tensor["rnn.".Length..]);
        int rows = Size(file, "batch"), hidden = Size(file, "hidden");
        var pass = model.Run(rows, Values(file, "x"), States(file, rows, hidden, "h0", "c0"), Values(file, "gy"), States(file, rows, hidden, "gh_n", "gc_n"));

        Numbers.AssertClose(Values(file, "y"), pass.Outputs, 1e-9, "y");
        AssertStates(States(file, rows, hidden, "h_n", "c_n"), pass.FinalStates, "final states");
        Numbers.AssertClose(Values(file, "grad.x"), pass.InputGradients, 1e-9, "grad.x");
        AssertStates(States(file, rows, hidden, "grad.h0", "grad.c0"), pass.InitialStateGradients, "initial state gradients");
        foreach (var (tensor, gradient) in pass.Gradients.Where(g => !g.Key.Contains("bias_hh", StringComparison.Ordinal)))
            Numbers.AssertClose(Values(file, "grad.param." + tensor["rnn.".Length..]), gradient, 1e-9, tensor);
        // Where the cell folds PyTorch's second bias into the first, its rows of bias_hh have no gradient; the others have PyTorch's.
        foreach (var (tensor, gradient) in pass.Gradients.Where(g => g.Key.Contains("bias_hh", StringComparison.Ordinal)))
        {
            double[] expected = Values(file, "grad.param." + tensor["rnn.".Length..]);
            int own = name.StartsWith("gru", StringComparison.Ordinal) ? 2 * hidden : expected.Length;
            Numbers.AssertClose(new double[own], gradient[..own], 0, tensor);
            Numbers.AssertClose(expected[own..], gradient[own..], 1e-9, tensor);
        }
    }

    [Theory]
    [MemberData(nameof(Trajectories))]
    public void FollowsPyTorchsOptimisers(string name)
    {
        var file = Read(name);
        var model = Models.Value[name];
        Import(model, file, tensor => "init." + Module(tensor));
        string text = file.Metadata["optimiser"];
        double rate = double.Parse(text.Split(" lr: ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        Optimizer optimizer = name switch
        {
            "opt_sgd" => new Sgd(rate),
            "opt_sgd_momentum" => new Sgd(rate) { Momentum = 0.9 },
            "opt_adamw" => new AdamW(rate) { WeightDecay = 0.05 },
            "opt_rmsprop" => new RmsProp(rate),
            _ => new Adam(rate),
        };
        var step = model.Train(optimizer, name == "opt_adam_clip" ? 0.1 : null);
        double[] losses = [.. Enumerable.Range(0, Size(file, "steps")).Select(_ => step(Values(file, "x"), Values(file, "y")))];

        Numbers.AssertClose(Values(file, "losses"), losses, 1e-9, "losses");
        foreach (var view in model.Parameters)
        {
            var values = new double[view.Count];
            view.CopyTo(values);
            Numbers.AssertClose(Values(file, "final." + Module(view.Name)), values, 1e-9, view.Name);
        }
    }

    [Theory]
    [InlineData("peephole_h3")]
    [InlineData("peephole_h9_b2")]
    public void MatchesPeepholesInOnnxLayout(string name)
    {
        var file = Read(name);
        var model = Models.Value[name];
        int rows = Size(file, "batch"), hidden = Size(file, "hidden");
        // ONNX stacks the gates i, o, f, c and the peepholes i, o, f; this cell i, f, g, o. The two biases are added.
        int[] gates = [0, 2, 3, 1];
        double[] Gates(string tensor) => [.. gates.SelectMany(gate => Values(file, tensor).Chunk(Values(file, tensor).Length / 4).ElementAt(gate))];
        double[] Bias(string tensor) => Values(file, tensor)[..(4 * hidden)];
        model.Parameters["rnn.weight_ih_l0"].CopyFrom(Gates("W"));
        model.Parameters["rnn.weight_hh_l0"].CopyFrom(Gates("R"));
        double[] biases = [.. Bias("B").Zip(Values(file, "B").Skip(4 * hidden), (w, r) => w + r)];
        model.Parameters["rnn.bias_ih_l0"].CopyFrom([.. gates.SelectMany(gate => biases.Skip(gate * hidden).Take(hidden))]);
        string[] peepholes = ["Pi", "Po", "Pf"];
        foreach (var (vector, i) in peepholes.Select((v, i) => (v, i)))
            model.Parameters[$"rnn.{vector}_l0"].CopyFrom(Values(file, "P").AsSpan(i * hidden, hidden));

        double[][] RowsOf(string h, string c) => [.. Enumerable.Range(0, rows).Select(row => Values(file, h).Skip(row * hidden).Take(hidden).Concat(Values(file, c).Skip(row * hidden).Take(hidden)).ToArray())];
        var pass = model.Run(rows, Values(file, "X"), RowsOf("initial_h", "initial_c"), Values(file, "gY"), RowsOf("gY_h", "gY_c"));

        Numbers.AssertClose(Values(file, "Y"), pass.Outputs, 1e-9, "Y");
        AssertStates(RowsOf("Y_h", "Y_c"), pass.FinalStates, "final states");
        Numbers.AssertClose(Values(file, "grad.X"), pass.InputGradients, 1e-9, "grad.X");
        AssertStates(RowsOf("grad.initial_h", "grad.initial_c"), pass.InitialStateGradients, "initial state gradients");
        Numbers.AssertClose(Gates("grad.W"), pass.Gradients["rnn.weight_ih_l0"], 1e-9, "grad.W");
        Numbers.AssertClose(Gates("grad.R"), pass.Gradients["rnn.weight_hh_l0"], 1e-9, "grad.R");
        double[] bias = Bias("grad.B");
        Numbers.AssertClose([.. gates.SelectMany(gate => bias.Skip(gate * hidden).Take(hidden))], pass.Gradients["rnn.bias_ih_l0"], 1e-9, "grad.B");
        foreach (var (vector, i) in peepholes.Select((v, i) => (v, i)))
            Numbers.AssertClose(Values(file, "grad.P")[(i * hidden)..][..hidden], pass.Gradients[$"rnn.{vector}_l0"], 1e-9, vector);
    }

    private static IEnumerable<string> ModuleNames =>
        Names("lstm_*", "gru_*", "rnn_*").Where(n => !n.Contains("bi_", StringComparison.Ordinal) && !n.Contains("lens", StringComparison.Ordinal));

    private static string Module(string tensor) => tensor.Replace("rnn.", "lstm.", StringComparison.Ordinal).Replace("dense.", "lin.", StringComparison.Ordinal);

    private static IEnumerable<string> Names(params string[] patterns) =>
        patterns.SelectMany(p => Directory.EnumerateFiles(Folder, p + ".safetensors")).Select(p => Path.GetFileNameWithoutExtension(p)).Order();

    private static SafetensorsFile Read(string name) => SafetensorsFile.Read(Path.Combine(Folder, name + ".safetensors"));

    private static int Size(SafetensorsFile file, string key) => int.Parse(file.Metadata[key], CultureInfo.InvariantCulture);

    private static double[] Values(SafetensorsFile file, string tensor)
    {
        var values = new double[file[tensor].Count];
        file[tensor].CopyTo<double>(values);
        return values;
    }

    /// <summary>PyTorch's [layer][row][hidden] of one or two states as [row][layer][state][hidden].</summary>
    private static double[][] States(SafetensorsFile file, int rows, int hidden, params string[] tensors)
    {
        double[][] values = [.. tensors.Where(t => file.Find(t) is not null).Select(t => Values(file, t))];
        return [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, Size(file, "layers"))
            .SelectMany(layer => values.SelectMany(v => v.Skip(((layer * rows) + row) * hidden).Take(hidden))).ToArray())];
    }

    private static void AssertStates(double[][] expected, double[][] actual, string what) =>
        Numbers.AssertClose([.. expected.SelectMany(s => s)], [.. actual.SelectMany(s => s)], 1e-9, what);

    private static void Import(TestModel model, SafetensorsFile file, Func<string, string> nameIn) =>
        WeightFile.Load(new SafetensorsFile(model.Parameters.Select(v => SafetensorsTensor.Create<double>(v.Name, [.. v.Shape], Values(file, nameIn(v.Name))))), model.Parameters);

    private static Dictionary<string, TestModel> Compile() => ModelFactory.Compile(
        ModuleNames.Concat(Names("opt_*", "peephole_h*")).Select(name => Declare(name, Read(name))), TestCell.Sources);

    private static (string Name, int Input, int Steps, string Layers) Declare(string name, SafetensorsFile file)
    {
        if (name.StartsWith("opt_", StringComparison.Ordinal))
            return (name, 3, 8, "[Rnn<TwoBiasLstm>(6)][Dense(2)]");
        if (name.StartsWith("peephole", StringComparison.Ordinal))
            return (name, Size(file, "input"), Size(file, "steps"), $"[Rnn<PeepholeLstm>({Size(file, "hidden")})]");
        string cell = file.Metadata["kind"] switch { "LSTM" => "Lstm", "GRU" => "Gru", _ => "SimpleRnn" };
        string activation = file.Metadata["activation"] == "relu" ? ", Activation = Activation.Relu" : "";
        return (name, Size(file, "input"), Size(file, "steps"), $"[Rnn<{cell}>({Size(file, "hidden")}, Depth = {Size(file, "layers")}, Bias = {(file.Metadata["bias"] == "True" ? "true" : "false")}{activation})]");
    }
}
