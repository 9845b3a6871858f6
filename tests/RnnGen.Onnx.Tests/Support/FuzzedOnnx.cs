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
        byte[][] files = Seeds();
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
}
