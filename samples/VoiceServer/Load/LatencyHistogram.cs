namespace VoiceServer.Load;

/// <summary>Times up to a second by tenths of a millisecond, added by any number of threads.</summary>
internal sealed class LatencyHistogram
{
    private readonly int[] counts = new int[10_001];

    public void Add(TimeSpan time) =>
        Interlocked.Increment(ref counts[Math.Clamp((int)(time.TotalMilliseconds * 10), 0, counts.Length - 1)]);

    /// <summary>The time that a share of all do not exceed, in milliseconds, to a tenth; 1,000 stands for more.</summary>
    public double Quantile(double share)
    {
        long total = counts.Sum(count => (long)count), sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            sum += counts[i];
            if (total > 0 && sum >= share * total)
                return (i + 1) / 10.0;
        }

        return double.NaN;
    }

    public void Clear() => Array.Clear(counts);
}
