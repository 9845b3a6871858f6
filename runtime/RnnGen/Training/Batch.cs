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
    bool Learn, ulong? NoiseSeed = null, double SamplingProbability = 0, int End = 0, bool Measures = true, bool KeepsOutputs = false);

/// <summary>
/// A batch cut into shards that threads work on: each shard with a tape of its own, so that nothing is shared but the parameters.
/// </summary>
internal sealed class Batch<T, TShard> : IThreadPoolWorkItem
    where T : unmanaged
    where TShard : BatchShard<T>
{
    private const int MostShards = 8;

    // What a second-level cache holds.
    private const long CacheBytes = 2 << 20;

    private readonly TShard[] shards;
    private readonly Helpers helpers;
    private readonly ShardQueue queue;

    // Of the run, for the threads that have joined it.
    private RunOptions options;
    private ParameterSet<T>? parameters;

    public Batch(int rows, long weightBytes, Func<ShardRows, TShard> createShard, Helpers? helpers = null)
    {
        Rows = rows;
        // Each shard reads all weights at every step: if they come from beyond the cache more rows share them, but for two threads there is
        // work from 32 rows on.
        int wanted = weightBytes > CacheBytes ? Math.Max(rows / 32, Math.Min(rows / 16, 2)) : rows / 16;
        var split = new EvenSplit(rows, Math.Clamp(wanted, 1, MostShards));
        shards = new TShard[split.Count];
        for (int i = 0; i < shards.Length; i++)
            shards[i] = createShard(new(rows, split[i], split[i + 1] - split[i]));
        this.helpers = helpers ?? Helpers.FromThreadPool;
        queue = new(shards.Length, this.helpers);
    }

    public int Rows { get; }

    public ReadOnlySpan<TShard> Shards => shards;

    /// <summary>The gradients of the whole batch after a run that learns.</summary>
    public ParameterSet<T> Gradients => shards[0].Gradients;

    /// <summary>The weight of all outputs together; 0 if nothing counts.</summary>
    public double TotalWeight
    {
        get
        {
            double total = 0;
            foreach (TShard shard in shards)
                total += shard.TotalWeight;
            return total;
        }
    }

    /// <summary>Forward, loss and, to learn, backward: the mean loss.</summary>
    /// <param name="threads">The number of threads that may work.</param>
    /// <param name="options">The work to do.</param>
    /// <param name="parameters">The parameters that all shards use, whatever the model's are by then.</param>
    public double Run(int threads, RunOptions options, ParameterSet<T> parameters)
    {
        (this.options, this.parameters) = (options, parameters);
        double total = TotalWeight;
        foreach (TShard shard in shards)
            shard.Share = total == 0 ? 0 : shard.TotalWeight / total;
        // Whoever takes a shard works on it: this thread, and as many others as come in time.
        int others = Math.Min(threads, shards.Length) - 1;
        int run = queue.Open(others);
        for (int helper = 0; helper < others; helper++)
            helpers.Start(this);
        Work(run);
        helpers.Wait(queue);

        double loss = 0;
        foreach (TShard shard in shards)
        {
            shard.Error?.Throw();
            loss += shard.Loss;
        }

        for (int i = 1; options.Learn && i < shards.Length; i++)
            Sums.Add(shards[i].Gradients.Buffer, Gradients.Buffer);
        return loss;
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

    public Batch<T, TShard> Of(int rows)
    {
        int place = 0;
        while (place < batches.Count && batches[place].Rows != rows)
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
            batch = new(rows, weightBytes, createShard);
        }

        batches.Insert(0, batch);
        return batch;
    }
}
