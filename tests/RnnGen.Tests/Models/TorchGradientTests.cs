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
        ModuleNames.Concat(Names("opt_*")).Select(name => Declare(name, Read(name))), TestCell.Sources);

    private static (string Name, int Input, int Steps, string Layers) Declare(string name, SafetensorsFile file)
    {
        if (name.StartsWith("opt_", StringComparison.Ordinal))
            return (name, 3, 8, "[Rnn<TwoBiasLstm>(6)][Dense(2)]");
        string cell = file.Metadata["kind"] switch { "LSTM" => "Lstm", "GRU" => "Gru", _ => "SimpleRnn" };
        string activation = file.Metadata["activation"] == "relu" ? ", Activation = Activation.Relu" : "";
        return (name, Size(file, "input"), Size(file, "steps"), $"[Rnn<{cell}>({Size(file, "hidden")}, Depth = {Size(file, "layers")}, Bias = {(file.Metadata["bias"] == "True" ? "true" : "false")}{activation})]");
    }
}
