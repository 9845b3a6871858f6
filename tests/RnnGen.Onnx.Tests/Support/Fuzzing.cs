using System.Diagnostics;

namespace RnnGen.Onnx.Tests;

/// <summary>Mutated files through the importer: each is a model, a list of what was not taken, or an InvalidDataException, and takes little time and memory.</summary>
internal static class Fuzzing
{
    /// <summary>The stated bound of all that is ever allocated: this much, and so many times the file's length.</summary>
    public const long MemoryAtOnce = 64 << 20;
    public const int MemoryPerByte = 300;
    private const double LongestSeconds = 5;

    /// <summary>What happened to so many files.</summary>
    public sealed record Result(int Complete, int Partial, int Refused, int Broken, double LargestMemoryShare, double LongestSeconds)
    {
        public override string ToString() =>
            $"{Complete + Partial + Refused + Broken} files: {Complete} imported, {Partial} in part, {Refused} not at all, {Broken} broken; at most {LargestMemoryShare:P0} of the memory that is stated, at most {LongestSeconds * 1000:F0} ms";
    }

    /// <summary>Runs mutated files through the importer. Whatever else happens is an exception with the seed.</summary>
    public static Result Run(int count, int seed, Action<ImportedModel>? check = null)
    {
        byte[][] files = Seeds();
        int complete = 0, partial = 0, refused = 0, broken = 0;
        double memory = 0, seconds = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] file = Mutate(files, i, seed);
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            try
            {
                OnnxImport import = OnnxImport.Read(file, new() { Name = $"Fuzzed{i}" });
                _ = import.IsComplete ? complete++ : import.Models.Count > 0 ? partial++ : refused++;
                foreach (ImportedModel model in import.Models)
                    check?.Invoke(model);
            }
            catch (InvalidDataException)
            {
                broken++;
            }
            catch (Exception problem)
            {
                throw new InvalidOperationException($"mutation {i} of seed {seed}: {problem.Message}", problem);
            }

            double share = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / (MemoryAtOnce + (MemoryPerByte * (long)file.Length));
            double time = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (share > 1 || time > LongestSeconds)
                throw new InvalidOperationException($"mutation {i} of seed {seed}: {share:P0} of the memory that is stated, {time:F1} s");
            (memory, seconds) = (Math.Max(memory, share), Math.Max(seconds, time));
        }

        return new(complete, partial, refused, broken, memory, seconds);
    }

    /// <summary>One of the files that <see cref="Run"/> makes, to look at.</summary>
    public static byte[] Mutated(int index, int seed) => Mutate(Seeds(), index, seed);

    private static byte[] Mutate(byte[][] files, int index, int seed) => new Mutation(unchecked((seed * 1_000_003) + index) & int.MaxValue).Apply(files[index % files.Length]);

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
