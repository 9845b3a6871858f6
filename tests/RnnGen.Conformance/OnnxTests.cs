using System.Text.Json;
using Xunit.Abstractions;

namespace RnnGen.Conformance;

/// <summary>ONNX's own node tests, ONNX Runtime's operator tests, and random nodes that ONNX Runtime ran.</summary>
public class OnnxTests(ITestOutputHelper output, Announcer announcer) : IClassFixture<Announcer>
{
    private static readonly string[] Folders = ["onnx-node", "onnxruntime", "ort_fuzz"];

    /// <summary>Every node computes what it should, or is refused if it should be.</summary>
    [SuiteTheory]
    [InlineData("onnx-node")]
    [InlineData("onnxruntime")]
    [InlineData("ort_fuzz")]
    public void Nodes(string folder)
    {
        using ModelCompiler compiler = new();
        Suite suite = new(folder);
        foreach (var (path, item) in CaseFolders.Cases("op", "attributes", "inputs", "outputs")
            .Where(c => SuiteOf(c.Path, c.Case) == folder))
        {
            string name = item.GetProperty("name").GetString()!;
            string? failure = item.TryGetProperty("expect_failure", out var expected) && expected.ValueKind == JsonValueKind.String
                ? expected.GetString()
                : null;
            suite.Add(name, failure is null ? () => Prepare(item, compiler) : () => () => IsRefused(item, compiler));
        }

        suite.Finish(output, announcer);
    }

    private static Action Prepare(JsonElement item, ModelCompiler compiler)
    {
        OnnxNode node = new(item);
        return node.Op == "AttnLSTM" ? new AttentionLstmCase(node, compiler).Run : new OnnxCase(node, compiler).Run;
    }

    private static void IsRefused(JsonElement item, ModelCompiler compiler)
    {
        string? reason = null;
        try
        {
            Prepare(item, compiler)();
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            reason = exception.Message;
        }

        if (string.IsNullOrWhiteSpace(reason))
            throw new MismatchException($"accepted, and should be refused: {item.GetProperty("expect_failure")}");
    }

    /// <summary>The suite that the folder's name says; for cases elsewhere, the one whose names theirs are like.</summary>
    private static string SuiteOf(string path, JsonElement item)
    {
        string folder = CaseFolders.FolderOf(path), name = item.GetProperty("name").GetString()!;
        return Folders.Contains(folder) ? folder
            : name.StartsWith("test_", StringComparison.Ordinal) ? "onnx-node"
            : name.StartsWith("fuzz_", StringComparison.Ordinal) ? "ort_fuzz"
            : "onnxruntime";
    }
}
