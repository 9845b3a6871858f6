using System.Diagnostics;
using System.Runtime.InteropServices;
using RnnGen;

namespace CharRnn;

/// <summary>
/// The time of a training, and whether it was asked to stop. Of ranks that train together, the first one's count for all: each would
/// otherwise end after another update.
/// </summary>
/// <param name="exchange">The ranks, or null.</param>
/// <param name="stop">Asks to stop.</param>
internal sealed class SharedClock(IGradientExchange? exchange, CancellationToken stop)
{
    private readonly Stopwatch watch = new();

    // Seconds, and 1 to stop.
    private readonly double[] seen = new double[2];

    /// <summary>Seconds from the start to the last look.</summary>
    public double Seconds => seen[0];

    /// <summary>Whether the training had been asked to stop at the last look.</summary>
    public bool IsStopped => seen[1] != 0;

    /// <summary>Starts it.</summary>
    public void Start() => watch.Restart();

    /// <summary>Looks at it; all ranks do.</summary>
    /// <returns>Whether to go on.</returns>
    public bool Look()
    {
        (seen[0], seen[1]) = (watch.Elapsed.TotalSeconds, stop.IsCancellationRequested ? 1 : 0);
        exchange?.Broadcast(MemoryMarshal.AsBytes(seen.AsSpan()), from: 0);
        return !IsStopped;
    }
}
