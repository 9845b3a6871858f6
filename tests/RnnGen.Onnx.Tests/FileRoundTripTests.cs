using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace RnnGen.Onnx.Tests;

/// <summary>
/// Published ONNX models to C# and to ONNX again: ONNX Runtime gives the outputs of the C# model, which the conformance tests compare with
/// the published file's.
/// </summary>
public sealed class FileRoundTripTests : IDisposable
{
    private const int Steps = 9;

    private static readonly Dictionary<string, Dictionary<string, OnnxInput>> Inputs = new()
    {
        ["silero-16k-op15-onnx"] = new() { ["sr"] = OnnxInput.Constant(16000), ["input"] = OnnxInput.Sized(1, 576) },
        ["silero-v6-onnx"] = new() { ["sr"] = OnnxInput.Constant(8000), ["input"] = OnnxInput.Sized(1, 288) },
    };

    private readonly SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };

    /// <summary>Every file that is taken whole.</summary>
    [FilesFact]
    public void PublishedModels()
    {
        List<string> done = [];
        foreach (string folder in Directory.EnumerateDirectories(FilesFactAttribute.Folder!, "*-onnx").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(folder);
            OnnxImport import = OnnxImport.Read(
                Path.Combine(folder, "model.onnx"), new() { Name = "Imported", Inputs = Inputs.GetValueOrDefault(name) ?? [] });
            if (!import.IsComplete)
                continue;
            Compare(Models.Load(Assert.Single(import.Models)), new(), name);
            done.Add(name);
        }

        Assert.True(done.Count >= 14, string.Join(", ", done));
    }

    /// <summary>Every operator set, and weights of 8 bits.</summary>
    [Theory]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(20)]
    [InlineData(22)]
    [InlineData(23)]
    public void OperatorSets(int version)
    {
        const string Layers = "Input(6), Dense(8), LayerNorm, Activation(Activation.Gelu), Conv1d(6, Kernel = 2), RmsNorm, "
            + "Rnn<Gru>(6, Direction = Direction.Bidirectional, Merge = Merge.Mean, Name = \"r\"), GroupNorm(2, Name = \"g\"), "
            + "Dense(4, From = \"r + g\"), LogSoftmax, Pool(Pooling.Mean)";
        Model model = Compile(Layers);
        byte[] file = Compare(model, new() { OperatorSet = version, Metadata = new Dictionary<string, string> { ["made"] = "here" } }, Layers);
        using InferenceSession session = new(file, options);
        Assert.Equal("here", session.ModelMetadata.CustomMetadataMap["made"]);
        Assert.Equal(version, OnnxFile.Read(file).OpsetImport[0].Version);

        model = Compile("Input(6), Dense(8), LayerNorm, Rnn<Gru>(6, Direction = Direction.Bidirectional), Dense(4)");
        byte[] small = OnnxExport.ToBytes(model.Type, model.Weights, new OnnxExportOptions { OperatorSet = version, Int8 = true });
        OnnxImport import = OnnxImport.Read(small, new() { Name = "Imported" });
        Assert.Empty(import.NotTaken);
        // What comes back is what is in the file: each weight is off by at most half a step of its row.
        Compare(Models.Load(Assert.Single(import.Models)), new(), "8 bits");
        Compare(model, new() { OperatorSet = version, Int8 = true }, "8 bits", 0.02);
    }

    public void Dispose() => options.Dispose();

    private static Model Compile(string layers) => Models.Create(
        Models.Compile($"using RnnGen;\n[RnnModel(Steps = {Steps}), {layers}, SquaredError]\npublic sealed partial class Net;"), "Net", 3);

    private byte[] Compare(Model model, OnnxExportOptions how, string name, double tolerance = 1e-5)
    {
        int width = model.IsSymbolic ? 1 : model.Shape.InputSize;
        float[] inputs = [.. Enumerable.Range(0, Steps * width)
            .Select(i => model.IsSymbolic ? i * 5 % model.Shape.InputSize : MathF.Sin(i * 0.61f))];
        byte[] file = OnnxExport.ToBytes(model.Type, model.Weights, how);
        using InferenceSession session = new(file, options);
        using var results = session.Run([model.IsSymbolic
            ? NamedOnnxValue.CreateFromTensor("input", new DenseTensor<long>(Array.ConvertAll(inputs, i => (long)i), [Steps, 1]))
            : NamedOnnxValue.CreateFromTensor("input", new DenseTensor<float>(inputs, [Steps, 1, width]))]);
        float[][] heads = [.. results.Select(r => r.AsEnumerable<float>().ToArray())];
        int outputs = model.Shape.OutputSteps == 1 ? 1 : Steps;
        float[] joined = [.. Enumerable.Range(0, outputs)
            .SelectMany(t => heads.SelectMany(h => h.AsSpan(h.Length / outputs * t, h.Length / outputs).ToArray()))];
        RoundTripTests.AssertClose(joined, model.Forward(inputs), name, tolerance);
        return file;
    }
}

/// <summary>Published models: skipped, and says so, where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FilesFactAttribute : FactAttribute
{
    /// <summary>Looks for the folder.</summary>
    public FilesFactAttribute() => Skip = Folder is null ? "The published models are not in ../shared/files beside the repository." : null;

    internal static string? Folder => SharedFolder.Find("files");
}
