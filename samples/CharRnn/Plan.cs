using RnnGen;

namespace CharRnn;

/// <summary>
/// How long to train, and with which learning rate on the way: a short warm-up, then half a cosine wave down to 0 at the end.
/// </summary>
/// <remarks>
/// With a number of updates everything about a run is determined. With a number of seconds the end of the wave is estimated from the speed,
/// and estimated again and again, so that it comes when the time is up.
/// </remarks>
internal sealed class Plan
{
    private const int Warmup = 200, Unmeasured = 100_000;
    private readonly double seconds;
    private long measuredUpdates;
    private double measuredAt;

    private Plan(double seconds, long total)
    {
        this.seconds = seconds;
        Schedule = Wave(total);
    }

    /// <summary>The learning rate's, as far as it is known.</summary>
    public CosineSchedule Schedule { get; private set; }

    /// <summary>Updates per second, lately; 0 before the first measurement.</summary>
    public double Speed { get; private set; }

    /// <summary>Trains until there were so many updates, those before a resumption included.</summary>
    public static Plan ForUpdates(long total) => new(double.PositiveInfinity, total);

    /// <summary>Trains for a time.</summary>
    public static Plan ForSeconds(double seconds) => new(seconds, Unmeasured);

    /// <summary>Whether it is time to stop.</summary>
    /// <param name="updates">How many there were.</param>
    /// <param name="elapsed">Seconds since the start of this run.</param>
    public bool IsOver(long updates, double elapsed) => double.IsInfinity(seconds) ? updates >= Schedule.TotalSteps : elapsed >= seconds;

    /// <summary>Seconds to go.</summary>
    public double Left(long updates, double elapsed) =>
        double.IsInfinity(seconds) ? Speed == 0 ? 0 : (Schedule.TotalSteps - updates) / Speed : Math.Max(seconds - elapsed, 0);

    /// <summary>Looks at the clock: to be called a few times a second.</summary>
    public void Measure(long updates, double elapsed)
    {
        // The speed of the last seconds, not since the start, which had the compiler's work in it.
        double recent = (updates - measuredUpdates) / Math.Max(elapsed - measuredAt, 1e-9);
        Speed = Speed == 0 || updates < Warmup ? recent : Speed + (0.1 * (recent - Speed));
        (measuredUpdates, measuredAt) = (updates, elapsed);
        if (!double.IsInfinity(seconds))
            Schedule = Wave(updates + (long)Math.Ceiling(Left(updates, elapsed) * Speed));
    }

    /// <summary>Begins to measure where a resumed run begins.</summary>
    public void Start(long updates) => measuredUpdates = updates;

    private static CosineSchedule Wave(long total) => new(Math.Max(total, Warmup + 1), finalFactor: 0, linearWarmup: Warmup);
}
