using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// The shards of a batch over the ranks of an exchange: each works on some neighbouring ones; without an exchange, this process on all.
/// Sums are taken from the first shard to the last, whoever works on them.
/// </summary>
internal sealed class ShardRanks<T> where T : unmanaged
{
    private readonly IGradientExchange? exchange;
    private readonly EvenSplit rows;
    private readonly GradientChain<T>? chain;

    // Of each rank, and one more: the end of the last one's.
    private readonly int[] firstShards;
    private readonly int[] firstRows;

    private readonly double[] losses;

    /// <param name="rows">The rows of each shard.</param>
    /// <param name="exchange">The ranks; null for this process alone.</param>
    public ShardRanks(EvenSplit rows, IGradientExchange? exchange)
    {
        this.rows = rows;
        this.exchange = exchange;
        EvenSplit shards = new(rows.Count, exchange?.Ranks ?? 1);
        firstShards = new int[shards.Count + 1];
        firstRows = new int[shards.Count + 1];
        for (int rank = 0; rank <= shards.Count; rank++)
        {
            firstShards[rank] = shards[rank];
            firstRows[rank] = rows[shards[rank]];
        }

        losses = new double[rows.Count];
        // With more ranks than shards, the last ranks have none.
        chain = exchange is null ? null : new(exchange, Math.Min(exchange.Ranks, rows.Count));
    }

    /// <summary>The number of all shards.</summary>
    public int Shards => rows.Count;

    /// <summary>The first of this rank's.</summary>
    public int First => firstShards[Rank];

    /// <summary>The number of this rank's, which may be 0.</summary>
    public int Count => firstShards[Rank + 1] - First;

    /// <summary>The loss of each of this rank's, for <see cref="SumLosses"/>.</summary>
    public Span<double> Losses => losses.AsSpan(First, Count);

    private int Rank => exchange?.Rank ?? 0;

    /// <summary>The rows of a shard.</summary>
    public ShardRows RowsOf(int shard) => new(rows[rows.Count], rows[shard], rows[shard + 1] - rows[shard]);

    /// <summary>The sum of the <see cref="Losses"/> of all shards.</summary>
    public double SumLosses()
    {
        exchange?.Gather(losses.AsSpan(), firstShards);
        double sum = 0;
        foreach (double loss in losses)
            sum += loss;
        return sum;
    }

    /// <summary>The sums of the gradients of all shards.</summary>
    /// <param name="own">Of this rank's shards.</param>
    /// <param name="total">Receives the sums: the first of these, if there are any.</param>
    public void SumGradients(ReadOnlySpan<AlignedBuffer<T>> own, AlignedBuffer<T> total)
    {
        if (chain is not null)
        {
            chain.Sum(own, total);
            return;
        }

        foreach (AlignedBuffer<T> gradients in own[1..])
            Sums.Add(gradients, total);
    }

    /// <summary>Gets what other ranks have of their rows.</summary>
    /// <param name="all">[row][width], with that of this rank's rows.</param>
    /// <param name="width">Elements of a row.</param>
    public void ShareRows<TElement>(Span<TElement> all, int width) where TElement : struct =>
        exchange?.Gather(all, firstRows, width);

    /// <summary>Ends the work of all ranks with what only this one has met.</summary>
    public void Abort(Exception error) => exchange?.Abort(error);
}
