using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace RnnGen.Tool;

/// <summary>Loads a user's compiled models. RnnGen itself is the tool's: otherwise the two would have different interfaces.</summary>
internal sealed class UserAssembly(string path) : AssemblyLoadContext("user")
{
    private const string Runtime = "RnnGen";

    private readonly AssemblyDependencyResolver resolver = new(path);

    /// <summary>The classes of an assembly that are models.</summary>
    public static IEnumerable<Type> Models(string path)
    {
        Assembly assembly = new UserAssembly(path).LoadFromAssemblyPath(path);
        Type?[] types;
        try
        {
            types = assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            // Those that need something which is not there are not needed here.
            types = exception.Types;
        }

        return types.OfType<Type>()
            .Where(t => !t.IsAbstract
                && Array.Exists(t.GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRnnModel<,,,>)));
    }

    /// <summary>
    /// The newest build of each program and library under <c>bin</c> folders that uses RnnGen. What a build made itself has a
    /// <c>.deps.json</c> beside it; what it only copied has none.
    /// </summary>
    public static IReadOnlyList<string> Built(string directory) =>
    [
        .. Folders(directory)
            .Where(folder => Path.GetFileName(folder) == "bin")
            .SelectMany(bin => Directory.EnumerateFiles(bin, "*.deps.json", SearchOption.AllDirectories))
            .Select(file => new FileInfo($"{file[..^".deps.json".Length]}.dll"))
            .Where(file => file.Exists)
            .GroupBy(file => file.Name, (_, files) => files.MaxBy(file => file.LastWriteTimeUtc)!.FullName)
            .Where(UsesRnnGen)
            .Order(StringComparer.Ordinal),
    ];

    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name == Runtime || resolver.ResolveAssemblyToPath(assemblyName) is not { } path ? null : LoadFromAssemblyPath(path);

    /// <summary>A folder and those below it, but not what is below a <c>bin</c>, hidden or a package's.</summary>
    private static IEnumerable<string> Folders(string directory)
    {
        string name = Path.GetFileName(directory);
        IEnumerable<string> below = name == "bin" ? [] : Directory.EnumerateDirectories(directory, "*", new EnumerationOptions());
        return below.Where(folder => Path.GetFileName(folder) is not ("obj" or "node_modules") and not ['.', ..])
            .SelectMany(Folders)
            .Prepend(directory);
    }

    private static bool UsesRnnGen(string path)
    {
        using PEReader reader = new(File.OpenRead(path));
        if (!reader.HasMetadata)
            return false;
        MetadataReader metadata = reader.GetMetadataReader();
        return metadata.AssemblyReferences.Any(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name) == Runtime);
    }
}
