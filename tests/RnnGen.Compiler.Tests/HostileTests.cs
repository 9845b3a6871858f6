using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using Microsoft.CodeAnalysis.CSharp;
using RnnGen.Onnx.Protos;
using RnnGen.Tests;

namespace RnnGen.Compiler.Tests;

/// <summary>Files that somebody made to do harm.</summary>
public class HostileTests(CompilerFixture fixture) : IClassFixture<CompilerFixture>
{
    private const string Model = "public partial class M; ";
    private const string Head = "using RnnGen;\n[RnnModel]\n[Input(1)]\n[Rnn<Lstm>(2)]\n[SquaredError]\n";

    [Theory]
    [InlineData("public partial class M;")]
    [InlineData("public sealed partial class M { }")]
    [InlineData("""[Dense(3, Name = "a\"*/b", Activation = Activation.Affine, ActivationAlpha = -1.5e-3)] public partial class M;""")]
    [InlineData("""
        public partial class M;
        [RnnCell]
        public readonly partial struct C
        {
            private readonly Weight W, V;
            private readonly Recurrent U;
            public (Hidden a, Hidden b) Step(Input x, Hidden h, Hidden c)
            {
                var t = Tanh(W * x + U * h) - 0.5f * c;
                return (t, (t + c) / 2);
            }
        }
        """)]
    public void ADeclarationPasses(string text) => DeclarationSyntax.Check(Parse(Head + text));

