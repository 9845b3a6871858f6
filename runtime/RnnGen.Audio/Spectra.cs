namespace RnnGen.Audio;

/// <summary>What is done to spectra around a network, number by number: any number of bins, channels and frames side by side.</summary>
/// <remarks>In all of these an output may be the same memory as an input.</remarks>
public static class Spectra
{
    /// <summary>√(re² + im²).</summary>
    /// <param name="real">The real parts.</param>
    /// <param name="imaginary">The imaginary parts, as many.</param>
    /// <param name="magnitudes">Gets the magnitudes, as many.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Magnitudes(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, Span<float> magnitudes)
    {
        Check(real, imaginary, magnitudes, nameof(magnitudes));
        for (int i = 0; i < real.Length; i++)
            magnitudes[i] = MathF.Sqrt((real[i] * real[i]) + (imaginary[i] * imaginary[i]));
    }

    /// <summary>The angle of each complex number, in −π…π; 0 for 0.</summary>
    /// <param name="real">The real parts.</param>
    /// <param name="imaginary">The imaginary parts, as many.</param>
    /// <param name="phases">Gets the angles, as many.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Phases(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, Span<float> phases)
    {
        Check(real, imaginary, phases, nameof(phases));
        for (int i = 0; i < real.Length; i++)
            phases[i] = MathF.Atan2(imaginary[i], real[i]);
    }

    /// <summary>The way back from magnitudes and phases: m cos φ and m sin φ.</summary>
    /// <param name="magnitudes">The magnitudes.</param>
    /// <param name="phases">The angles, as many.</param>
    /// <param name="real">Gets the real parts, as many.</param>
    /// <param name="imaginary">Gets the imaginary parts, as many.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void FromPolar(ReadOnlySpan<float> magnitudes, ReadOnlySpan<float> phases, Span<float> real, Span<float> imaginary)
    {
        Check(magnitudes, phases, real, nameof(real));
        Guard.Length(imaginary, magnitudes.Length, nameof(imaginary));
        for (int i = 0; i < magnitudes.Length; i++)
        {
            var (sin, cos) = MathF.SinCos(phases[i]);
            float magnitude = magnitudes[i];
            (real[i], imaginary[i]) = (magnitude * cos, magnitude * sin);
        }
    }

    /// <summary>Multiplies each complex number by a real one, which leaves its phase: what a denoiser does with its mask.</summary>
    /// <param name="mask">The factors.</param>
    /// <param name="real">The real parts, as many; they are multiplied in place.</param>
    /// <param name="imaginary">The imaginary parts, as many; they are multiplied in place.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Multiply(ReadOnlySpan<float> mask, Span<float> real, Span<float> imaginary)
    {
        Check(mask, real, imaginary, nameof(imaginary));
        for (int i = 0; i < mask.Length; i++)
        {
            real[i] *= mask[i];
            imaginary[i] *= mask[i];
        }
    }

    private static void Check(ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> third, string name)
    {
        if (second.Length != first.Length || third.Length != first.Length)
            throw new ArgumentException(
                $"All must have as many numbers, not {first.Length:N0}, {second.Length:N0} and {third.Length:N0}.", name);
    }
}
