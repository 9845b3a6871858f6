
namespace RnnGen.Formats.Tests;

/// <summary>Public models beside the repository, in <c>../shared/files</c>, which are not part of it.</summary>
internal static class SharedFiles
{
    /// <summary>A file of a model; null where the models are absent.</summary>
    public static string? Find(string model, string file) => Find(Path.Combine(model, file));

    /// <summary>A file or folder among the models; null where they are absent.</summary>
    public static string? Find(string relative) => SharedFolder.Find("files", relative);
}

/// <summary>A test that is skipped, and says so, where the public models are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFilesFactAttribute : FactAttribute
{
    /// <summary>Looks for the models.</summary>
    public SharedFilesFactAttribute() =>
        Skip = SharedFiles.Find("README.md") is null ? "The models are not in ../shared/files beside the repository." : null;
}
