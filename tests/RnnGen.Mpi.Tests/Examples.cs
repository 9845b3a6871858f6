using System.Numerics;

namespace RnnGen.Mpi.Tests;

/// <summary>Batches that are the same on every rank: of each update, from its number.</summary>
internal sealed class Examples(int seed)
{
    private readonly Random random = new(seed);

    public int[] Symbols(int count, int size) => Make(count, () => random.Next(size));

    /// <summary>0 to <paramref name="most"/>, or from another number on.</summary>
    public int[] Lengths(int rows, int most, int least = 0) => Make(rows, () => random.Next(least, most + 1));

    public T[] Numbers<T>(int count) where T : INumber<T> => Make(count, () => T.CreateChecked((random.NextDouble() * 2) - 1));

    /// <summary>Some of them 0.</summary>
    public T[] Weights<T>(int count) where T : INumber<T> =>
        Make(count, () => T.CreateChecked(Math.Max(0, (random.NextDouble() * 3) - 0.5)));

    private static TElement[] Make<TElement>(int count, Func<TElement> make)
    {
        var elements = new TElement[count];
        for (int i = 0; i < count; i++)
            elements[i] = make();
        return elements;
    }
}
