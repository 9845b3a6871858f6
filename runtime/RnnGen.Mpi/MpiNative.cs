using System.Runtime.InteropServices;

namespace RnnGen.Mpi;

/// <summary>
/// The functions of MPI's C interface that are used here. A handle (communicator, data type, request) is an int in MPICH and an address in
/// Open MPI: as a <see cref="nint"/>, 0 before it is written, it is passed to both.
/// </summary>
internal static partial class MpiNative
{
    /// <summary>The name that <see cref="MpiLibrary"/> resolves.</summary>
    public const string Library = "mpi";

    /// <summary>Threads may make calls in turn.</summary>
    public const int ThreadSerialized = 2;

    /// <summary>At least the bytes of an MPI_Status: 20 in MPICH 4, 24 in Open MPI 4.</summary>
    public const int StatusBytes = 64;

    /// <summary>At least MPI_MAX_LIBRARY_VERSION_STRING: 256 in Open MPI 4, 8192 in MPICH 4.</summary>
    public const int VersionBytes = 8192;

    [LibraryImport(Library, EntryPoint = "MPI_Init_thread")]
    public static partial int InitThread(nint argc, nint argv, int required, out int provided);

    [LibraryImport(Library, EntryPoint = "MPI_Finalize")]
    public static partial int FinalizeAll();

    [LibraryImport(Library, EntryPoint = "MPI_Abort")]
    public static partial int Abort(nint communicator, int exitCode);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_rank")]
    public static partial int CommRank(nint communicator, out int rank);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_size")]
    public static partial int CommSize(nint communicator, out int size);

    [LibraryImport(Library, EntryPoint = "MPI_Get_library_version")]
    public static partial int GetLibraryVersion(ref byte text, out int length);

    [LibraryImport(Library, EntryPoint = "MPI_Isend")]
    public static unsafe partial int Send(
        byte* bytes, int count, nint type, int to, int tag, nint communicator, ref nint request);

    [LibraryImport(Library, EntryPoint = "MPI_Irecv")]
    public static unsafe partial int Receive(
        byte* bytes, int count, nint type, int from, int tag, nint communicator, ref nint request);

    [LibraryImport(Library, EntryPoint = "MPI_Ibcast")]
    public static unsafe partial int Broadcast(byte* bytes, int count, nint type, int root, nint communicator, ref nint request);

    [LibraryImport(Library, EntryPoint = "MPI_Iallgatherv")]
    public static unsafe partial int AllGather(
        byte* own, int ownCount, nint ownType, byte* all, int* counts, int* starts, nint type, nint communicator, ref nint request);

    [LibraryImport(Library, EntryPoint = "MPI_Test")]
    public static partial int Test(ref nint request, out int isDone, ref byte status);

    [LibraryImport("libdl.so.2", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Open(string path, int flags);
}
