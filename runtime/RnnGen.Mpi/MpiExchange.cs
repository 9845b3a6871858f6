namespace RnnGen.Mpi;

/// <summary>
/// The ranks of an MPI program: <c>trainer with { Exchange = mpi }</c> trains on all processes that <c>mpirun -np N</c> has started, with
/// the bits of one. Open MPI 4 and MPICH 4, on Linux.
/// </summary>
/// <remarks>
/// <para>
/// The library is that of the mpirun which started the process; the environment variable RNNGEN_MPI_LIBRARY names another file. A process
/// that mpirun has not started is one rank alone, and needs no MPI.
/// </para>
/// <para>
/// A rank that fails ends all: by an exception that nobody catches, by <see cref="Abort"/>, or by leaving (<see cref="Dispose"/>) while
/// others go on training. mpirun ends all when a process dies.
/// </para>
/// <para>One call at a time, from any thread.</para>
/// </remarks>
/// <example>
/// <code>
/// using var mpi = MpiExchange.Join();
/// var trainer = model.CreateTrainer(new Adam(2e-3)) with { Exchange = mpi, Threads = 4 };
/// </code>
/// </example>
public sealed class MpiExchange : IGradientExchange, IDisposable
{
    private const int Tag = 1;

    // MPI can be started and ended once in a process.
    private static int isJoined;

    private readonly MpiLibrary? library;
    private readonly int[] counts;
    private byte[] own = [];
    private bool isDisposed;

    private MpiExchange(MpiLibrary? library, string? version, int rank, int ranks)
    {
        this.library = library;
        (Library, Rank, Ranks) = (version, rank, ranks);
        counts = new int[ranks];
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Ranks { get; }

    /// <summary>The MPI library's own name and version; null in a process that mpirun has not started.</summary>
    public string? Library { get; }

    private MpiLibrary Present
    {
        get
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return library!;
        }
    }

    /// <summary>Joins the other ranks: MPI_Init. To be called once in a process that mpirun has started.</summary>
    /// <exception cref="DllNotFoundException">The library of the mpirun that started the process cannot be loaded.</exception>
    /// <exception cref="InvalidOperationException">The process has joined before, or the library does not belong to that
    /// mpirun.</exception>
    public static MpiExchange Join()
    {
        if (!MpiLibrary.IsWanted)
            return new(null, null, 0, 1);
        if (Interlocked.Exchange(ref isJoined, 1) != 0)
            throw new InvalidOperationException("A process joins the ranks once: MPI cannot be started again.");
        MpiLibrary library = MpiLibrary.Load();
        Check(MpiNative.InitThread(0, 0, MpiNative.ThreadSerialized, out int threads), "MPI_Init_thread");
        string version = MpiLibrary.Version();
        if (threads < MpiNative.ThreadSerialized)
            throw new InvalidOperationException(
                $"{version} can only be used by the thread that starts it; MPI_THREAD_SERIALIZED is needed.");
        Check(MpiNative.CommRank(library.World, out int rank), "MPI_Comm_rank");
        Check(MpiNative.CommSize(library.World, out int ranks), "MPI_Comm_size");
        if (MpiLibrary.StartedRanks is { } started && started != ranks)
            throw new InvalidOperationException(
                $"mpirun has started {started} ranks, but {version} knows {ranks}: it belongs to another mpirun.");
        MpiExchange exchange = new(library, version, rank, ranks);
        AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
            exchange.Abort(failure.ExceptionObject as Exception ?? new InvalidOperationException($"{failure.ExceptionObject}"));
        return exchange;
    }

    /// <inheritdoc/>
    public unsafe void Send(ReadOnlySpan<byte> bytes, int to)
    {
        CheckOther(to, nameof(to));
        MpiLibrary mpi = Present;
        nint request = 0;
        fixed (byte* start = bytes)
        {
            Check(MpiNative.Send(start, bytes.Length, mpi.Byte, to, Tag, mpi.World, ref request), "MPI_Isend");
            Wait(ref request);
        }
    }

    /// <inheritdoc/>
    public unsafe void Receive(Span<byte> bytes, int from)
    {
        CheckOther(from, nameof(from));
        MpiLibrary mpi = Present;
        nint request = 0;
        fixed (byte* start = bytes)
        {
            Check(MpiNative.Receive(start, bytes.Length, mpi.Byte, from, Tag, mpi.World, ref request), "MPI_Irecv");
            Wait(ref request);
        }
    }

