using System.Collections.Concurrent;
using System.Diagnostics;
using RnnGen.Orleans;

namespace VadCluster;

/// <summary>The streams of one shard: each pushes frames at a rate, and all are flushed together.</summary>
internal sealed class ShardLoad(RnnShardClient client, Frames frames, ConcurrentBag<(double Latency, int Frames)> latencies)
{
    private long answered = Stopwatch.GetTimestamp();

    public RnnShardClient Client => client;

    /// <summary>Frames that each stream has pushed.</summary>
    public long Position { get; private set; }

    /// <summary>The longest time without an answer.</summary>
    public TimeSpan Silence { get; set; }

    /// <summary>Frames that were answered.</summary>
    public long Answered { get; private set; }

    /// <summary>Pushes and flushes until a time.</summary>
    /// <param name="rate">Frames a second of each stream.</param>
    /// <param name="phase">0 to 1: when shards begin, so that not all do at once.</param>
    /// <param name="until">The end.</param>
    public async Task RunAsync(double rate, double phase, long until, CancellationToken ended)
    {
        long interval = (long)(Stopwatch.Frequency / rate), due = Stopwatch.GetTimestamp() + (long)(phase * interval);
        answered = due;
        while (due < until)
        {
            if (due - Stopwatch.GetTimestamp() is > 0 and long rest)
                await Task.Delay(TimeSpan.FromSeconds((double)rest / Stopwatch.Frequency), ended);

            // Those that came due during the last flush go together.
            List<long> pushed = [];
            for (; due <= Stopwatch.GetTimestamp() && due < until; due += interval)
            {
                foreach (RnnShardStream stream in client.Streams.Values)
                    stream.Push(frames.Of(stream.Id, Position));
                Position++;
                pushed.Add(due);
            }

            await client.FlushAsync(ended);
            long now = Stopwatch.GetTimestamp();
            foreach (long time in pushed)
                latencies.Add((Stopwatch.GetElapsedTime(time, now).TotalMilliseconds, client.Streams.Count));
            Answered += (long)pushed.Count * client.Streams.Count;
            TimeSpan silence = Stopwatch.GetElapsedTime(answered, now);
            Silence = silence > Silence ? silence : Silence;
            answered = now;
        }
    }
}
