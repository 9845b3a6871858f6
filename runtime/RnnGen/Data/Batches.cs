namespace RnnGen;

/// <summary>
/// Batches of data, epoch by epoch, for <c>foreach</c>. All are written to the same memory: after the first epoch nothing is allocated. Not
/// for several threads at once, and for one epoch at a time.
/// </summary>
/// <remarks>
/// <see cref="SequenceBatches{TInput, TTarget}"/> are of sequences in memory, <see cref="SymbolBatches"/> of one long text, and
/// <see cref="StreamedBatches{TInput, TTarget}"/> of whatever can be enumerated. Others derive from this class: equal epochs must give
/// equal batches if training is to resume to the bit.
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise the model's numbers.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise the model's numbers.</typeparam>
public abstract class Batches<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    private long epochs;

    /// <summary>The most rows of a batch.</summary>
    public abstract int Rows { get; }

    /// <summary>
    /// True if each row goes on in the next batch where it ended: then a model's states are carried from one to the next within an epoch.
    /// </summary>
    public virtual bool Continues => false;

    /// <summary>The batch that was read last, until the next is read.</summary>
    public abstract SequenceBatch<TInput, TTarget> Current { get; }

    /// <summary>The batches of an epoch; null where that is not known before it ends.</summary>
    public virtual int? KnownCount => null;

    /// <summary>The batches of an epoch. It ends where another epoch begins.</summary>
    /// <param name="epoch">The index of the epoch, at least 0.</param>
    /// <param name="firstBatch">The batch to begin with, for instance to resume: at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public Enumerator Epoch(int epoch, int firstBatch = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        Begin(epoch, firstBatch);
        return new(this, ++epochs);
    }

    /// <summary>Goes through the first epoch. C# calls this for <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => Epoch(0);

    /// <summary>Goes to the place before a batch.</summary>
    /// <param name="epoch">At least 0.</param>
    /// <param name="firstBatch">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch has not as many batches.</exception>
    protected abstract void Begin(int epoch, int firstBatch);

    /// <summary>Reads the next batch, which becomes <see cref="Current"/>.</summary>
    /// <returns>False if there is none.</returns>
    protected abstract bool Read();

    /// <summary>The batches of an epoch, each in the same memory as the one before.</summary>
    public ref struct Enumerator
    {
        private readonly Batches<TInput, TTarget> batches;
        private readonly long epoch;

        internal Enumerator(Batches<TInput, TTarget> batches, long epoch)
        {
            this.batches = batches;
            this.epoch = epoch;
        }

        /// <summary>The batch, until the next <see cref="MoveNext"/>.</summary>
        public readonly SequenceBatch<TInput, TTarget> Current => batches.Current;

        /// <summary>Goes through them. C# calls this for <c>foreach</c>.</summary>
        public readonly Enumerator GetEnumerator() => this;

        /// <summary>Goes on to the next batch.</summary>
        /// <returns>True if there is one.</returns>
        /// <exception cref="InvalidOperationException">Another epoch has begun.</exception>
        public readonly bool MoveNext() => epoch == batches.epochs
            ? batches.Read()
            : throw new InvalidOperationException("Another epoch of these batches has begun, in the same memory; this one has ended.");
    }
}
