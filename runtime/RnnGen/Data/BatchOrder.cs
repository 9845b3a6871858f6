using RnnGen.Numerics;

namespace RnnGen;

/// <summary>The order in which an epoch's batches take sequences.</summary>
public enum BatchOrder
{
    /// <summary>
    /// Batches of about equally long sequences, in a random order: sequences are put in a random order and cut into pools of 100 batches; a
    /// pool is sorted by length and cut into batches; all batches are put in a random order.
    /// </summary>
    ByLength,

    /// <summary>A random order, whatever the lengths.</summary>
    Shuffled,

    /// <summary>The order that they have, the same in every epoch: for validation.</summary>
    InOrder,
}

/// <summary>Puts sequences in order and cuts them into batches.</summary>
/// <remarks>
/// In a pool the targets' lengths rise and fall in turn from one length of inputs to the next, so that a batch between two has like ones,
/// too.
/// </remarks>
internal sealed class BatchOrdering(int rows, BatchOrder order)
{
    private const int BatchesPerPool = 100;

    private int[] items = [];
    private int[] batches = [];
    private Place[] places = [];
    private (int Input, int Target)[] lengths = [];
    private int count;

    /// <summary>Batches of what was arranged.</summary>
    public int Count => count == 0 ? 0 : ((count - 1) / rows) + 1;

    /// <summary>Begins with a number of sequences.</summary>
    /// <returns>Receives their lengths.</returns>
    public Span<(int Input, int Target)> Begin(int sequences)
    {
        count = sequences;
        if (items.Length < count)
        {
            items = new int[count];
            lengths = new (int, int)[count];
            places = new Place[order == BatchOrder.ByLength ? count : 0];
            batches = new int[Count];
        }

        return lengths.AsSpan(0, count);
    }

    /// <summary>Puts them in order.</summary>
    public void Arrange(CounterRandom random)
    {
        for (int i = 0; i < count; i++)
            items[i] = i;
        for (int i = 0; i < Count; i++)
            batches[i] = i;
        if (order == BatchOrder.InOrder)
            return;
        Shuffle(items.AsSpan(0, count), new(random.Bits(0)));
        if (order == BatchOrder.Shuffled)
            return;
        Shuffle(batches.AsSpan(0, Count), new(random.Bits(1)));
        SortPools();
    }

    /// <summary>The sequences of a batch.</summary>
    public ReadOnlySpan<int> Items(int batch)
    {
        int first = batches[batch] * rows;
        return items.AsSpan(first, Math.Min(rows, count - first));
    }

    /// <summary>A random order (Fisher and Yates), the same on every machine.</summary>
    public static void Shuffle(Span<int> items, CounterRandom random)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = (int)(random.Uniform((ulong)last) * (last + 1));
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private void SortPools()
    {
        for (int i = 0; i < count; i++)
        {
            (int input, int target) = lengths[items[i]];
            places[i] = new(input, input % 2 == 0 ? target : -target, i, items[i]);
        }

        long pool = (long)rows * BatchesPerPool;
        for (long first = 0; first < count; first += pool)
            places.AsSpan((int)first, (int)Math.Min(pool, count - first)).Sort();
        for (int i = 0; i < count; i++)
            items[i] = places[i].Item;
    }

    /// <summary>The sort key of a sequence: no two are equal, so every way of sorting gives the same order.</summary>
    private readonly record struct Place(int Input, int Target, int Turn, int Item) : IComparable<Place>
    {
        public int CompareTo(Place other) =>
            Input != other.Input ? Input.CompareTo(other.Input)
                : Target != other.Target ? Target.CompareTo(other.Target)
                : Turn.CompareTo(other.Turn);
    }
}