    [Theory]
    [InlineData("public partial class M { static M() { } }")]
    [InlineData("public partial class M { int x = System.IO.File.ReadAllBytes(\"/etc/passwd\").Length; }")]
    [InlineData("public partial class M : System.IDisposable;")]
    [InlineData("public partial class M<T>;")]
    [InlineData("public unsafe partial class M;")]
    [InlineData("public partial class M; public interface I;")]
    [InlineData("public partial class M; class N { }; System.Console.WriteLine();")]
    [InlineData("public partial class M; namespace N { }")]
    [InlineData("[System.Obsolete] public partial class M;")]
    [InlineData("[Dense(typeof(int))] public partial class M;")]
    [InlineData("[Dense(A.B.C)] public partial class M;")]
    [InlineData("[Dense(f(1))] public partial class M;")]
    [InlineData("[Dense(1 is 1)] public partial class M;")]
    [InlineData("[Dense($\"{1}\")] public partial class M;")]
    [InlineData("[module: Dense(1)] public partial class M;")]
    [InlineData("#pragma warning disable\npublic partial class M;")]
    [InlineData("#if X\n#endif\npublic partial class M;")]
    [InlineData(Model + "public readonly partial struct C { public Hidden Step(Input x, Hidden h) => Environment.Exit(1); }")]
    [InlineData(Model + "public readonly partial struct C { public Hidden Step(Input x, Hidden h) { while (true) { } } }")]
    [InlineData(Model + "public readonly partial struct C { public Hidden Step(Input x, Hidden h) { Tanh(x); return h; } }")]
    [InlineData(Model + "public readonly partial struct C { public Hidden Step(Input x, Hidden h) => new Hidden(); }")]
    [InlineData(Model + "public readonly partial struct C { public Hidden Step(Input x, Hidden h) => (Hidden)x; }")]
    [InlineData(Model + "public readonly partial struct C { public Hidden Other(Input x) => x; }")]
    [InlineData(Model + "public readonly partial struct C { static readonly int X = 1; }")]
    [InlineData(Model + "public readonly partial struct C { readonly int X = 1; }")]
    [InlineData(Model + "public readonly partial struct C { C(int x) { } }")]
    [InlineData(Model + "public readonly partial struct C { int P { get; } }")]
    public void AnythingElseIsRefused(string text)
    {
        string message = Assert.Throws<RnnCompilerException>(() => DeclarationSyntax.Check(Parse(Head + text))).Message;
        Assert.Contains("Nothing was compiled", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("using System;\n")]
    [InlineData("using static System.Console;\n")]
    [InlineData("using X = System.Console;\n")]
    [InlineData("extern alias X;\n")]
    [InlineData("[assembly: Dense(1)]\n")]
    public void NothingElseIsUsed(string text) =>
        Assert.Throws<RnnCompilerException>(() => DeclarationSyntax.Check(Parse(text + Head + "public partial class M;")));

    /// <summary>Names of an ONNX graph and of a Keras file get into attributes and comments.</summary>
    [Theory]
    [InlineData("class")]
    [InlineData("\"*/ System.Environment.Exit(1); /*")]
    [InlineData("a\"), System.Obsolete(\"b")]
    [InlineData("//\u2028public class Evil { static Evil() { } }")]
    [InlineData("x\nclass Evil { }")]
    [InlineData("𝒳é\u202E名\u0000")]
    [InlineData("")]
    public void NamesAreNoCode(string name)
    {
        foreach (string wanted in (string[])[name, string.Concat(Enumerable.Repeat(name + "n", 20_000 / (name.Length + 1)))])
        {
            byte[] file = OnnxWith(wanted);
            string path = Path.Combine(fixture.Folder, "named.onnx");
            File.WriteAllBytes(path, file);
            using CompiledModel<float> model = RnnCompiler.Open(path, fixture.Options);
            BuiltMixed built = new(seed: 3);
            float[] x = CompilerFixture.Signal(8), expected = new float[12], y = new float[12];
            built.Forward(x, expected);
            model.Forward(x, y);
            Assert.All(expected.Zip(y), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            Assert.Equal(wanted.Length == 0 ? "x" : wanted, Assert.Single(model.InputTensors).Name);
        }
    }

    [Fact]
    public void SizesAreBoundedBeforeCompiling()
    {
        string amp = fixture.Write(AmpFiles.GuitarMl(12));
        AssertRefused(amp, "MostBytes", fixture.Options with { MostBytes = 100 });
        AssertRefused(amp, "weights", fixture.Options with { MostParameters = 100 });
        AssertRefused(amp, "MostLayers", fixture.Options with { MostLayers = 2, Cache = null });
        AssertRefused(amp, "MostNumbers", fixture.Options with { MostNumbers = 10, Cache = null });
        string message = Assert.Throws<RnnCompilerException>(() => RnnCompiler.Compile(
            "using RnnGen; [RnnModel, Input(1), Rnn<Lstm>(4000), SquaredError] public partial class Large;",
            new() { Cache = null, MostParameters = 1_000_000 })).Message;
        Assert.Contains("MostParameters allows 1,000,000", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ThousandsOfLayersAreRefusedAtOnce()
    {
        Stopwatch watch = Stopwatch.StartNew();
        AssertRefused(fixture.Write(AmpFiles.WaveNet(3_000), "deep.nam"), "more than 256 layers", new() { Cache = null });
        AssertRefused(fixture.Write(AmpFiles.WaveNet(80), "deep.nam"), "MostLayers", new() { Cache = null });
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{watch.Elapsed}");
        Assert.Throws<RnnCompilerException>(() => DeclarationSyntax.CheckLength(new(' ', 2_000_000)));
    }

    /// <summary>Whatever a reader makes of damaged files, they open or are refused; most that open were compiled before.</summary>
    [Fact]
    public void DamagedFilesAreOpenedOrRefused()
    {
        string[] seeds = [AmpFiles.GuitarMl(3), AmpFiles.Nam(2, 1), AmpFiles.GuitarMl(2, unit: "GRU", skip: 0)];
        Random random = new(7);
        JsonMutation mutation = new(random);
        string path = Path.Combine(fixture.Folder, "damaged.json");
        int opened = 0, refused = 0;
        for (int i = 0; i < 400; i++)
        {
            List<string> tokens = JsonMutation.Tokens(Encoding.UTF8.GetBytes(seeds[i % seeds.Length]));
            mutation.Apply(tokens, JsonMutation.Tokens(Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)])));
            File.WriteAllBytes(path, JsonMutation.Join(tokens));
            try
            {
                using CompiledModel<float> model = RnnCompiler.Open(path, fixture.Options);
                opened++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.True(opened > 0 && refused > 100, $"{opened} opened, {refused} refused");
    }

    [Fact]
    public void SharedFaultsAreOpenedOrRefused()
    {
        if (SharedFolder.Find("faults") is not { } faults)
            return;
        foreach (string path in Directory.GetFiles(Path.Combine(faults, "files"))
            .Concat(Directory.GetFiles(Path.Combine(faults, "onnx"), "*.onnx")))
        {
            try
            {
                using CompiledModel<float> model = RnnCompiler.Open(path, fixture.Options);
                Assert.True(model.OutputSize > 0);
            }
            catch (InvalidDataException problem)
            {
                Assert.NotEmpty(problem.Message);
            }
        }
    }

    private static void AssertRefused(string path, string word, RnnCompilerOptions options) => Assert.Contains(
        word, Assert.Throws<InvalidDataException>(() => RnnCompiler.Open(path, options)).Message, StringComparison.Ordinal);

    private static Microsoft.CodeAnalysis.SyntaxNode Parse(string text) =>
        CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.CSharp13)).GetRoot();

    /// <summary>An exported model whose tensors and nodes have that name, or one that begins with it.</summary>
    private static byte[] OnnxWith(string name)
    {
        string path = Path.GetTempFileName();
        OnnxExport.Save(new BuiltMixed(seed: 3), path);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        File.Delete(path);
        if (name.Length == 0)
            name = "x";
        Dictionary<string, string> names = new() { [""] = "", [model.Graph.Input[0].Name] = name };
        string Renamed(string old) => names.TryGetValue(old, out string? known) ? known : names[old] = $"{name}_{names.Count}";
        foreach (ValueInfoProto value in model.Graph.Input.Concat(model.Graph.Output))
            value.Name = Renamed(value.Name);
        foreach (TensorProto tensor in model.Graph.Initializer)
            tensor.Name = Renamed(tensor.Name);
        foreach (NodeProto node in model.Graph.Node)
        {
            node.Name = name;
            for (int i = 0; i < node.Input.Count; i++)
                node.Input[i] = Renamed(node.Input[i]);
            for (int i = 0; i < node.Output.Count; i++)
                node.Output[i] = Renamed(node.Output[i]);
        }

        return model.ToByteArray();
    }
}
