using System.Globalization;
using RnnGen.Formats;
using RnnGen.Onnx;
using Xunit.Abstractions;

namespace RnnGen.Conformance;

/// <summary>
/// Published models that are not ONNX, each in a folder with its golden outputs: those of ../shared/files, and of the folders that
/// RNNGEN_CASES lists. What has an architecture is imported; the declarations of what has only weights are in
/// <see cref="DeclaredFiles"/>.
/// </summary>
public class FormatFilesTests(ITestOutputHelper output, Announcer announcer) : IClassFixture<Announcer>
{
    /// <summary>What is not run, and why.</summary>
    private static readonly Dictionary<string, string> NotRun = new(StringComparer.Ordinal)
    {
        ["rwkv7-reverse-pth"] = "its 99 tensors are read, but a model's states are vectors, and its are matrices",
    };

    /// <summary>No number is wrong, and what was whole stays so.</summary>
    [GoldenFact]
    public void Files()
    {
        using ModelCompiler compiler = new();
        List<(string Name, GoldenFile? File, FileRun? Run, string Problem)> files = [];
        foreach (string folder in GoldenFolders.All)
        {
            GoldenFile file = new(folder);
            if (file.Format == "onnx")
                continue;
            try
            {
                files.Add((file.Name, file, Prepare(file, compiler, files.Count), ""));
            }
            catch (InvalidDataException problem)
            {
                files.Add((file.Name, file, null, problem.Message));
            }
        }

        List<string> failures = [];
        SortedDictionary<string, int> counts = new() { ["whole"] = 0, ["with a declaration"] = 0, ["partly"] = 0, ["refused"] = 0 };
        foreach (var (name, file, run, problem) in files)
        {
            string state = run?.State ?? "refused", detail = problem;
            try
            {
                if (run is not null)
                {
                    run.Run();
                    detail = string.Create(CultureInfo.InvariantCulture, $"largest difference {file!.Largest:E1}");
                }
            }
            catch (Exception exception)
            {
                (state, detail) = ("failed", $"{exception.GetType().Name}: {exception.Message}");
            }

            counts[state] = counts.GetValueOrDefault(state) + 1;
            Say($"{name}: {state} ({detail})");
            if (state == "failed" || (state == "refused" && !NotRun.ContainsKey(name) && GoldenFolders.IsShared(file!.Folder)))
                failures.Add($"{name}: {state} ({detail})");
        }

        Say($"files: {counts["whole"]} whole, {counts["with a declaration"]} with a declaration, {counts["partly"]} partly, "
            + $"{counts["refused"]} refused of {files.Count}");
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    private static FileRun Prepare(GoldenFile file, ModelCompiler compiler, int number)
    {
        if (NotRun.TryGetValue(file.Name, out string? reason))
        {
            using SafetensorsFile tensors = TensorFile.Open(file.Model);
            throw new InvalidDataException(reason);
        }

        return DeclaredFiles.Find(file, compiler) ?? Import(file, compiler, $"Imported{number}");
    }

    private static FileRun Import(GoldenFile file, ModelCompiler compiler, string name)
    {
        ImportedModel imported = ModelImport.Read(file.Model, new() { Name = name, Namespace = "Declared" });
        string model = compiler.DeclareText(imported.Declaration, name);
        return new("whole", () =>
        {
            ForwardModel made = compiler.CreateForward(model);
            made.Load(imported.Weights);
            foreach (string stream in file.Streams)
            {
                double[] state = new double[made.Shape.StateSize];
                if (imported.Weights.Metadata.TryGetValue(NamFile.FirstStateText, out string? first))
                    state = [.. first.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
                double[] outputs = made.Forward(file.Input(stream), state);
                // States come in goldens, too; the first output is the one of the model's length.
                file.Compare(file.Outputs(stream).First(o => file.Output(o, stream).Length == outputs.Length), stream, outputs);
            }
        });
    }

    private void Say(string line)
    {
        output.WriteLine(line);
        announcer.Say(line);
    }
}

/// <summary>What runs a file, and what it is if that succeeds.</summary>
internal sealed record FileRun(string State, Action Run);
