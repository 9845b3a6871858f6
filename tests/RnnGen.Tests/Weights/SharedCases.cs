namespace RnnGen.Tests;

/// <summary>
/// Other systems' cases, which lie beside the repository in <c>../shared/cases</c> or where RNNGEN_CASES says, and are not part of it.
/// </summary>
internal static class SharedCases
{
    /// <summary>The file or folder of that name among the cases, for instance <c>torch_grad</c>; null where the cases are absent.</summary>
    public static string? Find(string relative)
    {
        IEnumerable<string> roots =
            Environment.GetEnvironmentVariable("RNNGEN_CASES") is { Length: > 0 } list ? list.Split(Path.PathSeparator) : Above();
        return roots.Select(cases => Path.Combine(cases, relative)).FirstOrDefault(Path.Exists);
    }

    /// <summary>Why a test that needs those cases does not run; null if it does.</summary>
    public static string? SkipReason(string relative) => Find(relative) is null
        ? $"The cases '{relative}' are neither in ../shared/cases beside the repository nor where the variable RNNGEN_CASES points."
        : null;

    private static IEnumerable<string> Above()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            yield return Path.Combine(folder.FullName, "..", "shared", "cases");
    }
}
