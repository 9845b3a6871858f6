using RnnGen.Numerics;

namespace RnnGen;

/// <summary>The options of a run over a batch.</summary>
/// <param name="Learn">True if the backward pass runs too.</param>
/// <param name="NoiseSeed">Of the masks of dropout and zoneout, and of what is sampled; null for none.</param>
/// <param name="SamplingProbability">The share of inputs that the model chooses itself; more than 0 only with a
/// <paramref name="NoiseSeed"/>.</param>
/// <param name="End">The symbol that it may not choose.</param>
/// <param name="Measures">True if there is a loss; false only without learning.</param>
/// <param name="KeepsOutputs">True if outputs are wanted; only without learning.</param>
internal readonly record struct RunOptions(
    bool Learn, ulong? NoiseSeed = null, double SamplingProbability = 0, int End = 0, bool Measures = true, bool KeepsOutputs = false)
{
    /// <summary>The most shards of a batch, unless a trainer says otherwise.</summary>
    public const int DefaultMostShards = 8;
}

/// <summary>
/// A batch cut into shards that threads work on: each shard with a tape of its own, so that nothing is shared but the parameters.
/// </summary>
internal sealed class Batch<T, TShard> : IThreadPoolWorkItem
    where T : unmanaged
    where TShard : BatchShard<T>
{
    // What a second-level cache holds.
    private const long CacheBytes = 2 << 20;

    private readonly TShard[] shards;
    private readonly Helpers helpers;
    private readonly ShardQueue queue;
    private readonly ShardRanks<T> ranks;

    // Of the first run that learns.
    private AlignedBuffer<T>[]? gradients;
    private ParameterSet<T>? total;

    // Of the run, for the threads that have joined it.
    private RunOptions options;
    private ParameterSet<T>? parameters;

    public Batch(
        int rows, long weightBytes, Func<ShardRows, TShard> createShard, Helpers? helpers = null,
        int mostShards = RunOptions.DefaultMostShards, IGradientExchange? exchange = null)
    {
        Rows = rows;
        MostShards = mostShards;
        Exchange = exchange;
        // Each shard reads all weights at every step: if they come from beyond the cache more rows share them, but for two threads there is
        // work from 32 rows on.
        int wanted = weightBytes > CacheBytes ? Math.Max(rows / 32, Math.Min(rows / 16, 2)) : rows / 16;
        ranks = new(new EvenSplit(rows, Math.Clamp(wanted, 1, mostShards)), exchange);
        shards = new TShard[ranks.Count];
        for (int i = 0; i < shards.Length; i++)
            shards[i] = createShard(ranks.RowsOf(ranks.First + i));
        this.helpers = helpers ?? Helpers.FromThreadPool;
        queue = new(shards.Length, this.helpers);
    }

    public int Rows { get; }

    public int MostShards { get; }

    public IGradientExchange? Exchange { get; }

    /// <summary>This process's shards: all, but with an exchange.</summary>
    public ReadOnlySpan<TShard> Shards => shards;

    /// <summary>The gradients of the whole batch after a run that has learned.</summary>
    public ParameterSet<T> Gradients => total!;

    /// <summary>The weight of all outputs together, those of other ranks too; 0 if nothing counts.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>Weighs the outputs of a batch: of each shard, and of all.</summary>
    /// <param name="weights">[output step][row], or empty for ones.</param>
    /// <param name="lengths">The outputs of each row that count, or empty for all.</param>
    /// <param name="steps">Output steps.</param>
    public void Weigh(ReadOnlySpan<T> weights, ReadOnlySpan<int> lengths, int steps)
    {
        TotalWeight = 0;
        for (int shard = 0; shard < ranks.Shards; shard++)
        {
            double weight = LossWeights.Total(weights, lengths, steps, ranks.RowsOf(shard));
            TotalWeight += weight;
            int own = shard - ranks.First;
            if ((uint)own < (uint)shards.Length)
                shards[own].TotalWeight = weight;
        }
    }

    /// <summary>Forward, loss and, to learn, backward: the mean loss.</summary>
    /// <param name="threads">The number of threads that may work.</param>
    /// <param name="options">The work to do.</param>
    /// <param name="parameters">The parameters that all shards use, whatever the model's are by then.</param>
    public double Run(int threads, RunOptions options, ParameterSet<T> parameters)
    {
        (this.options, this.parameters) = (options, parameters);
        foreach (TShard shard in shards)
            shard.Share = TotalWeight == 0 ? 0 : shard.TotalWeight / TotalWeight;
        // Whoever takes a shard works on it: this thread, and as many others as come in time.
        int others = Math.Max(Math.Min(threads, shards.Length) - 1, 0);
        int run = queue.Open(others);
        for (int helper = 0; helper < others; helper++)
            helpers.Start(this);
        Work(run);
        helpers.Wait(queue);

        for (int i = 0; i < shards.Length; i++)
        {
            if (shards[i].Error is { } error)
            {
                ranks.Abort(error.SourceException);
                error.Throw();
            }

            ranks.Losses[i] = shards[i].Loss;
        }

        double loss = ranks.SumLosses();
        if (options.Learn)
            SumGradients(parameters);
        return loss;
    }

    /// <summary>Gets what other ranks have of their rows.</summary>
    /// <param name="all">[row][width], with that of this rank's rows.</param>
    /// <param name="width">Elements of a row.</param>
    public void ShareRows<TElement>(Span<TElement> all, int width = 1) where TElement : struct => ranks.ShareRows(all, width);

    /// <summary>Gets what other ranks have of each step of their rows.</summary>
    /// <param name="all">[step][row][width], with that of this rank's rows.</param>
    /// <param name="width">Elements of a row.</param>
    public void ShareSteps(Span<T> all, int width)
    {
        for (int first = 0; Exchange is not null && first < all.Length; first += Rows * width)
            ShareRows(all.Slice(first, Rows * width), width);
    }

    private void SumGradients(ParameterSet<T> parameters)
    {
        gradients ??= Array.ConvertAll(shards, shard => shard.Gradients.Buffer);
        total ??= shards.Length > 0 ? shards[0].Gradients : parameters.In(new(parameters.Buffer.Length));
        ranks.SumGradients(gradients, total.Buffer);
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (queue.TryJoin(out int run))
            Work(run);
    }

    private void Work(int run)
    {
        // Shards of a run that a thread works on share what it makes of the parameters. Threads do not: one would have to wait for the
        // other.
        AlignedBuffer<T>? transposed = null;
        while (queue.TryTake(run, out int i))
        {
            shards[i].Run(options, parameters!, transposed);
            transposed = shards[i].Transposed;
            queue.Finish();
        }
    }
}

