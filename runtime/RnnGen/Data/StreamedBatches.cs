using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>A pair of sequences that comes from a stream.</summary>
/// <param name="Input">[step][number]; copied before the next pair is asked for.</param>
/// <param name="Target">[step][number]; likewise.</param>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise the model's numbers.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise the model's numbers.</typeparam>
public readonly record struct SequencePair<TInput, TTarget>(ReadOnlyMemory<TInput> Input, ReadOnlyMemory<TTarget> Target);

/// <summary>
/// Batches of sequences that are enumerated, for data that memory does not hold. So many pairs at a time are a pool: it is put in a random
/// order, sorted by length if so wanted, and cut into batches.
/// </summary>
/// <remarks>
/// The enumeration begins anew with each epoch and must give the same pairs for the same epoch; to resume, the pairs before are read once
/// more. Beside what the enumeration itself makes, a pool allocates a few small objects.
/// </remarks>
/// <inheritdoc path="/typeparam"/>
public sealed class StreamedBatches<TInput, TTarget> : Batches<TInput, TTarget>, IDisposable
    where TInput : unmanaged
    where TTarget : unmanaged
{
    private readonly Func<int, IEnumerable<SequencePair<TInput, TTarget>>> open;
    private readonly BatchMemory<TInput, TTarget> memory = new();
    private readonly BatchOrdering ordering;
    private readonly PairPool<TInput, TTarget> pool;
    private readonly ulong seed;
    private readonly int steps;
    private readonly int targetSteps;
    private IEnumerator<SequencePair<TInput, TTarget>>? source;
    private CounterRandom random;
    private int pools;
    private int firstItem;
    private int firstBatch;
    private int next;

    /// <summary>Describes the batches; nothing is enumerated yet.</summary>
    /// <param name="open">Gives the pairs of an epoch, whose index it is told.</param>
    /// <param name="rows">Pairs in a batch, at least 1; what is left over of a pool makes a smaller one.</param>
    /// <param name="pool">Pairs that are in memory at once, at least <paramref name="rows"/>.</param>
    /// <param name="inputWidth">Elements of an input's step: 1 for symbols.</param>
    /// <param name="targetWidth">Elements of a target's step: 1 for classes.</param>
    /// <param name="steps">The steps that inputs are padded to; 0 for those of the longest of a batch.</param>
    /// <param name="targetSteps">The steps that targets are padded to; likewise.</param>
    /// <param name="seed">Equal seeds give equal batches on every machine.</param>
    /// <param name="order">The order of the pairs in a pool.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public StreamedBatches(
        Func<int, IEnumerable<SequencePair<TInput, TTarget>>> open, int rows, int pool, int inputWidth = 1, int targetWidth = 1,
        int steps = 0, int targetSteps = 0, ulong seed = 0, BatchOrder order = BatchOrder.ByLength)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pool, rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetWidth, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfNegative(targetSteps);
        this.open = open;
        this.seed = seed;
        this.steps = steps;
        this.targetSteps = targetSteps;
        Rows = rows;
        ordering = new(rows, order);
        this.pool = new(pool, inputWidth, targetWidth, steps, targetSteps);
    }

    /// <inheritdoc/>
    public override int Rows { get; }

    /// <inheritdoc/>
    public override SequenceBatch<TInput, TTarget> Current => memory.Batch;

    /// <summary>Ends the enumeration that is under way.</summary>
    public void Dispose()
    {
        source?.Dispose();
        source = null;
    }

    /// <inheritdoc/>
    protected override void Begin(int epoch, int firstBatch)
    {
        Dispose();
        IEnumerable<SequencePair<TInput, TTarget>> pairs =
            open(epoch) ?? throw new InvalidOperationException($"There is no enumeration of epoch {epoch}, but null.");
        source = pairs.GetEnumerator();
        random = new(new CounterRandom(seed).Bits((ulong)epoch));
        (pools, firstItem, this.firstBatch, next) = (0, 0, 0, 0);
        pool.Clear();
        ordering.Begin(0);
        while (next < firstBatch)
        {
            int behind = this.firstBatch + ordering.Count;
            if (next < behind)
                next = Math.Min(firstBatch, behind);
            else if (!FillPool())
                throw new ArgumentOutOfRangeException(
                    nameof(firstBatch), firstBatch, $"Must be 0 to {next}, the batches of epoch {epoch}.");
        }
    }

    /// <inheritdoc/>
    protected override bool Read()
    {
        if (next - firstBatch >= ordering.Count && !FillPool())
            return false;
        pool.CopyTo(memory, next, ordering.Items(next - firstBatch), steps, targetSteps, firstItem);
        next++;
        return true;
    }

    private bool FillPool()
    {
        (firstBatch, firstItem) = (firstBatch + ordering.Count, firstItem + pool.Count);
        pool.Clear();
        while (!pool.IsFull && source?.MoveNext() == true)
            pool.Add(source.Current, firstItem + pool.Count);
        pool.LengthsTo(ordering.Begin(pool.Count));
        ordering.Arrange(new(random.Bits((ulong)pools++)));
        return pool.Count > 0;
    }
}

