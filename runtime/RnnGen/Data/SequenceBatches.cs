using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// The batches of <see cref="SequencePairs"/>, epoch by epoch, for <c>foreach</c>. All are written to the same memory: after the first
/// epoch nothing is allocated. Not for several threads at once.
/// </summary>
/// <remarks>
/// Pairs are put in a random order and cut into pools of 100 batches. A pool is sorted by the lengths of sources, then of targets, and cut
/// into batches; all batches are put in a random order. The targets' lengths rise and fall in turn from one length of sources to the next,
/// so that a batch between two has like ones, too.
/// </remarks>
public sealed class SequenceBatches
{
    private const int BatchesPerPool = 100;

    private readonly SequencePairs pairs;
    private readonly ulong seed;
    private readonly int[] order;
    private readonly Place[] places;
    private readonly int[] batches;
    private readonly int[] sources;
    private readonly int[] targets;
    private readonly int[] sourceLengths;
    private readonly int[] lengths;

    internal SequenceBatches(SequencePairs pairs, int rows, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        this.pairs = pairs;
        this.seed = seed;
        Rows = Math.Min(rows, pairs.Count);
        order = new int[pairs.Count];
        places = new Place[pairs.Count];
        batches = new int[Count];
        sources = new int[checked(Rows * pairs.LongestSource)];
        targets = new int[checked(Rows * pairs.LongestTarget)];
        sourceLengths = new int[Rows];
        lengths = new int[Rows];
    }

    /// <summary>Pairs in a batch; the one of what is left over has fewer.</summary>
    public int Rows { get; }

    /// <summary>Batches of an epoch.</summary>
    public int Count => ((pairs.Count - 1) / Rows) + 1;

    /// <summary>All pairs once. It ends where the next epoch begins, and nothing is left of a batch when the next one comes.</summary>
    /// <param name="epoch">The index of the epoch, at least 0. Epochs differ as much as seeds do.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public Enumerator Epoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        CounterRandom random = new(new CounterRandom(seed).Bits((ulong)epoch));
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        for (int i = 0; i < batches.Length; i++)
            batches[i] = i;
        Shuffle(order, new(random.Bits(0)));
        Shuffle(batches, new(random.Bits(1)));
        SortPools();
        return new(this);
    }

    private void SortPools()
    {
        for (int i = 0; i < order.Length; i++)
        {
            int source = pairs.Source(order[i]).Length, target = pairs.Target(order[i]).Length;
            places[i] = new(source, source % 2 == 0 ? target : -target, i, order[i]);
        }

        long pool = (long)Rows * BatchesPerPool;
        for (long first = 0; first < places.Length; first += pool)
            places.AsSpan((int)first, (int)Math.Min(pool, places.Length - first)).Sort();
        for (int i = 0; i < order.Length; i++)
            order[i] = places[i].Pair;
    }

    private Batch Load(int index)
    {
        int first = batches[index] * Rows;
        ReadOnlySpan<int> chosen = order.AsSpan(first, Math.Min(Rows, order.Length - first));
        int sourceSteps = 0, steps = 0;
        for (int row = 0; row < chosen.Length; row++)
        {
            sourceSteps = Math.Max(sourceSteps, sourceLengths[row] = pairs.Source(chosen[row]).Length);
            steps = Math.Max(steps, lengths[row] = pairs.Target(chosen[row]).Length);
        }

        Span<int> batchSources = sources.AsSpan(0, sourceSteps * chosen.Length), batchTargets = targets.AsSpan(0, steps * chosen.Length);
        for (int row = 0; row < chosen.Length; row++)
        {
            Lay(pairs.Source(chosen[row]), batchSources, row, chosen.Length);
            Lay(pairs.Target(chosen[row]), batchTargets, row, chosen.Length);
        }

        return new(index, chosen, batchSources, sourceLengths.AsSpan(0, chosen.Length), batchTargets, lengths.AsSpan(0, chosen.Length));
    }

    // Behind a sequence's end there are zeros.
    private static void Lay(ReadOnlySpan<int> sequence, Span<int> batch, int row, int rows)
    {
        for (int step = 0; step < batch.Length / rows; step++)
            batch[(step * rows) + row] = step < sequence.Length ? sequence[step] : 0;
    }

    // Fisher and Yates.
    private static void Shuffle(Span<int> items, CounterRandom random)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = (int)(random.Uniform((ulong)last) * (last + 1));
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>The sort key of a pair: no two are equal, so every way of sorting gives the same order.</summary>
    private readonly record struct Place(int Source, int Target, int Turn, int Pair) : IComparable<Place>
    {
        public int CompareTo(Place other) =>
            Source != other.Source ? Source.CompareTo(other.Source)
                : Target != other.Target ? Target.CompareTo(other.Target)
                : Turn.CompareTo(other.Turn);
    }

    /// <summary>The batches of an epoch, each in the same memory as the one before.</summary>
    public ref struct Enumerator
    {
        private readonly SequenceBatches batches;
        private int index = -1;

        internal Enumerator(SequenceBatches batches) => this.batches = batches;

        /// <summary>The batch, until the next <see cref="MoveNext"/>.</summary>
        public Batch Current { readonly get; private set; }

        /// <summary>Goes through them. C# calls this for <c>foreach</c>.</summary>
        public readonly Enumerator GetEnumerator() => this;

        /// <summary>Goes on to the next batch.</summary>
        /// <returns>True if there is one.</returns>
        public bool MoveNext()
        {
            if (index + 1 >= batches.Count)
                return false;
            Current = batches.Load(++index);
            return true;
        }
    }

    /// <summary>Some pairs side by side. Behind the end of a sequence there are zeros.</summary>
    public readonly ref struct Batch
    {
        internal Batch(
            int index, ReadOnlySpan<int> pairs, ReadOnlySpan<int> sources, ReadOnlySpan<int> sourceLengths, ReadOnlySpan<int> targets,
            ReadOnlySpan<int> lengths)
        {
            Index = index;
            Pairs = pairs;
            Sources = sources;
            SourceLengths = sourceLengths;
            Targets = targets;
            Lengths = lengths;
        }

        /// <summary>The index of the batch in its epoch, from 0.</summary>
        public int Index { get; }

        /// <summary>The index of each row's pair.</summary>
        public ReadOnlySpan<int> Pairs { get; }

        /// <summary>[source step][row], as many steps as the longest has symbols.</summary>
        public ReadOnlySpan<int> Sources { get; }

        /// <summary>The symbols of each row's source.</summary>
        public ReadOnlySpan<int> SourceLengths { get; }

        /// <summary>[step][row], as many steps as the longest has symbols, without a start or an end.</summary>
        public ReadOnlySpan<int> Targets { get; }

        /// <summary>The symbols of each row's target.</summary>
        public ReadOnlySpan<int> Lengths { get; }
    }
}
