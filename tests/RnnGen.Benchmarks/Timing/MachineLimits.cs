namespace RnnGen.Benchmarks;

/// <summary>A load bandwidth of one core.</summary>
/// <param name="Bytes">How much memory is read over and over.</param>
/// <param name="HugePages">Whether huge pages were asked for.</param>
/// <param name="Speed">In bytes a second.</param>
internal sealed record LoadLimit(int Bytes, bool HugePages, double Speed);

/// <summary>What one core of this machine can do at most: what every figure is held against.</summary>
/// <param name="Peak">Floating-point operations a second of 512-bit FMAs without a chain.</param>
/// <param name="Loads">Load bandwidths by size.</param>
internal sealed record MachineLimits(double Peak, IReadOnlyList<LoadLimit> Loads)
{
    private const int KiB = 1024, MiB = 1024 * KiB;

    // What is read over and over, and up to which size of weights its bandwidth is their limit: first-level cache, second-level cache, all
    // of it, memory.
    private static readonly (int Bytes, double Holds)[] Levels =
        [(24 * KiB, 48 * KiB), (512 * KiB, MiB), (3 * MiB / 2, 2 * MiB), (64 * MiB, double.PositiveInfinity)];

    /// <summary>Measures them.</summary>
    public static MachineLimits Measure(Stopclock clock)
    {
        List<LoadLimit> loads = [];
        foreach (var (bytes, _) in Levels)
        {
            foreach (bool hugePages in (bool[])[false, true])
            {
                using var probe = new LoadProbe((nuint)bytes, hugePages);
                loads.Add(new(bytes, hugePages, bytes / clock.Time(probe.Run).Least));
            }
        }

        return new(clock.Peak * 1e9, loads);
    }

    /// <summary>The bandwidth at which so many bytes of weights can be loaded at most, again and again, in bytes a second.</summary>
    public double LoadOf(double bytes)
    {
        int level = Levels.First(l => bytes <= l.Holds).Bytes;
        return Loads.Where(l => l.Bytes == level).Max(l => l.Speed);
    }

    /// <summary>
    /// The least time that the machine's limits allow for a shape, in seconds: the weights' loads for a stream, otherwise the operations.
    /// </summary>
    public double LeastSeconds(Shape shape) =>
        shape.BaseMode == "stream" ? shape.WeightBytes / LoadOf(shape.WeightBytes) : shape.Flop / Peak;

    /// <summary>A line's share of its limit.</summary>
    public double ShareOf(Measurement line) => LeastSeconds(line.Shape) / (line.Microseconds * 1e-6);

    /// <summary>What limits a shape, in words.</summary>
    public static string NameOf(Shape shape) => shape.BaseMode == "stream" ? "load limit" : "FMA peak";
}