/// <summary>The pairs of a stream that are in memory, copied one behind the other into memory that is used again.</summary>
internal sealed class PairPool<TInput, TTarget>(int capacity, int inputWidth, int targetWidth, int mostSteps, int mostTargetSteps)
    where TInput : unmanaged
    where TTarget : unmanaged
{
    private readonly Side<TInput> inputs = new(capacity, inputWidth, mostSteps, "input");
    private readonly Side<TTarget> targets = new(capacity, targetWidth, mostTargetSteps, "target");
    private SequencePairs<TInput, TTarget>? pairs;

    public int Count { get; private set; }

    public bool IsFull => Count == capacity;

    public void Clear()
    {
        Count = 0;
        pairs = null;
    }

    public void Add(SequencePair<TInput, TTarget> pair, int item)
    {
        inputs.Set(Count, pair.Input.Span, item);
        targets.Set(Count, pair.Target.Span, item);
        Count++;
    }

    public void LengthsTo(Span<(int Input, int Target)> lengths)
    {
        for (int i = 0; i < Count; i++)
            lengths[i] = (inputs.Lengths[i], targets.Lengths[i]);
    }

    public void CopyTo(
        BatchMemory<TInput, TTarget> memory, int batch, ReadOnlySpan<int> chosen, int steps, int targetSteps, int firstItem) =>
        memory.Load(batch, pairs ??= new(inputs.Sequences, targets.Sequences), chosen, steps, targetSteps, firstItem);

    /// <summary>The inputs, or the targets.</summary>
    private sealed class Side<T>(int capacity, int width, int mostSteps, string what) where T : unmanaged
    {
        private readonly int[] starts = new int[capacity];
        private T[] values = [];

        public int[] Lengths { get; } = new int[capacity];

        public Sequences<T> Sequences => new(values, starts, Lengths, width, width);

        public void Set(int place, ReadOnlySpan<T> sequence, int item)
        {
            if (sequence.IsEmpty || sequence.Length % width != 0)
                throw new InvalidDataException(
                    $"The {what} of pair {item} has {sequence.Length} elements; expected whole steps of {width}, and at least one.");
            if (mostSteps > 0 && sequence.Length / width > mostSteps)
                throw new InvalidDataException(
                    $"The {what} of pair {item} has {sequence.Length / width} steps, more than the {mostSteps} to be padded to.");
            int start = place == 0 ? 0 : starts[place - 1] + (Lengths[place - 1] * width);
            if (values.Length < start + sequence.Length)
                Array.Resize(ref values, Math.Max(checked(start + sequence.Length), Math.Min(2 * values.Length, Array.MaxLength)));
            sequence.CopyTo(values.AsSpan(start));
            (starts[place], Lengths[place]) = (start, sequence.Length / width);
        }
    }
}
