using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using RnnGen.Audio;
using RnnGen.Formats;
using RnnGen.Mpi;
using RnnGen.Onnx;

namespace RnnGen.Generator.Tests.Documentation;

/// <summary>No page has code that is not tested: blocks of C# compile here, are compared with a source file, or belong to another test.</summary>
public partial class PageCodeTests
{
    private const string Tagger = """
        [RnnModel]
        [Embedding(12, 8), Rnn<Lstm>(24, Direction = Direction.Bidirectional), Dense(3), SoftmaxCrossEntropy]
        public sealed partial class Tagger;
        """;

    private const string CharModel = """
        [RnnModel]
        [OneHot(96), Rnn<Lstm>(128), Dense(96), SoftmaxCrossEntropy]
        public sealed partial class CharModel;
        """;

    /// <summary>Pages whose blocks compile together, with the parameters and types that their text takes as given.</summary>
    private static readonly Dictionary<string, (string Parameters, string Types)> Compiled = new()
    {
        ["docs/models.md"] = ("", ""),
        ["docs/seq2seq.md"] =
            ("Pronouncer model, int[][] spellings, int[][] phonemes, int[] letters, float[] probabilities, float[] looks", ""),
        ["docs/compressed.md"] = ("CharModel model, int symbol, float[] probabilities", ""),
        ["docs/extending.md"] = ("", ""),
        ["docs/weights.md"] = ("Tagger model", Tagger),
        ["docs/from-onnx.md"] = ("", Tagger),
        ["docs/formats.md"] = ("Tagger model", Tagger),
        ["docs/threads.md"] = ("CharModel model, CharModel.Trainer trainer, int[] inputs, int[] targets", CharModel),
        ["docs/scale.md"] = ("CharModel model, SymbolStream book, int[] inputs, int[] targets", CharModel),
        ["runtime/RnnGen/PACKAGE.md"] = ("int[] inputs, int[] targets, int symbol, float[] probabilities", ""),
        ["runtime/RnnGen.Onnx/PACKAGE.md"] = ("", ""),
        ["runtime/RnnGen.Formats/PACKAGE.md"] = ("Tagger model", Tagger),
        ["runtime/RnnGen.Audio/PACKAGE.md"] = ("ReadOnlySpan<float> block, float[] mask", ""),
        ["runtime/RnnGen.Mpi/PACKAGE.md"] = ("CharModel model, int[] inputs, int[] targets, CharModel.State[] states", CharModel),
    };

    /// <summary>Pages that other tests run whole. The test's source names the page.</summary>
    private static readonly Dictionary<string, string> Run = new()
    {
        ["docs/training.md"] = "tests/RnnGen.Tests/Documentation/PageTests.cs",
        ["docs/serving.md"] = "tests/RnnGen.Tests/Documentation/PageTests.cs",
        ["docs/inside.md"] = "tests/RnnGen.Tests/Documentation/PageTests.cs",
        ["docs/cells.md"] = "tests/RnnGen.Tests/Documentation/PageTests.cs",
        ["docs/audio.md"] = "tests/RnnGen.Tests/Documentation/PageTests.cs",
        ["docs/data.md"] = "tests/RnnGen.Tests/Documentation/PageTests.cs",
        ["docs/from-keras.md"] = "tests/RnnGen.Tests/Documentation/PageTests.cs",
        ["docs/from-pytorch.md"] = "tests/RnnGen.Tests/Documentation/PageTests.cs",
        ["docs/compiler.md"] = "tests/RnnGen.Compiler.Tests/PageTests.cs",
        ["runtime/RnnGen.Compiler/PACKAGE.md"] = "tests/RnnGen.Compiler.Tests/PageTests.cs",
        ["docs/decoding.md"] = "tests/RnnGen.Tests/Decoding/DecodingPageTests.cs",
        // Mistakes: each must give its diagnostics.
        ["docs/diagnostics.md"] = "tests/RnnGen.Generator.Tests/Diagnostics/ExampleTests.cs",
    };

    /// <summary>Pages whose blocks begin with the name of a file: tests of the package write these files, build and run them.</summary>
    private static readonly string[] Written = ["README.md", "docs/getting-started.md"];

    /// <summary>Blocks that quote a source file, by a word of theirs.</summary>
    private static readonly (string Page, string Word, string Source)[] Quoted =
    [
        ("README.md", "struct Gru", "runtime/RnnGen/Cells/Gru.cs"),
        ("docs/extending.md", "Operator Log", "generator/RnnGen.Generator/Equations/Operators.cs"),
        ("docs/extending.md", "\"Silu\"", "generator/RnnGen.Generator/Equations/Language.cs"),
        ("docs/extending.md", "Keras LSTM", "runtime/RnnGen/Weights/Layouts/WeightLayouts.cs"),
        ("docs/formats.md", "SafetensorsFile Raw", "tests/RnnGen.Conformance/OneOffFormats.cs"),
        ("docs/formats.md", "SafetensorsFile Icu", "tests/RnnGen.Conformance/OneOffFormats.cs"),
        ("docs/formats.md", "SafetensorsFile Rnnn", "tests/RnnGen.Conformance/OneOffFormats.cs"),
        ("docs/hosting.md", "CreateBuilder", "tests/RnnGen.Hosting.Tests/HostedProgram.cs"),
        ("docs/hosting.md", "PollInterval", "tests/RnnGen.Hosting.Tests/HostedProgram.cs"),
        ("docs/hosting.md", "Reload", "tests/RnnGen.Hosting.Tests/HostedProgram.cs"),
        ("docs/hosting.md", "LoadAsync", "tests/RnnGen.Hosting.Tests/HostedProgram.cs"),
        ("runtime/RnnGen.Hosting/PACKAGE.md", "AddRnnModel", "tests/RnnGen.Hosting.Tests/HostedProgram.cs"),
        ("docs/orleans.md", "CreateBuilder", "tests/RnnGen.Orleans.Tests/HostedProgram.cs"),
        ("docs/orleans.md", "ConnectAsync", "tests/RnnGen.Orleans.Tests/HostedProgram.cs"),
        ("runtime/RnnGen.Orleans/PACKAGE.md", "AddRnnModel", "tests/RnnGen.Orleans.Tests/HostedProgram.cs"),
        ("samples/OwnCell/README.md", "leak", "samples/OwnCell/LeakyMemory.cs"),
    ];

