namespace RnnGen.Platforms;

/// <summary>The repository, and a folder beside it for what is published and installed.</summary>
internal sealed class Workspace
{
    public Workspace()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "RnnGen.sln")))
            folder = folder.Parent;
        Repository = folder?.FullName ?? throw new DirectoryNotFoundException("RnnGen.sln is in none of the folders above this program.");
    }

    /// <summary>The repository's folder.</summary>
    public string Repository { get; }

    /// <summary>A folder of this name for results.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(Repository, "artifacts", "platforms", name)).FullName;

    /// <summary>Publishes a project in Release.</summary>
    /// <param name="project">Its folder in the repository.</param>
    /// <param name="name">The folder for results.</param>
    /// <param name="options">Options for <c>dotnet publish</c>.</param>
    /// <returns>The folder.</returns>
    public async Task<string> Publish(string project, string name, params string[] options)
    {
        string folder = Folder(name);
        await Shell.Run(Repository, ["dotnet", "publish", project, "-c", "Release", "-o", folder, "--nologo", .. options]);
        return folder;
    }

    /// <summary>Unpacks Debian packages, without installing them.</summary>
    /// <param name="name">The folder for results.</param>
    /// <param name="packages">Their names, with an architecture where it is another: <c>libc6:arm64</c>.</param>
    /// <returns>The folder.</returns>
    public async Task<string> Unpack(string name, params string[] packages)
    {
        string folder = Folder(name), marker = Path.Combine(folder, ".packages"), list = string.Join('\n', packages);
        if (File.Exists(marker) && await File.ReadAllTextAsync(marker) == list)
            return folder;
        string downloads = Folder(name + ".downloads");
        await Shell.Run(downloads, ["apt-get", "download", .. packages]);
        foreach (string package in Directory.GetFiles(downloads, "*.deb"))
            await Shell.Run(folder, "dpkg-deb", "--extract", package, folder);
        await File.WriteAllTextAsync(marker, list);
        return folder;
    }
}
