using NWaves.Transforms;

namespace RnnGen.Audio;

/// <summary>
/// The discrete Fourier transform of real numbers, X[k] = Σₙ x[n] e^(−2πikn / N), for k from 0 to N / 2, and its inverse.
/// </summary>
/// <remarks>
/// By NWaves, in 64 bits inside: its transform in 32 bits is no faster, and 40 times less exact. Nothing is allocated after
/// construction. An instance has memory of its own to work in, so that two threads need two instances.
/// </remarks>
public sealed class FourierTransform
{
    internal const int Longest = 65_536;
    private readonly RealFft64 fft;
    private readonly double[] samples;
    private readonly double[] re;
    private readonly double[] im;

    /// <param name="length">N, a power of 2 from 4 to 65,536.</param>
    /// <exception cref="ArgumentException"><paramref name="length"/> is something else.</exception>
    public FourierTransform(int length)
    {
        Check(length);
        Length = length;
        fft = new(length);
        (samples, re, im) = (new double[length], new double[Bins], new double[Bins]);
    }

    /// <summary>N, how many real numbers there are.</summary>
    public int Length { get; }

    /// <summary>N / 2 + 1, how many complex numbers there are. The imaginary parts of the first and the last are 0.</summary>
    public int Bins => (Length / 2) + 1;

    /// <summary>Transforms.</summary>
    /// <param name="numbers">The N real numbers.</param>
    /// <param name="real">Gets the <see cref="Bins"/> real parts.</param>
    /// <param name="imaginary">Gets the imaginary parts.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Forward(ReadOnlySpan<float> numbers, Span<float> real, Span<float> imaginary)
    {
        Guard.Length(numbers, Length, nameof(numbers));
        Guard.Length(real, Bins, nameof(real));
        Guard.Length(imaginary, Bins, nameof(imaginary));
        Widen(numbers, samples);
        fft.Direct(samples, re, im);
        Narrow(re, real);
        Narrow(im, imaginary);
    }

    /// <summary>Transforms back: after <see cref="Forward"/> the same numbers, but for rounding.</summary>
    /// <param name="real">The <see cref="Bins"/> real parts.</param>
    /// <param name="imaginary">The imaginary parts. The first and the last are taken to be 0.</param>
    /// <param name="numbers">Gets the N real numbers.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Inverse(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, Span<float> numbers)
    {
        Guard.Length(real, Bins, nameof(real));
        Guard.Length(imaginary, Bins, nameof(imaginary));
        Guard.Length(numbers, Length, nameof(numbers));
        Widen(real, re);
        Widen(imaginary, im);
        (im[0], im[^1]) = (0, 0);
        fft.InverseNorm(re, im, samples);
        Narrow(samples, numbers);
    }

    internal static void Check(int length)
    {
        if (length is < 4 or > Longest || !System.Numerics.BitOperations.IsPow2(length))
            throw new ArgumentException($"A transform has a power of 2 of numbers, from 4 to {Longest:N0}, not {length:N0}.");
    }

    private static void Widen(ReadOnlySpan<float> from, double[] to)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] = from[i];
    }

    private static void Narrow(double[] from, Span<float> to)
    {
        for (int i = 0; i < from.Length; i++)
            to[i] = (float)from[i];
    }
}
