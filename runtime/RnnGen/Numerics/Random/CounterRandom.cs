namespace RnnGen.Numerics;

/// <summary>
/// Random numbers by position instead of by turn: number n of a seed is the same whoever asks for it, in whatever order and on whatever
/// machine.
/// </summary>
/// <remarks>SplitMix64 (Steele, Lea and Flood 2014): a mix of seed + n · golden ratio.</remarks>
/// <param name="seed">Any number.</param>
public readonly struct CounterRandom(ulong seed)
{
    /// <summary>64 random bits.</summary>
    /// <param name="position">Its index.</param>
    public ulong Bits(ulong position)
    {
        ulong z = Mix(seed) + (position * 0x9E3779B97F4A7C15);
        return Mix(z);
    }

    /// <summary>A number in 0…1, 1 excluded.</summary>
    /// <param name="position">Its index.</param>
    public double Uniform(ulong position) => (Bits(position) >> 11) * (1.0 / (1UL << 53));

    /// <summary>
    /// A number of mean 0 and variance 1, nearly normal: the sum of twelve uniform ones needs no function that differs between machines.
    /// </summary>
    /// <param name="position">The first of the positions it uses; moved past the last.</param>
    public double Normal(ref ulong position)
    {
        double sum = -6;
        for (int i = 0; i < 12; i++)
            sum += Uniform(position++);
        return sum;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
