namespace RnnGen.Scale;

/// <summary>
/// How long it takes until all ranks have the sums of their gradients. A rank does one thing after another: it takes what has arrived, adds,
/// and sends. Every message is followed from rank to rank.
/// </summary>
/// <param name="link">Between any two ranks.</param>
/// <param name="addsPerSecond">Bytes that a rank adds to others in a second.</param>
internal sealed class Simulation(Link link, double addsPerSecond)
{
    /// <summary>
    /// The chain, in the order of one process: chunks of sums go from rank to rank, and from the last one back to all by a binary tree.
    /// </summary>
    public double Chain(int ranks, double bytes, double chunk)
    {
        int chunks = (int)Math.Ceiling(bytes / chunk);
        // Of each chunk: when the next rank has it.
        double[] arrived = new double[chunks];
        for (int rank = 0; rank < ranks; rank++)
        {
            double now = 0;
            for (int i = 0; i < chunks; i++)
            {
                if (rank > 0)
                    now = Math.Max(now, arrived[i]) + link.Overhead + (chunk / addsPerSecond);
                if (rank < ranks - 1)
                    now += Sending(chunk);
                arrived[i] = now + (rank < ranks - 1 ? link.Latency : 0);
            }
        }

        return Broadcast(ranks, arrived[^1], chunks, chunk);
    }

    /// <summary>The best of the chunks of 1 KiB to 1 MiB, and its time.</summary>
    public (double Chunk, double Seconds) BestChain(int ranks, double bytes) =>
        Enumerable.Range(10, 11).Select(power => (Chunk: (double)(1 << power), Seconds: Chain(ranks, bytes, 1 << power))).MinBy(
            chain => chain.Seconds);

    /// <summary>
    /// A tree whose shape does not depend on the number of ranks, a power of 2: in round k, neighbours at the distance 2ᵏ exchange halves of
    /// what they still sum up, and then, the other way round, the sums.
    /// </summary>
    public double Tree(int ranks, double bytes)
    {
        double seconds = 0;
        for (double part = bytes / 2, distance = 1; distance < ranks; distance *= 2, part /= 2)
            seconds += (2 * (Sending(part) + link.Latency + link.Overhead)) + (part / addsPerSecond);
        return seconds;
    }

    private double Sending(double bytes) => link.Overhead + (bytes / link.Bandwidth);

    /// <summary>The time when the last rank has the last chunk. Each rank sends every chunk to two others.</summary>
    private double Broadcast(int ranks, double start, int chunks, double chunk)
    {
        double[][] arrived = [.. Enumerable.Range(0, ranks).Select(_ => new double[chunks])];
        Array.Fill(arrived[0], start);
        double last = start;
        for (int rank = 0; rank < ranks; rank++)
        {
            double now = start;
            for (int i = 0; i < chunks; i++)
            {
                now = Math.Max(now, arrived[rank][i]) + (rank > 0 ? link.Overhead : 0);
                last = Math.Max(last, now);
                for (int child = (2 * rank) + 1; child < Math.Min((2 * rank) + 3, ranks); child++)
                {
                    now += Sending(chunk);
                    arrived[child][i] = now + link.Latency;
                }
            }
        }

        return last;
    }
}
