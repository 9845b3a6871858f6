namespace RnnGen.Audio;

/// <summary>Checks of arguments.</summary>
internal static class Guard
{
    /// <exception cref="ArgumentException">A span has not the length that it must have.</exception>
    public static void Length(ReadOnlySpan<float> span, int length, string name)
    {
        if (span.Length != length)
            throw new ArgumentException($"Expected {length:N0} numbers, not {span.Length:N0}.", name);
    }

    /// <exception cref="ArgumentException">Samples are not the same number for each channel.</exception>
    public static void Interleaved(ReadOnlySpan<float> samples, int channels, string name)
    {
        if (samples.Length % channels != 0)
            throw new ArgumentException($"{samples.Length:N0} numbers are no whole samples of {channels:N0} channels.", name);
    }
}
