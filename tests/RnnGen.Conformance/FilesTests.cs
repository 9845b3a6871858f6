using Xunit.Abstractions;

namespace RnnGen.Conformance;

/// <summary>
/// Published ONNX models, each in a folder with its golden outputs: those of ../shared/files, and of the folders that RNNGEN_CASES lists.
/// </summary>
public class FilesTests(ITestOutputHelper output, Announcer announcer) : IClassFixture<Announcer>
{
    /// <summary>What is not whole, and why. All other files of ../shared/files must be.</summary>
    private static readonly Dictionary<string, string> NotWhole = new(StringComparer.Ordinal)
    {
        ["gtcrn-simple-onnx"] = "refused: convolutions over two axes",
        ["nnsplit-en-onnx"] = "refused: several symbols a step",
        ["mlagents-hallway-onnx"] = "partly: an output is drawn at random",
    };

    /// <summary>No number is wrong, and what was whole stays so.</summary>
    [GoldenFact]
    public void OnnxFiles()
    {
        using ModelCompiler compiler = new();
        List<(string Name, GoldenOnnx? File, string? Problem)> files = [];
        foreach (string folder in GoldenFolders.All.Where(GoldenOnnx.IsOne))
        {
            string name = Path.GetFileName(folder);
            try
            {
                GoldenOnnx file = new(folder, compiler);
                file.Prepare();
                files.Add((name, file, null));
            }
            catch (Exception exception)
            {
                files.Add((name, null, $"{exception.GetType().Name}: {exception.Message}"));
            }
        }

        List<string> failures = [];
        Dictionary<string, int> counts = new() { ["whole"] = 0, ["partly"] = 0, ["refused"] = 0 };
        foreach (var (name, file, problem) in files)
        {
            FileResult result;
            try
            {
                result = file is null ? new("failed", problem!) : file.Run();
            }
            catch (Exception exception)
            {
                result = new("failed", $"{exception.GetType().Name}: {exception.Message}");
            }

            counts[result.State] = counts.GetValueOrDefault(result.State) + 1;
            Say($"{name}: {result.State} ({result.Detail})");
            if (result.State == "failed" || (result.State != "whole" && IsExpectedWhole(name)))
                failures.Add($"{name}: {result.State} ({result.Detail})");
        }

        Say($"files: {counts["whole"]} whole, {counts["partly"]} partly, {counts["refused"]} refused of {files.Count}");
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    /// <summary>Files that are kept elsewhere may be of any kind.</summary>
    private static bool IsExpectedWhole(string name) =>
        !NotWhole.ContainsKey(name) && GoldenFolders.Shared is { } shared && Directory.Exists(Path.Combine(shared, name));

    private void Say(string line)
    {
        output.WriteLine(line);
        announcer.Say(line);
    }
}
