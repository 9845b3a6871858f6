using RnnGen.Numerics;

namespace RnnGen;

/// <summary>The work that is done with a batch.</summary>
/// <param name="Learn">True if to go back too.</param>
/// <param name="NoiseSeed">Of the masks of dropout and zoneout, and of what is sampled; null for none.</param>
/// <param name="SamplingProbability">The share of inputs that the model chooses itself; more than 0 only with a
/// <paramref name="NoiseSeed"/>.</param>
/// <param name="End">The symbol that it may not choose.</param>
internal readonly record struct Pass(bool Learn, ulong? NoiseSeed = null, double SamplingProbability = 0, int End = 0);

/// <summary>
/// A batch cut into parts that threads work on: each part with a tape of its own, so that nothing is shared but the parameters.
/// </summary>
internal sealed class Batch<T, TPart> : IThreadPoolWorkItem
    where T : unmanaged
    where TPart : BatchPart<T>
{
    private const int MostParts = 8;

    // What a second-level cache holds.
    private const long CacheBytes = 2 << 20;

    private readonly TPart[] parts;
    private readonly Helpers helpers;
    private readonly PartQueue queue;

    // Of the run, for the threads that have joined it.
    private Pass pass;
    private ParameterSet<T>? parameters;

    public Batch(int rows, long weightBytes, Func<PartRows, TPart> createPart, Helpers? helpers = null)
    {
        Rows = rows;
        // Each part reads all weights at every step: if they come from beyond the cache more rows share them, but for two threads there is
        // work from 32 rows on.
        int parted = weightBytes > CacheBytes ? Math.Max(rows / 32, Math.Min(rows / 16, 2)) : rows / 16;
        var split = new EvenSplit(rows, Math.Clamp(parted, 1, MostParts));
        parts = new TPart[split.Count];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = createPart(new(rows, split[i], split[i + 1] - split[i]));
        this.helpers = helpers ?? Helpers.FromThreadPool;
        queue = new(parts.Length, this.helpers);
    }

    public int Rows { get; }

    public ReadOnlySpan<TPart> Parts => parts;

    /// <summary>The gradients of the whole batch after a run that learns.</summary>
    public ParameterSet<T> Gradients => parts[0].Gradients;

    /// <summary>The weight of all outputs together; 0 if nothing counts.</summary>
    public double TotalWeight
    {
        get
        {
            double total = 0;
            foreach (TPart part in parts)
                total += part.TotalWeight;
            return total;
        }
    }

    /// <summary>Forward, loss and, to learn, backward: the mean loss.</summary>
    /// <param name="threads">The number of threads that may work.</param>
    /// <param name="pass">The work to do.</param>
    /// <param name="parameters">The parameters that all parts use, whatever the model's are by then.</param>
    public double Run(int threads, Pass pass, ParameterSet<T> parameters)
    {
        (this.pass, this.parameters) = (pass, parameters);
        double total = TotalWeight;
        foreach (TPart part in parts)
            part.Share = total == 0 ? 0 : part.TotalWeight / total;
        // Whoever takes a part works on it: this thread, and as many others as come in time.
        int others = Math.Min(threads, parts.Length) - 1;
        int run = queue.Open(others);
        for (int helper = 0; helper < others; helper++)
            helpers.Start(this);
        Work(run);
        helpers.Wait(queue);

        double loss = 0;
        foreach (TPart part in parts)
        {
            part.Error?.Throw();
            loss += part.Loss;
        }

        for (int i = 1; pass.Learn && i < parts.Length; i++)
            Sums.Add(parts[i].Gradients.Buffer, Gradients.Buffer);
        return loss;
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (queue.TryJoin(out int run))
            Work(run);
    }

    private void Work(int run)
    {
        // Parts of a run that a thread works on share what it makes of the parameters. Threads do not: one would have to wait for the
        // other.
        AlignedBuffer<T>? transposed = null;
        while (queue.TryTake(run, out int i))
        {
            parts[i].Run(pass, parameters!, transposed);
            transposed = parts[i].Transposed;
            queue.Finish();
        }
    }
}

/// <summary>A trainer's batches of the numbers of rows that it met last, so that sizes which take turns allocate nothing.</summary>
internal sealed class RecentBatches<T, TPart>(long weightBytes, Func<PartRows, TPart> createPart)
    where T : unmanaged
    where TPart : BatchPart<T>
{
    // To train and to measure with, whole ones and the rest of the data.
    private const int Most = 4;

    private readonly List<Batch<T, TPart>> batches = new(Most);

    public Batch<T, TPart> Of(int rows)
    {
        int place = 0;
        while (place < batches.Count && batches[place].Rows != rows)
            place++;
        Batch<T, TPart> batch;
        if (place < batches.Count)
        {
            batch = batches[place];
            batches.RemoveAt(place);
        }
        else
        {
            if (batches.Count == Most)
                batches.RemoveAt(Most - 1);
            batch = new(rows, weightBytes, createPart);
        }

        batches.Insert(0, batch);
        return batch;
    }
}
