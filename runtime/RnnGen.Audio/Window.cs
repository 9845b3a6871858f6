namespace RnnGen.Audio;

/// <summary>The numbers of windows.</summary>
internal static class Window
{
    /// <exception cref="ArgumentException">There is no such window.</exception>
    public static double[] Of(WindowKind kind, int length)
    {
        double[] window = new double[length];
        for (int n = 0; n < length; n++)
            window[n] = At(kind, (double)n / length, 0.5 / length);
        return window;
    }

    /// <param name="kind">Which.</param>
    /// <param name="place">n / N.</param>
    /// <param name="half">½ / N.</param>
    private static double At(WindowKind kind, double place, double half) => kind switch
    {
        WindowKind.Rectangular => 1,
        WindowKind.Hann => 0.5 - (0.5 * Math.Cos(2 * Math.PI * place)),
        WindowKind.Hamming => 0.54 - (0.46 * Math.Cos(2 * Math.PI * place)),
        WindowKind.SquareRootHann => Math.Sin(Math.PI * place),
        WindowKind.Vorbis => Math.Sin(Math.PI / 2 * Math.Pow(Math.Sin(Math.PI * (place + half)), 2)),
        _ => throw new ArgumentException($"There is no window {kind}."),
    };
}
