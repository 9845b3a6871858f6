
namespace RnnGen.Conformance;

/// <summary>Published models: the folders of ../shared/files, and those below the folders that RNNGEN_CASES lists.</summary>
internal static class GoldenFolders
{
    /// <summary>The folder beside the repository, if it is there.</summary>
    public static string? Shared { get; } = SharedFolder.Find("files");

    /// <summary>The folders that have a model.</summary>
    public static IEnumerable<string> All => (CaseFolders.Given ?? []).Concat(Shared is { } shared ? [shared] : [])
        .SelectMany(root => Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Prepend(root))
        .Where(GoldenFile.IsOne).Distinct().Order(StringComparer.Ordinal);

    /// <summary>True if a folder is one of those beside the repository.</summary>
    public static bool IsShared(string folder) => Shared is { } shared && folder.StartsWith(shared, StringComparison.Ordinal);
}

/// <summary>Published models: skipped, and says so, where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GoldenFactAttribute : FactAttribute
{
    /// <summary>Looks for folders.</summary>
    public GoldenFactAttribute() => Skip = GoldenFolders.All.Any()
        ? null
        : "The published models are neither in ../shared/files beside the repository nor where the variable RNNGEN_CASES points.";
}
