namespace RnnGen.Tests.Shared;

/// <summary>The folder <c>../shared</c> beside the repository, which is not part of it.</summary>
internal static class SharedFolder
{
    /// <summary>The full path of a file or folder in it, for instance <c>cases</c>; null where it is absent.</summary>
    public static string? Find(params string[] names)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine([folder.FullName, "..", "shared", .. names]);
            if (Path.Exists(path))
                return Path.GetFullPath(path);
        }

        return null;
    }
}
