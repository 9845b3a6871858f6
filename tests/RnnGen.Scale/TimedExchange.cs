using System.Diagnostics;

namespace RnnGen.Scale;

/// <summary>Another exchange, and the time that its calls take, waiting for the other ranks included.</summary>
internal sealed class TimedExchange(IGradientExchange inner) : IGradientExchange
{
    private long ticks;

    public int Rank => inner.Rank;

    public int Ranks => inner.Ranks;

    /// <summary>The time of all calls since the last call of this.</summary>
    public TimeSpan Take()
    {
        TimeSpan taken = Stopwatch.GetElapsedTime(0, ticks);
        ticks = 0;
        return taken;
    }

    public void Send(ReadOnlySpan<byte> bytes, int to)
    {
        long start = Stopwatch.GetTimestamp();
        inner.Send(bytes, to);
        ticks += Stopwatch.GetTimestamp() - start;
    }

    public void Receive(Span<byte> bytes, int from)
    {
        long start = Stopwatch.GetTimestamp();
        inner.Receive(bytes, from);
        ticks += Stopwatch.GetTimestamp() - start;
    }

    public void Broadcast(Span<byte> bytes, int from)
    {
        long start = Stopwatch.GetTimestamp();
        inner.Broadcast(bytes, from);
        ticks += Stopwatch.GetTimestamp() - start;
    }

    public void Gather(Span<byte> all, ReadOnlySpan<int> starts)
    {
        long start = Stopwatch.GetTimestamp();
        inner.Gather(all, starts);
        ticks += Stopwatch.GetTimestamp() - start;
    }

    public void Abort(Exception error) => inner.Abort(error);
}
