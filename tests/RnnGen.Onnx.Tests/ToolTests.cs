using System.Reflection;
using System.Text;
using RnnGen.Tool;

namespace RnnGen.Onnx.Tests;

/// <summary>The command line: what it writes, says and returns.</summary>
public sealed class ToolTests : IDisposable
{
    private const string NoDependencies =
        """{"runtimeTarget":{"name":".NETCoreApp,Version=v10.0"},"targets":{".NETCoreApp,Version=v10.0":{}},"libraries":{}}""";

    private readonly string directory = Directory.CreateTempSubdirectory("rnngen").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void ImportWritesADeclarationAndItsWeights()
    {
        string file = Write("my-net.onnx", Simple(out _));
        var (code, output, errors) = Run("import", file, "--namespace", "App.Nets", "--output", directory);
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("MyNet.cs, MyNet.safetensors: from 'x' to 'matMul_1'", output, StringComparison.Ordinal);
        Model model = Models.Create(Models.Compile(File.ReadAllText(Path.Combine(directory, "MyNet.cs"))), "App.Nets.MyNet");
        model.Weights = SafetensorsFile.Read(Path.Combine(directory, "MyNet.safetensors"));
        Assert.Equal(2, model.Shape.OutputSize);
    }

    [Fact]
    public void ClassesWithTheNamesOfWhatTheyUseCompile()
    {
        string[] files = [
            "lstm", "direction", "system", "rnn_gen", "rnn", "steps", "nint", "forward", "State", "trainer", "input", "rnn-cell", "record",
            "Activation"
        ];
        foreach (string file in files)
        {
            var (code, _, errors) = Run("import", Write($"{file}.onnx", Simple(out _)), "--output", directory);
            Assert.Equal((0, ""), (code, errors));
        }

        string simple = Write("net.onnx", Simple(out _));
        var (named, said, _) = Run("import", simple, "--output", directory, "--name", "nuint");
        Assert.Equal(0, named);
        Assert.StartsWith(
            "A class nuint would have the name of something that it uses; this is Nuint.\nNuint.cs, ", said, StringComparison.Ordinal);
        Assert.Equal(0, Run("import", simple, "--output", directory, "--name", "Gru").Code);
        string[] sources = Directory.GetFiles(directory, "*.cs");
        Assert.Equal(files.Length + 2, sources.Length);
        // In the global namespace, all of them, beside what every project has.
        Models.Compile([
            .. sources.Select(File.ReadAllText),
            "global using System; global using System.Collections.Generic; global using System.Linq; global using RnnGen;"
        ]);

        Assert.Equal((1, "", "'a\\u001B' is no C# name. (Parameter 'options')\n"), Run("import", simple, "--name", "a\u001b"));
        Assert.Contains(
            "'LstmModel' would not",
            Assert.Throws<ArgumentException>(() => OnnxImport.Read(Simple(out _), new() { Name = "Lstm" })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void NoNameIsThatOfAMemberOfTheClass()
    {
        const string Source = """
            using RnnGen;
            [RnnModel, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
            [OneHot(5), Rnn<Gru>(6, Depth = 2, Direction = Direction.Bidirectional), Dense(5), SoftmaxCrossEntropy]
            public sealed partial class Net;
            """;
        Type[] models =
        [
            Models.Compile(OnnxImport.Read(Simple(out _)).Models[0].Declaration).GetType("ImportedModel")!,
            Models.Compile(Source).GetType("Net")!,
        ];
        const BindingFlags Own =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        // What the compiler makes of members (get_Shape, op_Implicit) has names that From makes of no text.
        string[] names =
        [
            .. models.SelectMany(model => model.GetMembers(Own)).Select(member => member.Name)
                .Where(name => CSharpName.IsName(name) && !name.Contains('_', StringComparison.Ordinal)).Distinct(),
        ];
        Assert.Contains("Forward", names);
        Assert.All(names, name => Assert.NotEqual(name, CSharpName.From(name)));
    }

    [Fact]
    public void FilesThatExistAreReplacedOnlyByForce()
    {
        string file = Write("my-net.onnx", Simple(out _)), declaration = Path.Combine(directory, "MyNet.cs");
        string weights = Path.Combine(directory, "MyNet.safetensors");
        foreach (string existing in (string[])[declaration, weights])
        {
            File.WriteAllText(existing, "mine");
            Assert.Equal(
                (1, "", $"Nothing is written: {Path.GetFileName(existing)} would be replaced. With --force they are.\n"),
                Run("import", file, "--output", directory));
            Assert.Equal("mine", File.ReadAllText(existing));
            Assert.Single(Directory.GetFiles(directory, "MyNet.*"));
            File.Delete(existing);
        }

        Assert.Equal(0, Run("import", file, "--output", directory).Code);
        File.WriteAllText(declaration, "mine");
        Assert.Equal(1, Run("import", file, "--output", directory).Code);
        Assert.Equal("mine", File.ReadAllText(declaration));
        Assert.Equal(0, Run("import", file, "--output", directory, "--force").Code);
        Assert.Contains("class MyNet", File.ReadAllText(declaration), StringComparison.Ordinal);
        Assert.Equal(
            ["MyNet.cs", "MyNet.safetensors", "my-net.onnx"],
            Directory.GetFiles(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AFileThatCannotBeWrittenLeavesTheOldOne()
    {
        string file = Write("my-net.onnx", Simple(out _));
        Directory.CreateDirectory(Path.Combine(directory, "MyNet.cs"));
        var (code, _, errors) = Run("import", file, "--output", directory, "--force");
        Assert.Equal(1, code);
        Assert.Contains("MyNet.cs' is not written, and is as it was: it is a folder.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesFromAFileAreEscaped()
    {
        const string Evil = "\u001b]0;pwn\u0007\n\u202e", Escaped = "\\u001B]0;pwn\\u0007\\u000A\\u202E";
        GraphMaker graph = new GraphMaker().Input(Evil, false, "steps", "rows", 3);
        string y = graph.Add("Squeeze", [graph.Recurrent("LSTM", Evil, 3, 4, "")[0], graph.Integers(1)]);
        string[] outputs = graph.Add("MatMul", [y, graph.Weights(4, 2)], [$"out{Evil}"]);
        string file = Write("net.onnx", graph.Finish(outputs));
        var (code, output, _) = Run("import", file, "--output", directory);
        Assert.Equal(0, code);
        Assert.Contains($"from '{Escaped}' to 'out{Escaped}'", output, StringComparison.Ordinal);
        Assert.Contains(Escaped, File.ReadAllText(Path.Combine(directory, "Net.cs")), StringComparison.Ordinal);
        Assert.Contains(Escaped, Run("inspect", file).Output, StringComparison.Ordinal);

        string tensors = Path.Combine(directory, "evil.safetensors");
        new SafetensorsFile(
            [SafetensorsTensor.Create<float>(Evil, [1], [1])], new Dictionary<string, string> { [Evil] = Evil }).Write(tensors);
        Assert.Contains(Escaped, Run("inspect", tensors).Output, StringComparison.Ordinal);
        string golden = Path.Combine(directory, "golden.safetensors"), library = Path.Combine(directory, "Nets.dll");
        const string Source =
            "using RnnGen;\n[RnnModel(Steps = 4)]\n[Input(1), Rnn<SimpleRnn>(1), SquaredError]\npublic sealed partial class Small;\n";
        Models.Compile(library, Source);
        Models.Create(Models.Compile(Source), "Small").Weights.Write(Path.Combine(directory, "small.safetensors"));
        new SafetensorsFile(
            [
                SafetensorsTensor.Create<float>($"input{Evil}", [1, 1], [1]),
                SafetensorsTensor.Create<float>($"input.{Evil}", [1, 1], [1])
            ]).Write(golden);
        string errors = Run("verify", Path.Combine(directory, "small.safetensors"), "--golden", golden, "--assembly", library).Errors;
        Assert.Contains($"'input.{Escaped}', but no 'output.{Escaped}'", errors, StringComparison.Ordinal);
        errors = Run("verify", tensors, "--golden", golden, "--assembly", library).Errors;
        Assert.Contains($"'{Escaped}' [1] is in the file", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(errors + output, c => c is '\u001b' or '\u0007' or '\u202e');
    }

    [Fact]
    public void WithoutPartialNothingIsWrittenIfAnythingIsMissing()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string file = Write("part.onnx", graph.Finish(graph.Add("Erf", [graph.Recurrent("GRU", "x", 3, 4, "")[0]])));
        var (code, output, errors) = Run("import", file, "--output", directory);
        Assert.Equal((1, ""), (code, output));
        Assert.Equal("1 not taken:\n  Erf 'erf_1_node': RnnGen has Erf within cells only\nNothing is written. With --partial: Part.\n", errors);
        Assert.False(File.Exists(Path.Combine(directory, "Part.cs")));

        (code, output, _) = Run("import", file, "--output", directory, "--partial");
        Assert.Equal(0, code);
        Assert.Contains("Erf 'erf_1_node': RnnGen has Erf within cells only", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(directory, "Part.cs")));
    }

    [Fact]
    public void WhatIsWrongIsAMessage()
    {
        Assert.Equal((1, "", "This is no ONNX file: it has no graph.\n"), Run("import", Write("empty.onnx", [])));
        Assert.Equal(1, Run("inspect", Path.Combine(directory, "absent")).Code);
        Assert.Equal(1, Run("inspect", Write("broken.json", "{\"layers\": 3}"u8.ToArray())).Code);
    }

    [Fact]
    public void InspectShowsTables()
    {
        var weights = new SafetensorsFile([SafetensorsTensor.Create<float>("rnn.bias_ih_l0", [2], [-1, 0.5f])]);
        string path = Path.Combine(directory, "weights");
        weights.Write(path);
        Assert.Equal(
            "safetensors: weights only; declare the model, and load it with SafetensorsFile\n"
            + "tensor          type  shape  smallest  largest\nrnn.bias_ih_l0  F32   [2]    -1        0.5\n", Run("inspect", path).Output);

        string onnx = Run("inspect", Write("simple.onnx", Simple(out _))).Output;
        Assert.Contains("input    x ", onnx, StringComparison.Ordinal);
        Assert.Contains("[steps, rows, 3]", onnx, StringComparison.Ordinal);
        Assert.Contains("LSTM ", onnx, StringComparison.Ordinal);

        string json = Run(
            "inspect",
            Write(
                "rt.json",
                """{"in_shape":[null,null,1],"layers":[{"type":"gru","activation":"","shape":[null,null,8],"weights":[[[1,2]],[[3,4],[5,6]]]}]}"""u8.ToArray())).Output;
        Assert.Equal(
            "state_dict as JSON: weights only; declare the model, and load it with JsonWeights\n"
            + "tensor            type  shape   smallest  largest\ngru.weight_ih_l0  F64   [3, 1]  1         3\nscale             F64   []   "
            + "   0.5       0.5\n",
            Run("inspect", Write("dict.json", """{"gru.weight_ih_l0": [[1], [2], [3]], "scale": 0.5}"""u8.ToArray())).Output);
        Assert.Equal(
            "RTNeural's JSON: 'rnngen import' and ModelImport make a declaration of it; RtNeuralFile reads the weights alone\n"
            + "layer  type  activation  shape            weights\n1      gru               [null, null, 8]  [1, 2] [2, 2]\n", json);
    }

    [Fact]
    public void ExportAndVerifyACompiledModel()
    {
        string library = Path.Combine(directory, "Nets.dll"), weights = Path.Combine(directory, "net.safetensors");
        string golden = Path.Combine(directory, "io.safetensors"), onnx = Path.Combine(directory, "net.onnx");
        const string Source = "using RnnGen;\nnamespace App;\n[RnnModel(Steps = 4)]\n[OneHot(5), Rnn<Gru>(6), Dense(5), "
            + "SoftmaxCrossEntropy]\npublic sealed partial class Net;\n";
        Models.Compile(library, Source);
        Model model = Models.Create(Models.Compile(Source), "App.Net", 9);
        model.Weights.Write(weights);
        float[] symbols = [3, 1, 4, 1], outputs = model.Forward(symbols);
        new SafetensorsFile(
            [
                SafetensorsTensor.Create<float>("input", [4], symbols), SafetensorsTensor.Create<float>("output", [4, 5], outputs)
            ]).Write(golden);

        var (code, output, errors) = Run("verify", weights, "--golden", golden, "--assembly", library, "--model", "App.Net");
        Assert.Equal((0, "App.Net in Nets.dll\nagrees   output: 20 numbers, largest difference 0.00E+000\n", ""), (code, output, errors));
        outputs[7] += 0.01f;
        new SafetensorsFile(
            [
                SafetensorsTensor.Create<float>("input", [4], symbols), SafetensorsTensor.Create<float>("output", [4, 5], outputs)
            ]).Write(golden);
        (code, output, _) = Run("verify", weights, "--golden", golden, "--assembly", library, "--model", "App.Net");
        Assert.Equal((1, "App.Net in Nets.dll\ndiffers  output: 20 numbers, largest difference 1.00E-002\n"), (code, output));

        Assert.Equal(0, Run("export", library, "--model", "App.Net", "--weights", weights, "--output", onnx).Code);
        var values = Evaluator.Run(File.ReadAllBytes(onnx), new() { ["input"] = new([4, 1], [3, 1, 4, 1]) });
        RoundTripTests.AssertClose(model.Forward(symbols), [.. values["output"].Values.Select(v => (float)v)], "exported");
        Assert.Equal(
            (1, "", "Nets.dll has no class Net; --model takes the name with its namespace.\n"),
            Run("export", library, "--model", "Net", "--weights", weights, "--output", onnx));
    }

    [Fact]
    public void VerifyFindsTheModelThatTheWeightsFit()
    {
        const string Source = """
            using RnnGen;
            namespace App;
            [RnnModel(Steps = 4), Input(2), Rnn<Gru>(6), SquaredError]
            public sealed partial class Net;
            [RnnModel(Steps = 4), Input(2), Rnn<Gru>(5), SquaredError]
            public sealed partial class Smaller;
            [RnnModel(Steps = 9), Input(2), Rnn<Gru>(5), SigmoidCrossEntropy]
            public sealed partial class Twin;
            """;
        string weights = Path.Combine(directory, "net.safetensors"), golden = Path.Combine(directory, "io.safetensors");
        var assembly = Models.Compile(Source);
        Save("App.Net");
        Assert.Contains(
            "No program or library that uses RnnGen is built in a bin folder", Run("verify", weights, "--golden", golden).Errors,
            StringComparison.Ordinal);

        // An older build, the newer one, and a copy in another project's.
        Build(
            "Nets/bin/Debug/net10.0/Nets.dll",
            "using RnnGen;\nnamespace App;\n[RnnModel(Steps = 4), Input(2), Rnn<Gru>(9), SquaredError]\npublic sealed partial class Net;",
            hoursAgo: 2);
        string newest = Build("Nets/bin/Release/net10.0/Nets.dll", Source, hoursAgo: 1);
        Directory.CreateDirectory(Path.Combine(directory, "App/bin/Release/net10.0"));
        File.Copy(newest, Path.Combine(directory, "App/bin/Release/net10.0/Nets.dll"));
        File.Copy(typeof(Cli).Assembly.Location, Path.Combine(directory, "App/bin/Release/net10.0/App.dll"));
        File.WriteAllText(Path.Combine(directory, "App/bin/Release/net10.0/App.deps.json"), NoDependencies);
        string found = Path.Combine("Nets", "bin", "Release", "net10.0", "Nets.dll");
        Assert.Equal(
            (0, $"App.Net in {found}\nagrees   output: 24 numbers, largest difference 0.00E+000\n", ""),
            Run("verify", weights, "--golden", golden));

        Save("App.Twin");
        var (code, output, errors) = Run("verify", weights, "--golden", golden);
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("The weights fit several models; choose one with --model:\n  App.Smaller in ", errors, StringComparison.Ordinal);
        Assert.Contains("\n  App.Twin in ", errors, StringComparison.Ordinal);
        Assert.Equal(0, Run("verify", weights, "--golden", golden, "--model", "App.Twin").Code);
        Assert.StartsWith(
            "App.Twin in", Run("verify", weights, "--golden", golden, "--assembly", newest, "--model", "App.Twin").Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "has no class Twin", Run("verify", weights, "--golden", golden, "--model", "Twin").Errors, StringComparison.Ordinal);

        new SafetensorsFile([SafetensorsTensor.Create<float>("other", [1], [1])]).Write(weights);
        errors = Run("verify", weights, "--golden", golden).Errors;
        Assert.StartsWith(
            "The weights fit none of 3 models:\n  App.Net: rnn.weight_ih_l0 [18, 2] is missing, and ", errors, StringComparison.Ordinal);
        Assert.Equal(4, errors.TrimEnd().Split('\n').Length);

        void Save(string name)
        {
            Model model = Models.Create(assembly, name, 9);
            model.Weights.Write(weights);
            float[] inputs = [1, 2, 3, 4, 5, 6, 7, 8], outputs = model.Forward(inputs);
            new SafetensorsFile([
                SafetensorsTensor.Create<float>("input", [4, 2], inputs),
                SafetensorsTensor.Create<float>("output", [4, outputs.Length / 4], outputs)
            ]).Write(golden);
        }

        string Build(string name, string source, int hoursAgo)
        {
            string path = Path.Combine(directory, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Models.Compile(path, source);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-hoursAgo));
            File.WriteAllText(Path.ChangeExtension(path, ".deps.json"), NoDependencies);
            return path;
        }
    }

    private static byte[] Simple(out string output)
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "steps", "rows", 3);
        string y = graph.Add("Squeeze", [graph.Recurrent("LSTM", "x", 3, 4, "")[0], graph.Integers(1)]);
        return graph.Finish(output = graph.Add("MatMul", [y, graph.Weights(4, 2)]));
    }

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(directory, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private (int Code, string Output, string Errors) Run(params string[] args)
    {
        StringWriter output = new(new StringBuilder()) { NewLine = "\n" }, errors = new(new StringBuilder()) { NewLine = "\n" };
        int code = Cli.Create(output, errors, directory).Parse(args).Invoke();
        return (code, output.ToString(), errors.ToString());
    }
}
