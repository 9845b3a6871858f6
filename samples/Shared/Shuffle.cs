using RnnGen.Numerics;

namespace Samples;

/// <summary>Random orders that are the same on every machine.</summary>
public static class Shuffle
{
    /// <summary>Puts items into a random order (Fisher and Yates).</summary>
    /// <param name="items">What to put in order.</param>
    /// <param name="seed">The same seed gives the same order.</param>
    public static void InPlace<T>(Span<T> items, ulong seed)
    {
        CounterRandom random = new(seed);
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = (int)(random.Uniform((ulong)last) * (last + 1));
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>The numbers 0…<paramref name="count"/> − 1 in a random order.</summary>
    /// <param name="count">How many, at least 0.</param>
    /// <param name="seed">The same seed gives the same order.</param>
    public static int[] Order(int count, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        InPlace(order.AsSpan(), seed);
        return order;
    }
}
