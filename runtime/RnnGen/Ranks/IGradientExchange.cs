namespace RnnGen;

/// <summary>
/// Connects the processes that train one model together. Each, a <i>rank</i>, runs the same program on the same data; a trainer with an
/// <c>Exchange</c> computes some shards of every batch, and gets the sums over all of them.
/// </summary>
/// <remarks>
/// <para>
/// An exchange only carries bytes. What is added, and in which order, the trainer decides: the sums have the bits of one process, whatever
/// the number of ranks. <c>MpiExchange</c> of the package RnnGen.Mpi runs over MPI, <see cref="LocalExchange"/> between threads.
/// </para>
/// <para>
/// All calls wait for the other ranks, and one call runs at a time. If a rank fails, calls of the others do not wait for ever: they throw,
/// or end their process.
/// </para>
/// </remarks>
public interface IGradientExchange
{
    /// <summary>The number of this rank, from 0.</summary>
    int Rank { get; }

    /// <summary>The number of ranks: at least 1.</summary>
    int Ranks { get; }

    /// <summary>Sends bytes to one rank, which receives as many.</summary>
    /// <param name="bytes">They may be overwritten when the call returns.</param>
    /// <param name="to">Another rank.</param>
    void Send(ReadOnlySpan<byte> bytes, int to);

    /// <summary>Receives what a rank has sent to this one: first sent, first received.</summary>
    /// <param name="bytes">As many as were sent.</param>
    /// <param name="from">Another rank.</param>
    void Receive(Span<byte> bytes, int from);

    /// <summary>Copies bytes of one rank to all. Every rank makes this call.</summary>
    /// <param name="bytes">As many on each rank: of <paramref name="from"/> they are read, of others replaced.</param>
    /// <param name="from">The rank that has them.</param>
    void Broadcast(Span<byte> bytes, int from);

    /// <summary>Completes a span of which each rank has some bytes. Every rank makes this call.</summary>
    /// <param name="all">As many bytes on each rank: its own are read, those of others replaced.</param>
    /// <param name="starts">
    /// The beginning of each rank's bytes and, as one more number, the end of the last rank's; the same on all ranks.
    /// </param>
    void Gather(Span<byte> all, ReadOnlySpan<int> starts);

    /// <summary>Ends the work of all ranks. Whoever started them gets a message with this rank's number and the error's text.</summary>
    /// <param name="error">What happened on this rank, and may not have happened on others.</param>
    void Abort(Exception error);

    /// <summary>
    /// Tells the other ranks that this one makes no more calls: an exchange that is disposed of does so. If another rank goes on training,
    /// all ranks are ended with a message, instead of waiting for ever.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another rank goes on training.</exception>
    void Leave() => new RankAgreement(this).Leave();
}