    public static TheoryData<string> CompiledPages => [.. Compiled.Keys];

    [Theory]
    [MemberData(nameof(CompiledPages))]
    public void ThePageCompiles(string page)
    {
        var (parameters, types) = Compiled[page];
        Block[] blocks = [.. Blocks(page).Where(block => !IsQuoted(page, block))];
        Assert.NotEmpty(blocks);
        string program = Page.Program(blocks, $"void Run({parameters})", types: types);
        var (result, output) = Compiler.Generate(
            Compiler.Compile(
                [("Page.cs", program)],
                more: [Of<OnnxImport>(), MetadataReference.CreateFromFile(typeof(TensorFile).Assembly.Location), Of<Stft>(), Of<MpiExchange>()]));
        Assert.Empty(result.Diagnostics);
        // Names without a comment are all that a page may lack.
        Assert.DoesNotContain(Compiler.Problems(output), d => d.Id != "CS1591");

        static MetadataReference Of<T>() => MetadataReference.CreateFromFile(typeof(T).Assembly.Location);
    }

    [Fact]
    public void QuotationsStandInTheirFiles() => Assert.All(Quoted, quoted =>
    {
        Block block = Assert.Single(Blocks(quoted.Page), block => block.Code.Contains(quoted.Word, StringComparison.Ordinal));
        Assert.Contains(
            WithoutComments(block.Code), WithoutComments(File.ReadAllText(InRepository(quoted.Source))), StringComparison.Ordinal);
    });

    [Fact]
    public void NoBlockIsLeftOut()
    {
        string root = InRepository(".");
        string[] pages =
        [
            "README.md", .. Files("docs", "*.md", SearchOption.TopDirectoryOnly), .. Files("samples", "README.md"),
            .. Files("runtime", "PACKAGE.md"),
        ];
        Assert.True(pages.Length > 25, $"Only {pages.Length} pages were found.");
        foreach (string page in pages)
        {
            string? test = Run.GetValueOrDefault(page);
            if (test is not null)
                Assert.Contains(Path.GetFileNameWithoutExtension(page), File.ReadAllText(InRepository(test)), StringComparison.Ordinal);
            bool isWhole = test is not null || Compiled.ContainsKey(page);
            Assert.All(Blocks(page), block => Assert.True(
                isWhole || IsQuoted(page, block) || (Written.Contains(page) && block.FileName is not null),
                $"No test has this block of {page}:\n{block.Code}"));
        }

        Assert.Equal([], Compiled.Keys.Concat(Run.Keys).Concat(Written).Where(page => !pages.Contains(page) || Blocks(page).Length == 0));

        IEnumerable<string> Files(string folder, string pattern, SearchOption depth = SearchOption.AllDirectories) =>
            Directory.GetFiles(Path.Combine(root, folder), pattern, depth)
                .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
                .Where(file => !file.Split('/').Any(part => part is "bin" or "obj"));
    }

    /// <summary>The page on the inside of a model quotes a kernel as it is generated.</summary>
    [Fact]
    public void TheQuotedKernelIsGenerated()
    {
        const string Snapshots = "tests/RnnGen.Generator.Tests/Snapshots";
        string[] kernel = [.. Lines(Assert.Single(Page.Read(InRepository("docs/inside.md")).In("cs")))];
        string[] snapshot =
            [.. Lines(File.ReadAllText(InRepository($"{Snapshots}/SnapshotTests.CharModel#CharModel.Kernels.g.verified.cs")))];
        int start = Array.IndexOf(snapshot, kernel[0]);
        Assert.Equal(kernel, snapshot.AsSpan(start, kernel.Length).ToArray());

        static IEnumerable<string> Lines(string code) => code.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(line => line.Trim());
    }

    private static Block[] Blocks(string page) =>
        [.. Page.Read(InRepository(page)).Blocks.Where(block => block.Language == "csharp")];

    private static bool IsQuoted(string page, Block block) =>
        Quoted.Any(quoted => quoted.Page == page && block.Code.Contains(quoted.Word, StringComparison.Ordinal));

    private static string WithoutComments(string code) => Space().Replace(Comment().Replace(code, " "), " ").Trim();

    private static string InRepository(string path, [CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", path));

    [GeneratedRegex(@"//.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
