using System.Runtime.InteropServices;
using System.Text;

namespace RnnGen.Mpi;

/// <summary>Finds the MPI library that belongs to the mpirun by which this process was started, and knows its handles.</summary>
/// <remarks>
/// The file that programs are linked with (libmpi.so of a -dev package) is not needed: the names here are those of the library itself.
/// </remarks>
internal sealed class MpiLibrary
{
    private const string PathVariable = "RNNGEN_MPI_LIBRARY";

    // What mpirun sets for each process: Open MPI; MPICH, and what descends from it; PMIx, by which Slurm starts Open MPI.
    private const string OpenMpiSize = "OMPI_COMM_WORLD_SIZE", MpichSize = "PMI_SIZE", PmixRank = "PMIX_RANK";

    private static readonly string[] OpenMpiNames = ["libmpi.so.40", "libmpi.so"];
    private static readonly string[] MpichNames = ["libmpich.so.12", "libmpi.so.12", "libmpi.so"];

    private MpiLibrary(nint handle)
    {
        if (NativeLibrary.TryGetExport(handle, "ompi_mpi_comm_world", out nint world))
        {
            World = world;
            Byte = NativeLibrary.GetExport(handle, "ompi_mpi_byte");
        }
        else
        {
            // The binary interface that MPICH, Intel MPI and MVAPICH share.
            (World, Byte) = (0x44000000, 0x4c00010d);
        }
    }

    /// <summary>True if this process was started by mpirun.</summary>
    public static bool IsWanted => Has(OpenMpiSize) || Has(MpichSize) || Has(PmixRank);

    /// <summary>MPI_COMM_WORLD.</summary>
    public nint World { get; }

    /// <summary>MPI_BYTE.</summary>
    public nint Byte { get; }

    /// <summary>The number of ranks that mpirun says it has started; null if it does not say.</summary>
    public static int? StartedRanks =>
        int.TryParse(Environment.GetEnvironmentVariable(OpenMpiSize) ?? Environment.GetEnvironmentVariable(MpichSize), out int ranks)
            ? ranks
            : null;

    /// <summary>Loads it.</summary>
    /// <exception cref="DllNotFoundException">There is none; the message says what was looked for.</exception>
    public static MpiLibrary Load()
    {
        string? path = Environment.GetEnvironmentVariable(PathVariable);
        string[] names = path is { Length: > 0 } ? [path] : Has(OpenMpiSize) || !Has(MpichSize) ? OpenMpiNames : MpichNames;
        foreach (string name in names)
        {
            nint handle = Open(name);
            if (handle == 0)
                continue;
            NativeLibrary.SetDllImportResolver(
                typeof(MpiNative).Assembly, (library, _, _) => library == MpiNative.Library ? handle : 0);
            return new(handle);
        }

        throw new DllNotFoundException(
            $"This process was started by mpirun, but none of its libraries could be loaded: {string.Join(", ", names)}. Is the MPI that "
            + $"mpirun belongs to installed? {PathVariable} may hold the path of its library.");
    }

    /// <summary>The library's own name and version, for instance Open MPI v4.1.4.</summary>
    public static string Version()
    {
        Span<byte> text = stackalloc byte[MpiNative.VersionBytes];
        _ = MpiNative.GetLibraryVersion(ref text[0], out int length);
        string all = Encoding.UTF8.GetString(text[..Math.Clamp(length, 0, text.Length)]).TrimEnd('\0');
        // Of MPICH, lines of names and values; the first is the version.
        return string.Join(' ', all.Split('\n', ',')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static nint Open(string name)
    {
        // Global, because Open MPI loads plugins that look for the library's names.
        const int Now = 2, Global = 0x100;
        if (OperatingSystem.IsLinux())
            return MpiNative.Open(name, Now | Global);
        return NativeLibrary.TryLoad(name, out nint handle) ? handle : 0;
    }

    private static bool Has(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };
}
