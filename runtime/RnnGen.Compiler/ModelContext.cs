using System.Reflection;
using System.Runtime.Loader;

namespace RnnGen.Compiler;

/// <summary>A context holds a compiled model's code, which is unloaded once nothing refers to it.</summary>
internal sealed class ModelContext(IReadOnlyList<Assembly> references) : AssemblyLoadContext("RnnGen.Compiler", isCollectible: true)
{
    private static readonly Assembly[] Own = [typeof(RnnModelAttribute).Assembly, typeof(ModelContext).Assembly];

    /// <summary>The very assemblies that the program has: its types must be the model's, in whatever context they were loaded.</summary>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        Own.Concat(references).FirstOrDefault(a => AssemblyName.ReferenceMatchesDefinition(a.GetName(), assemblyName));
}
