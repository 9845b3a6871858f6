using RnnGen.Tool;

namespace RnnGen.Formats.Tests;

/// <summary>rnngen with files of other formats.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("rnngen-formats").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void InspectSaysWhatAFileIsAndWhoReadsIt()
    {
        string state = Write("tagger.pth", TorchArchive.StateDict(
            ("lstm.weight_ih_l0", [12, 2], new float[24]), ("lstm.weight_hh_l0", [12, 3], new float[36]), ("lstm.bias_ih_l0", [12], new float[12]),
            ("lstm.bias_hh_l0", [12], new float[12]), ("head.weight", [4, 3], new float[12]), ("head.bias", [4], new float[4])));
        string shown = Run("inspect", state).Output;
        Assert.StartsWith(
            "PyTorch state_dict: weights only; declare the model, and load it with PyTorchFile\n", shown, StringComparison.Ordinal);
        Assert.EndsWith(
            "A declaration to begin with:\n[Input(2)]\n[Rnn<Lstm>(3, Name = \"lstm\")]\n[Dense(4, Name = \"head\"), SquaredError]\n", shown,
            StringComparison.Ordinal);
        Assert.Contains(
            "NumPy array (.npy)", Run("inspect", Write("a.npy", NumpyBytes.Array("<f4", "(1,)", new byte[4]))).Output,
            StringComparison.Ordinal);
        var (code, _, errors) = Run("inspect", Write("a.bin", [1, 2, 3]));
        Assert.Equal(1, code);
        Assert.Contains("a.bin is in no format that is known", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ABareModulesTensorsAreSuggestedWithTheirLayout()
    {
        string state = Write("lstm.pt", TorchArchive.StateDict(
            ("weight_ih_l0", [3, 2], new float[6]), ("weight_hh_l0", [3, 1], new float[3]), ("bias_ih_l0", [3], new float[3]), ("bias_hh_l0", [3], new float[3])));
        Assert.EndsWith(
            "[Input(2)]\n[Rnn<Gru>(1, Name = \"rnn\"), SquaredError]\n// new(\"rnn\", PyTorchLayout.Gru) { Prefix = \"\" }\n",
            Run("inspect", state).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ImportWritesADeclarationAndWeights()
    {
        string file = Write("amp.nam", """
            {"architecture": "LSTM", "config": {"input_size": 1, "hidden_size": 1, "num_layers": 1}, "weights": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]}
            """u8.ToArray());
        var (code, output, errors) = Run("import", file, "--output", directory);
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal("Amp.cs, Amp.safetensors: from 'input' to 'output', 18 weights\n", output);
        Assert.Contains("[Rnn<Lstm>(1, Name = \"lstm1\")]", File.ReadAllText(Path.Combine(directory, "Amp.cs")), StringComparison.Ordinal);
        Assert.Equal(1, Run("import", Write("a.npy", NumpyBytes.Array("<f4", "(1,)", new byte[4])), "--output", directory).Code);
    }

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(directory, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        int code = Cli.Create(output, errors, directory).Parse(arguments).Invoke();
        return (code, output.ToString(), errors.ToString());
    }
}
