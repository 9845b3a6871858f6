namespace RnnGen;

/// <summary>
/// Hands the shards of a batch to the threads of a run, each shard once. A thread belongs to the run that it joined: one that comes late,
/// or sleeps until the next run, gets no shard of that.
/// </summary>
/// <param name="count">Shards of a run: 1 to 65,535.</param>
/// <param name="helpers">The place where threads meet.</param>
internal sealed class ShardQueue(int count, Helpers helpers)
{
    // [the run's number, 32 bits][helpers that may still join it, 16][its next shard, 16]: one word, so that a shard and its run are taken
    // together.
    private long word;
    private int finished;

    /// <summary>True if all shards of the run are finished.</summary>
    public bool IsFinished => Volatile.Read(ref finished) == count;

    /// <summary>Begins a run; the one before must be finished.</summary>
    /// <param name="joining">The number of helpers that may join it.</param>
    /// <returns>The run's number.</returns>
    public int Open(int joining)
    {
        int run = RunOf(word) + 1;
        finished = 0;
        Volatile.Write(ref word, ((long)run << 32) | ((long)joining << 16));
        return run;
    }

    /// <summary>Joins the present run, unless it has its helpers.</summary>
    public bool TryJoin(out int run)
    {
        while (true)
        {
            helpers.Meet();
            long seen = Volatile.Read(ref word);
            run = RunOf(seen);
            if ((ushort)(seen >> 16) == 0)
                return false;
            helpers.Meet();
            if (Interlocked.CompareExchange(ref word, seen - (1 << 16), seen) == seen)
                return true;
        }
    }

    /// <summary>Takes the next shard of a run, unless there is none or the run has ended.</summary>
    public bool TryTake(int run, out int shard)
    {
        while (true)
        {
            helpers.Meet();
            long seen = Volatile.Read(ref word);
            shard = (ushort)seen;
            if (RunOf(seen) != run || shard == count)
                return false;
            helpers.Meet();
            if (Interlocked.CompareExchange(ref word, seen + 1, seen) == seen)
                return true;
        }
    }

    /// <summary>A shard that was taken is finished.</summary>
    public void Finish()
    {
        helpers.Meet();
        Interlocked.Increment(ref finished);
    }

    private static int RunOf(long word) => (int)(word >> 32);
}

/// <summary>
/// The source of a batch's helpers: the thread pool. A test that takes every interleaving puts its own schedule in its place.
/// </summary>
internal class Helpers
{
    public static Helpers FromThreadPool { get; } = new();

    /// <summary>Has another thread run <paramref name="work"/>, now or later.</summary>
    public virtual void Start(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);

    /// <summary>Comes before every access to what threads share.</summary>
    public virtual void Meet()
    {
    }

    /// <summary>Returns when all shards of a run are finished.</summary>
    public virtual void Wait(ShardQueue queue)
    {
        var wait = default(SpinWait);
        while (!queue.IsFinished)
            wait.SpinOnce(sleep1Threshold: -1);
    }
}