    /// <inheritdoc/>
    public unsafe void Broadcast(Span<byte> bytes, int from)
    {
        CheckRank(from, nameof(from));
        if (Ranks == 1)
            return;
        MpiLibrary mpi = Present;
        nint request = 0;
        fixed (byte* start = bytes)
        {
            Check(MpiNative.Broadcast(start, bytes.Length, mpi.Byte, from, mpi.World, ref request), "MPI_Ibcast");
            Wait(ref request);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="starts"/> has another length, falls, or does not end where the span
    /// does.</exception>
    public unsafe void Gather(Span<byte> all, ReadOnlySpan<int> starts)
    {
        CheckStarts(all.Length, starts);
        if (Ranks == 1)
            return;
        MpiLibrary mpi = Present;
        for (int rank = 0; rank < Ranks; rank++)
            counts[rank] = starts[rank + 1] - starts[rank];
        // What is sent and what is received must not overlap.
        int count = counts[Rank];
        if (own.Length < count)
            own = new byte[count];
        all.Slice(starts[Rank], count).CopyTo(own);
        nint request = 0;
        fixed (byte* mine = own, start = all)
        fixed (int* each = counts, first = starts)
        {
            Check(
                MpiNative.AllGather(mine, count, mpi.Byte, start, each, first, mpi.Byte, mpi.World, ref request), "MPI_Iallgatherv");
            Wait(ref request);
        }
    }

    /// <summary>
    /// Writes the error, with this rank's number, to the standard error, and ends all ranks: MPI_Abort. It does not return.
    /// </summary>
    /// <param name="error">What happened.</param>
    public void Abort(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (library is null || isDisposed)
            return;
        Console.Error.WriteLine($"Rank {Rank} of {Ranks} has failed: {error}");
        Console.Error.Flush();
        // MPICH's mpirun drops what it has not yet passed on when it ends the ranks.
        Thread.Sleep(500);
        _ = MpiNative.Abort(library.World, 1);
        Environment.Exit(1);
    }

    /// <summary>Leaves the other ranks, when they leave too: MPI_Finalize. If another goes on training, all are ended with a
    /// message.</summary>
    public void Dispose()
    {
        if (isDisposed)
            return;
        if (library is not null)
        {
            ((IGradientExchange)this).Leave();
            Check(MpiNative.FinalizeAll(), "MPI_Finalize");
        }

        isDisposed = true;
    }

    /// <summary>
    /// Waits for a request. What MPI itself waits with keeps a core busy, which a rank may need that has work to do.
    /// </summary>
    private static void Wait(ref nint request)
    {
        const int Spins = 100;
        Span<byte> status = stackalloc byte[MpiNative.StatusBytes];
        for (int tries = 0; ; tries++)
        {
            Check(MpiNative.Test(ref request, out int isDone, ref status[0]), "MPI_Test");
            if (isDone != 0)
                return;
            if (tries < Spins)
                Thread.SpinWait(20);
            else
                Thread.Yield();
        }
    }

    private static void Check(int code, string call)
    {
        // MPI ends the program itself, unless told otherwise.
        if (code != 0)
            throw new InvalidOperationException($"{call} has failed with the error code {code}.");
    }

    private void CheckStarts(int length, ReadOnlySpan<int> starts)
    {
        bool isValid = starts.Length == Ranks + 1 && starts[0] >= 0 && starts[^1] == length;
        for (int rank = 0; isValid && rank < Ranks; rank++)
            isValid = starts[rank] <= starts[rank + 1];
        if (!isValid)
            throw new ArgumentException(
                $"Expected {Ranks + 1} numbers that do not fall, the last {length}, not [{string.Join(", ", starts.ToArray())}].",
                nameof(starts));
    }

    private void CheckRank(int rank, string name)
    {
        if ((uint)rank >= (uint)Ranks)
            throw new ArgumentOutOfRangeException(name, rank, $"Must be a rank, 0 to {Ranks - 1}.");
    }

    private void CheckOther(int rank, string name)
    {
        CheckRank(rank, name);
        if (rank == Rank)
            throw new ArgumentOutOfRangeException(name, rank, "Must be another rank.");
    }
}