/// <summary>A trainer's batches of the numbers of rows that it met last, so that sizes which take turns allocate nothing.</summary>
internal sealed class RecentBatches<T, TShard>(long weightBytes, Func<ShardRows, TShard> createShard)
    where T : unmanaged
    where TShard : BatchShard<T>
{
    // To train and to measure with, whole ones and the rest of the data.
    private const int Most = 4;

    private readonly List<Batch<T, TShard>> batches = new(Most);

    /// <param name="rows">Sequences.</param>
    /// <param name="mostShards">The most shards that they are cut into.</param>
    /// <param name="exchange">The ranks that share them; null for none.</param>
    public Batch<T, TShard> Of(int rows, int mostShards = RunOptions.DefaultMostShards, IGradientExchange? exchange = null)
    {
        int place = 0;
        while (place < batches.Count && !IsFor(batches[place], rows, mostShards, exchange))
            place++;
        Batch<T, TShard> batch;
        if (place < batches.Count)
        {
            batch = batches[place];
            batches.RemoveAt(place);
        }
        else
        {
            if (batches.Count == Most)
                batches.RemoveAt(Most - 1);
            batch = new(rows, weightBytes, createShard, helpers: null, mostShards, exchange);
        }

        batches.Insert(0, batch);
        return batch;
    }

    private static bool IsFor(Batch<T, TShard> batch, int rows, int mostShards, IGradientExchange? exchange) =>
        batch.Rows == rows && batch.MostShards == mostShards && ReferenceEquals(batch.Exchange, exchange);
}
