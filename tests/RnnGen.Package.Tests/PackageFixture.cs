using System.Reflection;

namespace RnnGen.Package.Tests;

/// <summary>The packages, packed once from this checkout, in a feed that holds nothing else, and projects of users beside it.</summary>
public sealed class PackageFixture : IAsyncLifetime
{
    // Outside the repository, whose Directory.Build.props would reach into the projects.
    private readonly string root = Directory.CreateTempSubdirectory("rnngen-package-").FullName;

    // Apart from the folder above, whose configuration takes packages from the feed alone.
    private readonly string open = Directory.CreateTempSubdirectory("rnngen-open-").FullName;

    /// <summary>The repository's folder.</summary>
    public string Repository { get; } = FindRepository();

    /// <summary>The version of all of them.</summary>
    public string Version =>
        Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(Feed, "RnnGen.Onnx.*.nupkg")))["RnnGen.Onnx.".Length..];

    /// <summary>The folder that the packages are in.</summary>
    internal string Feed => Path.Combine(root, "feed");

    /// <summary>A package's file.</summary>
    /// <param name="id">Its name.</param>
    public string Package(string id) => Path.Combine(Feed, $"{id}.{Version}.nupkg");

    public async Task InitializeAsync()
    {
        string configuration = typeof(PackageFixture).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string[] projects =
        [
            "runtime/RnnGen", "runtime/RnnGen.Onnx", "runtime/RnnGen.Formats", "runtime/RnnGen.Audio", "runtime/RnnGen.Compiler",
            "runtime/RnnGen.Mpi", "runtime/RnnGen.Hosting", "runtime/RnnGen.Orleans", "runtime/RnnGen.Tool", "samples/Templates"
        ];
        // All at once: what several of them reference is built once.
        string all = Path.Combine(root, "packages.proj");
        string paths = string.Join(
            ';', projects.Select(project => Directory.GetFiles(Path.Combine(Repository, project), "*.csproj").Single()));
        await File.WriteAllTextAsync(all, $"""
            <Project DefaultTargets="Pack">
              <Target Name="Pack">
                <MSBuild Projects="{paths}" Targets="Restore" Properties="Configuration={configuration};IsRestoring=true" />
                <MSBuild Projects="{paths}" Targets="Pack" Properties="Configuration={configuration};PackageOutputPath={Feed}"
                         BuildInParallel="true" />
              </Target>
            </Project>
            """);
        (await Dotnet.Run(Repository, "msbuild", all, "-m", "-v:m")).Successful();
        // No other source, and a package folder of its own: what is restored can only be what was packed here.
        await File.WriteAllTextAsync(Path.Combine(root, "NuGet.Config"), """
            <configuration>
              <packageSources>
                <clear />
                <add key="feed" value="feed" />
              </packageSources>
            </configuration>
            """);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(root, recursive: true);
        Directory.Delete(open, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>
    /// The sources in some of the repository's folders, and the files beside them that a build reads, relative to the repository.
    /// </summary>
    internal IEnumerable<string> SourcesOf(params string[] folders) =>
        folders.SelectMany(folder => Directory.GetFiles(Path.Combine(Repository, folder), "*", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Concat(["Directory.Build.props", "Directory.Packages.props", ".editorconfig"]);

    /// <summary>Makes a user's folder that takes packages from the feed alone.</summary>
    /// <param name="name">Its name.</param>
    internal string CreateFolder(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), $"""
            <Project>
              <PropertyGroup>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestorePackagesPath>{Path.Combine(root, "packages")}</RestorePackagesPath>
              </PropertyGroup>
            </Project>
            """);
        return folder;
    }

    /// <summary>Makes a user's folder that takes packages from the user's own sources, too.</summary>
    /// <param name="name">Its name.</param>
    internal string CreateOpenFolder(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(open, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "NuGet.Config"), $"""
            <configuration>
              <packageSources>
                <add key="feed" value="{Feed}" />
              </packageSources>
            </configuration>
            """);
        return folder;
    }

    /// <summary>Writes a user's project that references the package.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="files">Its source files, by name.</param>
    /// <returns>Its folder.</returns>
    internal string CreateProject(string name, IReadOnlyDictionary<string, string> files)
    {
        string folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        File.WriteAllText(Path.Combine(folder, name + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestorePackagesPath>{Path.Combine(root, "packages")}</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="RnnGen" Version="{Version}" />
              </ItemGroup>
            </Project>
            """);
        foreach ((string file, string source) in files)
            File.WriteAllText(Path.Combine(folder, file), source);
        return folder;
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RnnGen.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("RnnGen.sln is in none of the folders above the tests.");
    }
}

/// <summary>The tests that share the packages, which are packed once for all of them.</summary>
[CollectionDefinition("packages")]
public sealed class PackageUsers : ICollectionFixture<PackageFixture>;
