using System.Reflection;
using System.Runtime.Loader;

namespace RnnGen.Tool;

/// <summary>Loads a user's compiled model. RnnGen itself is the tool's: otherwise the two would have different interfaces.</summary>
internal sealed class UserAssembly(string path) : AssemblyLoadContext("user")
{
    private readonly AssemblyDependencyResolver resolver = new(path);

    /// <exception cref="ArgumentException">The assembly has no such class.</exception>
    public static Type Load(string path, string model)
    {
        Assembly assembly = new UserAssembly(path).LoadFromAssemblyPath(path);
        return assembly.GetType(model) ?? throw new ArgumentException($"{Path.GetFileName(path)} has no class {model}; --model takes the name with its namespace.");
    }

    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name == "RnnGen" || resolver.ResolveAssemblyToPath(assemblyName) is not { } path ? null : LoadFromAssemblyPath(path);
}
