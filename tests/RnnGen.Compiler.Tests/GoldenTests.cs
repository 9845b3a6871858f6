using System.Globalization;
using System.Text.Json;

namespace RnnGen.Compiler.Tests;

/// <summary>Published models with golden outputs, which lie in ../shared/files beside the repository.</summary>
public class GoldenTests(CompilerFixture fixture) : IClassFixture<CompilerFixture>
{
    [SharedTheory]
    [InlineData("nam-lstm-1x16")]
    [InlineData("rtneural-full-model-json")]
    [InlineData("dtln-1-onnx")]
    public void AnOpenedFileGivesItsGoldenOutputs(string name)
    {
        string folder = SharedFolder.Find("files", name)!;
        using JsonDocument about = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "about.json")));
        double tolerance = about.RootElement.GetProperty("tolerance").GetDouble();
        string path = Path.Combine(folder, about.RootElement.GetProperty("model").GetString()!);
        using CompiledModel<float> model = RnnCompiler.Open(path, fixture.Options);
        using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(folder, "golden.safetensors"));
        int compared = 0;
        for (int stream = 0; ; stream++)
        {
            string end = string.Create(CultureInfo.InvariantCulture, $".{stream}");
            SafetensorsTensor[] ofStream = [.. golden.Tensors.Where(t => t.Name.EndsWith(end, StringComparison.Ordinal))];
            SafetensorsTensor? input = Array.Find(ofStream, t => t.Name.StartsWith("input.", StringComparison.Ordinal));
            if (input is null)
                break;
            SafetensorsTensor output = ofStream.First(t => t.Name.StartsWith("output.", StringComparison.Ordinal)
                && t.Count * model.InputSize == input.Count * model.OutputSize);
            float[] x = new float[input.Count], expected = new float[output.Count];
            input.CopyTo<float>(x);
            output.CopyTo<float>(expected);
            float[] y = new float[x.Length / model.InputSize * model.OutputSize];
            model.CreateStream().Forward(x, y);
            Assert.Equal(expected.Length, y.Length);
            Assert.All(expected.Zip(y), pair =>
                Assert.True(Math.Abs(pair.First - pair.Second) <= tolerance * Math.Max(1, Math.Abs(pair.First)), $"{pair}"));
            compared++;
        }

        Assert.True(compared > 0, "no stream was compared");
    }

    private sealed class SharedTheoryAttribute : TheoryAttribute
    {
        public SharedTheoryAttribute() => Skip = SharedFolder.Find("files") is null ? "The folder ../shared/files is absent." : null;
    }
}
