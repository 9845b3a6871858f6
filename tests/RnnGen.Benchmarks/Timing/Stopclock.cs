using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RnnGen.Benchmarks;

/// <summary>How long a run takes.</summary>
/// <param name="Seconds">The median of the repetitions that count.</param>
/// <param name="Least">The fastest of them.</param>
/// <param name="Clear">How many repetitions counted, of nine. With fewer than three all count, and <paramref name="Seconds"/> is their
/// lower quartile.</param>
internal readonly record struct Timing(double Seconds, double Least, int Clear);

/// <summary>
/// Times runs on a machine with neighbours: a repetition counts only if the core was clear before and after it, which a gauge reads from
/// its speed at vector FMAs without a chain. Nine that count, and their median.
/// </summary>
internal sealed class Stopclock
{
    private const double Repetition = 0.060;
    private const int Wanted = 9;
    private const int Most = 60;
    private const double Clear = 0.94;

    private readonly double fastest;

    /// <summary>Finds out how fast the core is when it is clear.</summary>
    public Stopclock() => fastest = Enumerable.Range(0, 200).Max(_ => Gauge());

    /// <summary>The gauge's best reading, in GFLOP/s.</summary>
    public double Peak => fastest;

    /// <summary>Times a run.</summary>
    public Timing Time(Action run)
    {
        WarmUp(run);
        int runs = 1;
        for (double seconds = Repeat(run, 3); ; seconds = Repeat(run, runs))
        {
            if (seconds >= Repetition)
                break;
            runs = Math.Min(runs * 16, (int)(runs * Repetition / seconds * 1.15) + 1);
        }

        List<double> clear = [], disturbed = [];
        while (clear.Count < Wanted && clear.Count + disturbed.Count < Most)
        {
            bool before = Gauge() >= Clear * fastest;
            double seconds = Repeat(run, runs) / runs;
            (before && Gauge() >= Clear * fastest ? clear : disturbed).Add(seconds);
        }

        var sorted = (clear.Count >= 3 ? clear : [.. clear, .. disturbed]).Order().ToList();
        return new(sorted[clear.Count >= 3 ? sorted.Count / 2 : sorted.Count / 4], sorted[0], clear.Count);
    }

    /// <summary>
    /// What has been called often is compiled anew in the background when nothing was called for the first time for 100 ms; on one core,
    /// that takes a pause.
    /// </summary>
    private static void WarmUp(Action run)
    {
        for (int round = 0; round < 4; round++)
        {
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < Repetition)
                run();
            Thread.Sleep(150);
        }
    }

    private static double Repeat(Action run, int runs)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < runs; i++)
            run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Gauge()
    {
        const int Rounds = 20_000;
        long start = Stopwatch.GetTimestamp();
        float sum = MultiplyAdd(Rounds);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        GC.KeepAlive(sum);
        return Rounds * 10 * 32 / seconds * 1e-9;
    }

    /// <summary>
    /// Ten independent sums: more than an addition's latency times the adders. A method of its own, as no vector stays in its register
    /// across a call.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float MultiplyAdd(int rounds)
    {
        var m = Vector512.Create(0.999f);
        Vector512<float> a = m, b = m, c = m, d = m, e = m, f = m, g = m, h = m, i = m, j = m;
        for (int round = 0; round < rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, m, m);
            b = Vector512.FusedMultiplyAdd(b, m, m);
            c = Vector512.FusedMultiplyAdd(c, m, m);
            d = Vector512.FusedMultiplyAdd(d, m, m);
            e = Vector512.FusedMultiplyAdd(e, m, m);
            f = Vector512.FusedMultiplyAdd(f, m, m);
            g = Vector512.FusedMultiplyAdd(g, m, m);
            h = Vector512.FusedMultiplyAdd(h, m, m);
            i = Vector512.FusedMultiplyAdd(i, m, m);
            j = Vector512.FusedMultiplyAdd(j, m, m);
        }

        return (a + b + c + d + e + f + g + h + i + j).GetElement(0);
    }
}
