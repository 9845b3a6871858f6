using System.Text.Json;

namespace RnnGen.Conformance;

/// <summary>
/// The files of other systems' cases: those under <c>../shared/cases</c> beside the repository, or in the folders that RNNGEN_CASES lists,
/// separated by colons. What a file is, its contents say, so that it may lie anywhere in them.
/// </summary>
internal static class CaseFolders
{
    private static readonly Lazy<List<string>> AllFiles = new(() =>
        [.. Roots().SelectMany(root => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal)]);

    private static readonly Lazy<List<(string Path, JsonElement Root)>> AllJson =
        new(() => [.. Files(".json", ".nam").Select(path => (path, Parse(path)))]);

    /// <summary>Whether there is nothing to read.</summary>
    public static bool AreAbsent => AllFiles.Value.Count == 0;

    /// <summary>The files with one of these endings.</summary>
    public static IEnumerable<string> Files(params string[] endings) =>
        AllFiles.Value.Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)));

    /// <summary>The JSON files, parsed; undefined where they are no JSON.</summary>
    public static IEnumerable<(string Path, JsonElement Root)> Json => AllJson.Value;

    /// <summary>The cases in JSON files, alone or in a list named <c>cases</c>, that have all of these properties.</summary>
    public static IEnumerable<(string Path, JsonElement Case)> Cases(params string[] properties)
    {
        foreach (var (path, root) in Json)
        {
            if (root.ValueKind != JsonValueKind.Object)
                continue;
            IEnumerable<JsonElement> cases =
                root.TryGetProperty("cases", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [root];
            foreach (var item in cases.Where(c => c.ValueKind == JsonValueKind.Object && properties.All(p => c.TryGetProperty(p, out _))))
                yield return (path, item);
        }
    }

    /// <summary>The name of the folder that a file is in.</summary>
    public static string FolderOf(string path) => Path.GetFileName(Path.GetDirectoryName(path))!;

    private static JsonElement Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static IEnumerable<string> Roots() => Given ?? (SharedFolder.Find("cases") is { } shared ? [shared] : []);

    /// <summary>The folders that RNNGEN_CASES lists; null if it lists none.</summary>
    internal static IEnumerable<string>? Given => Environment.GetEnvironmentVariable("RNNGEN_CASES") is { Length: > 0 } roots
        ? roots.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Directory.Exists)
        : null;
}
