using System.Globalization;
using System.Runtime.InteropServices;

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
        var pass = model.Run(new(rows, Values(file, "x"))
        {
            States = States(file, rows, hidden, "h0", "c0"),
            Lengths = file.Find("lengths") is null ? null : Lengths(file),
            OutputGradients = Values(file, "gy"),
            FinalStateGradients = States(file, rows, hidden, "gh_n", "gc_n"),
        });

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
        double[] losses =
            [.. Enumerable.Range(0, Size(file, "steps")).Select(_ => step(new(4, Values(file, "x")) { Targets = Values(file, "y") }))];

        Numbers.AssertClose(Values(file, "losses"), losses, 1e-9, "losses");
        foreach (var view in model.Parameters)
            Numbers.AssertClose(Values(file, "final." + Module(view.Name)), ParameterValues.Values(view), 1e-9, view.Name);
    }

    [Theory]
    [InlineData("peephole_h3")]
    [InlineData("peephole_h9_b2")]
    [InlineData("peephole_bi_h5")]
    public void MatchesPeepholesInOnnxLayout(string name)
    {
        var file = Read(name);
        var model = Models.Value[name];
        int rows = Size(file, "batch"), hidden = Size(file, "hidden"), steps = Size(file, "steps");
        int directions = name.Contains("_bi_", StringComparison.Ordinal) ? 2 : 1;
        // ONNX stacks the gates i, o, f, c and the peepholes i, o, f; this cell i, f, g, o. The two biases are added.
        int[] gates = [0, 2, 3, 1];
        double[] Of(string tensor, int direction) =>
            Values(file, tensor).Chunk(Values(file, tensor).Length / directions).ElementAt(direction);
        double[] Gates(double[] values) => [.. gates.SelectMany(gate => values.Chunk(values.Length / 4).ElementAt(gate))];
        double[] Peephole(string tensor, int direction, string gate) =>
            Of(tensor, direction).AsSpan(Array.IndexOf(["Pi", "Po", "Pf"], gate) * hidden, hidden).ToArray();
        for (int direction = 0; direction < directions; direction++)
        {
            string suffix = direction == 0 ? "_l0" : "_l0_reverse";
            double[] bias = Of("B", direction);
            model.Parameters["rnn.weight_ih" + suffix].CopyFrom(Gates(Of("W", direction)));
            model.Parameters["rnn.weight_hh" + suffix].CopyFrom(Gates(Of("R", direction)));
            model.Parameters["rnn.bias_ih" + suffix].CopyFrom(Gates([.. bias.Zip(bias.Skip(4 * hidden), (w, r) => w + r)]));
            foreach (string gate in new[] { "Pi", "Po", "Pf" })
                model.Parameters[$"rnn.{gate}{suffix}"].CopyFrom(Peephole("P", direction, gate));
        }

        // [direction][row][hidden] of h and c as [row][direction][state][hidden]; outputs [step][direction][row][hidden] as
        // [step][row][direction][hidden].
        double[][] RowsOf(string h, string c) => [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, directions)
            .SelectMany(d => new[] { h, c }.SelectMany(t => Values(file, t).Skip(((d * rows) + row) * hidden).Take(hidden))).ToArray())];
        double[] Outputs(string y) => [.. Enumerable.Range(0, steps * rows).SelectMany(place => Enumerable.Range(0, directions)
            .SelectMany(d => Values(file, y).Skip(((((place / rows * directions) + d) * rows) + (place % rows)) * hidden).Take(hidden)))];
        var pass = model.Run(new(rows, Values(file, "X"))
        {
            States = RowsOf("initial_h", "initial_c"),
            OutputGradients = Outputs("gY"),
            FinalStateGradients = RowsOf("gY_h", "gY_c")
        });

        Numbers.AssertClose(Outputs("Y"), pass.Outputs, 1e-9, "Y");
        AssertStates(RowsOf("Y_h", "Y_c"), pass.FinalStates, "final states");
        Numbers.AssertClose(Values(file, "grad.X"), pass.InputGradients, 1e-9, "grad.X");
        AssertStates(RowsOf("grad.initial_h", "grad.initial_c"), pass.InitialStateGradients, "initial state gradients");
        for (int direction = 0; direction < directions; direction++)
        {
            string suffix = direction == 0 ? "_l0" : "_l0_reverse";
            Numbers.AssertClose(Gates(Of("grad.W", direction)), pass.Gradients["rnn.weight_ih" + suffix], 1e-9, "grad.W");
            Numbers.AssertClose(Gates(Of("grad.R", direction)), pass.Gradients["rnn.weight_hh" + suffix], 1e-9, "grad.R");
            Numbers.AssertClose(Gates(Of("grad.B", direction)[..(4 * hidden)]), pass.Gradients["rnn.bias_ih" + suffix], 1e-9, "grad.B");
            foreach (string gate in new[] { "Pi", "Po", "Pf" })
                Numbers.AssertClose(Peephole("grad.P", direction, gate), pass.Gradients[$"rnn.{gate}{suffix}"], 1e-9, gate);
        }
    }

    /// <summary>
    /// Linear, GELU, LayerNorm, PReLU, Linear, SiLU, GroupNorm on [steps · rows, numbers], Softmax, RMSNorm, PReLU, Linear, LogSoftmax, with
    /// the parameters of norms and slopes moved at random.
    /// </summary>
    [Fact]
    public void MatchesLayersWithoutARecurrentOne()
    {
        var file = Read("units");
        var model = Models.Value["units"];
        Import(model, file, tensor => "param." + tensor);
        var pass = model.Run(new(3, Values(file, "x")) { OutputGradients = Values(file, "gy") });
        Numbers.AssertClose(Values(file, "y"), pass.Outputs, 1e-12, "y");
        Numbers.AssertClose(Values(file, "grad.x"), pass.InputGradients, 1e-12, "grad.x");
        foreach (var (tensor, gradient) in pass.Gradients)
            Numbers.AssertClose(Values(file, "grad.param." + tensor), gradient, 1e-12, tensor);
    }

    private static IEnumerable<string> ModuleNames => Names("lstm_*", "gru_*", "rnn_*");

    private static string Module(string tensor) =>
        tensor.Replace("rnn.", "lstm.", StringComparison.Ordinal).Replace("dense.", "lin.", StringComparison.Ordinal);

    private static IEnumerable<string> Names(params string[] patterns) =>
        patterns.SelectMany(p => Directory.EnumerateFiles(Folder, p + ".safetensors"))
            .Select(p => Path.GetFileNameWithoutExtension(p))
            .Order();

    private static SafetensorsFile Read(string name) => SafetensorsFile.Read(Path.Combine(Folder, name + ".safetensors"));

    private static int Size(SafetensorsFile file, string key) => int.Parse(file.Metadata[key], CultureInfo.InvariantCulture);

    private static double[] Values(SafetensorsFile file, string tensor)
    {
        var values = new double[file[tensor].Count];
        file[tensor].CopyTo<double>(values);
        return values;
    }

    private static int[] Lengths(SafetensorsFile file) =>
        [.. MemoryMarshal.Cast<byte, long>(file["lengths"].Data.Span).ToArray().Select(l => (int)l)];

    /// <summary>Whether the layers of a case run both ways.</summary>
    private static bool IsBidirectional(SafetensorsFile file) => file.Metadata["bidirectional"] == "True";

    /// <summary>PyTorch's [layer and direction][row][hidden] of one or two states as [row][layer][state][hidden].</summary>
    private static double[][] States(SafetensorsFile file, int rows, int hidden, params string[] tensors)
    {
        double[][] values = [.. tensors.Where(t => file.Find(t) is not null).Select(t => Values(file, t))];
        return [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, Size(file, "layers") * (IsBidirectional(file) ? 2 : 1))
            .SelectMany(layer => values.SelectMany(v => v.Skip(((layer * rows) + row) * hidden).Take(hidden))).ToArray())];
    }

    private static void AssertStates(double[][] expected, double[][] actual, string what) =>
        Numbers.AssertClose([.. expected.SelectMany(s => s)], [.. actual.SelectMany(s => s)], 1e-9, what);

    private static void Import(TestModel model, SafetensorsFile file, Func<string, string> nameIn) =>
        WeightFile.Load(
            new SafetensorsFile(model.Parameters.Select(v => SafetensorsTensor.Create<double>(
                v.Name, [.. v.Shape], Values(file, nameIn(v.Name))))),
            model.Parameters);

    private static Dictionary<string, TestModel> Compile() =>
        ModelFactory.Compile(
            ModuleNames.Concat(Names("opt_*", "peephole_*", "units")).ToDictionary(name => name, name => Declare(name, Read(name))),
            TestCell.Sources);

    private static TestGraph Declare(string name, SafetensorsFile file)
    {
        if (name == "units")
            return TestGraph.Of(
                4, 6, new TestDense(12) { Activation = "Gelu" }, new TestNorm("LayerNorm"), new TestPRelu(),
                new TestDense(18) { Activation = "Silu" }, new TestNorm("GroupNorm", 3), new TestSoftmax(), new TestNorm("RmsNorm"),
                new TestPRelu(Shared: true), new TestDense(5), new TestSoftmax(IsLog: true));
        if (name.StartsWith("opt_", StringComparison.Ordinal))
            return TestGraph.Of(8, 3, new TestRnn(TestCell.TwoBiasLstm, 6), new TestDense(2));
        var direction = IsBidirectional(file) ? "Bidirectional" : "Forward";
        if (name.StartsWith("peephole", StringComparison.Ordinal))
            return TestGraph.Of(
                Size(file, "steps"), Size(file, "input"),
                new TestRnn(TestCell.PeepholeLstm, Size(file, "hidden")) { Direction = direction });
        var cell = file.Metadata["kind"] switch { "LSTM" => TestCell.Lstm, "GRU" => TestCell.Gru, _ => TestCell.SimpleRnn };
        return TestGraph.Of(Size(file, "steps"), Size(file, "input"), new TestRnn(cell, Size(file, "hidden"), Size(file, "layers"))
        {
            Bias = file.Metadata["bias"] == "True",
            Activation = file.Metadata["activation"] == "relu" ? "Relu" : "Tanh",
            Direction = direction,
        });
    }
}
