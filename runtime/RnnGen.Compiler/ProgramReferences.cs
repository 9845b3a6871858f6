using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Metadata;
using Microsoft.CodeAnalysis;

namespace RnnGen.Compiler;

/// <summary>
/// What a declaration is compiled against: the assemblies of this very program, from its memory. So it needs no files, and works in a
/// program that is one file.
/// </summary>
internal static class ProgramReferences
{
    private static readonly ConcurrentDictionary<Assembly, MetadataReference> Known = new();

    /// <summary>RnnGen, all that it uses, this assembly, and some more with all that they use.</summary>
    [RequiresUnreferencedCode("The metadata of assemblies is read, of which trimming leaves out parts.")]
    public static IReadOnlyList<MetadataReference> With(IReadOnlyList<Assembly> more)
    {
        HashSet<Assembly> all = [typeof(RnnCompiler).Assembly];
        Queue<Assembly> queue = new([typeof(RnnModelAttribute).Assembly, .. more]);
        while (queue.TryDequeue(out Assembly? assembly))
        {
            if (!all.Add(assembly))
                continue;
            foreach (AssemblyName name in assembly.GetReferencedAssemblies())
                queue.Enqueue(Assembly.Load(name));
        }

        return [.. all.Select(a => Known.GetOrAdd(a, Reference))];
    }

    private static unsafe MetadataReference Reference(Assembly assembly) =>
        assembly.TryGetRawMetadata(out byte* start, out int length)
            ? AssemblyMetadata.Create(ModuleMetadata.CreateFromMetadata((nint)start, length)).GetReference(display: assembly.GetName().Name)
            : throw new PlatformNotSupportedException(
                $"{assembly.GetName().Name} has no metadata in this program, so nothing can be compiled against it.");
}
