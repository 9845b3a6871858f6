using System.Runtime.InteropServices;

namespace RnnGen;

/// <summary>
/// Ranks that are threads of one process: to try out, without MPI, a program that trains on several. Each thread has its own model, trainer
/// and data, as a process would.
/// </summary>
/// <remarks>It gives the same bits as any other exchange, and is no faster than one rank: use <c>Threads</c> for that.</remarks>
public sealed class LocalExchange : IGradientExchange
{
    private readonly Mail mail;

    private LocalExchange(Mail mail, int rank, int ranks) => (this.mail, Rank, Ranks) = (mail, rank, ranks);

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Ranks { get; }

    /// <summary>Connects a number of ranks.</summary>
    /// <param name="ranks">At least 1.</param>
    /// <returns>One exchange for each rank.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ranks"/> is less than 1.</exception>
    public static IReadOnlyList<LocalExchange> Connect(int ranks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        Mail mail = new();
        return [.. Enumerable.Range(0, ranks).Select(rank => new LocalExchange(mail, rank, ranks))];
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A rank has called <see cref="Abort"/>.</exception>
    public void Send(ReadOnlySpan<byte> bytes, int to) => mail.Post((Rank, CheckOther(to, nameof(to))), bytes.ToArray());

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A rank has called <see cref="Abort"/>, or sent another number of bytes.</exception>
    public void Receive(Span<byte> bytes, int from)
    {
        byte[] letter = mail.Take((CheckOther(from, nameof(from)), Rank));
        if (letter.Length != bytes.Length)
            throw new InvalidOperationException(
                $"Rank {Rank} expected {bytes.Length} bytes of rank {from}, which sent {letter.Length}: the ranks do different things.");
        letter.CopyTo(bytes);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A rank has called <see cref="Abort"/>, or sent another number of bytes.</exception>
    public void Broadcast(Span<byte> bytes, int from)
    {
        if (from != Rank)
        {
            Receive(bytes, from);
            return;
        }

        for (int rank = 0; rank < Ranks; rank++)
        {
            if (rank != Rank)
                Send(bytes, rank);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A rank has called <see cref="Abort"/>, or sent another number of bytes.</exception>
    public void Gather(Span<byte> all, ReadOnlySpan<int> starts)
    {
        for (int rank = 0; rank < Ranks; rank++)
        {
            if (rank != Rank)
                Send(all[starts[Rank]..starts[Rank + 1]], rank);
        }

        for (int rank = 0; rank < Ranks; rank++)
        {
            if (rank != Rank)
                Receive(all[starts[rank]..starts[rank + 1]], rank);
        }
    }

    /// <summary>Ends the work of all ranks: what other ranks call now, or wait in, throws an exception with this rank's number.</summary>
    /// <param name="error">What happened; it becomes the inner exception.</param>
    public void Abort(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        mail.Close(new($"Rank {Rank} of {Ranks} has failed: {error.Message}", error));
    }

    private int CheckOther(int rank, string name) => (uint)rank < (uint)Ranks && rank != Rank
        ? rank
        : throw new ArgumentOutOfRangeException(name, rank, $"Must be another rank than {Rank}, 0 to {Ranks - 1}.");

    /// <summary>What was sent and not yet received.</summary>
    private sealed class Mail
    {
        private readonly Dictionary<(int From, int To), Queue<byte[]>> letters = [];
        private InvalidOperationException? failure;

        public void Post((int From, int To) way, byte[] letter)
        {
            lock (letters)
            {
                Check();
                On(way).Enqueue(letter);
                Monitor.PulseAll(letters);
            }
        }

        public byte[] Take((int From, int To) way)
        {
            lock (letters)
            {
                while (true)
                {
                    Check();
                    if (On(way).TryDequeue(out byte[]? letter))
                        return letter;
                    Monitor.Wait(letters);
                }
            }
        }

        public void Close(InvalidOperationException why)
        {
            lock (letters)
            {
                failure ??= why;
                Monitor.PulseAll(letters);
            }
        }

        // An exception of its own for each thread, which writes its stack into it.
        private void Check()
        {
            if (failure is not null)
                throw new InvalidOperationException(failure.Message, failure.InnerException);
        }

        private Queue<byte[]> On((int From, int To) way) =>
            CollectionsMarshal.GetValueRefOrAddDefault(letters, way, out _) ??= new();
    }
}
