using RnnGen.Tests;

namespace RnnGen.Onnx.Tests;

/// <summary>Damaged ONNX files: each is a model, a list of what was not taken, or refused.</summary>
internal static class FuzzedOnnx
{
    /// <summary>What the documentation states of all that is ever allocated: this much, and so many times the file's length.</summary>
    public const long MemoryAtOnce = 64 << 20;
    public const int MemoryPerByte = 300;

    /// <param name="check">Sees what is imported.</param>
    public static IFuzzedReader Reader(Action<ImportedModel>? check = null)
    {
        byte[][] files = [.. Seeds(), .. OfOtherExporters()];
        return new FuzzedReader<OnnxImport>(
            (index, random) => new Mutation(random).Apply(files[index % files.Length]),
            [file => OnnxImport.Read(file, new() { Name = "Fuzzed" })], Judge)
        {
            MemoryAtOnce = MemoryAtOnce,
            MemoryPerByte = MemoryPerByte,
        };

        string Judge(OnnxImport import)
        {
            foreach (ImportedModel model in import.Models)
                check?.Invoke(model);
            return import.IsComplete ? "imported" : import.Models.Count > 0 ? "imported in part" : "without a network";
        }
    }

    /// <summary>Exported models, small so that mutations hit something.</summary>
    private static byte[][] Seeds()
    {
        const int Count = 12;
        var random = new RandomModels(7);
        var declared = Enumerable.Range(0, Count).Select(i => random.Next($"Seed{i}")).ToList();
        var assembly = Models.Compile(declared.Select(d => d.Source));
        return [.. Enumerable.Range(0, Count).SelectMany(i =>
        {
            Model model = Models.Create(assembly, $"Seed{i}");
            byte[] sequence = OnnxExport.ToBytes(model.Type, model.Weights);
            return declared[i].CanStream ? [sequence, OnnxExport.ToBytes(model.Type, model.Weights, OnnxForm.Stream)] : new[] { sequence };
        })];
    }

    /// <summary>
    /// Small files of other exporters: shape arithmetic, quantised weights, a Scan, an LSTM that is taken apart. None where they are
    /// absent.
    /// </summary>
    private static IEnumerable<byte[]> OfOtherExporters() =>
        ((string[])["../faults/onnx", "../files/cntk-bilstm-onnx", "../files/cntk-lstm-scan-onnx"])
            .Select(SharedCases.Find).OfType<string>()
            .SelectMany(folder => Directory.GetFiles(folder, "*.onnx").Order(StringComparer.Ordinal))
            .Select(File.ReadAllBytes);
}
