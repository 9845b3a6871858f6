using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Voice;

namespace VoiceServer.Serving;

/// <summary>Runs all shards, every few milliseconds, on threads of its own: those of the pool wait for the network.</summary>
internal sealed class Ticker : BackgroundService
{
    private readonly SpeechModel model;
    private readonly ServerMetrics metrics;
    private readonly ServerOptions options;
    private readonly Shard[] shards;
    private readonly Lock joining = new();

    public Ticker(SpeechModel model, ServerMetrics metrics, ServerOptions options)
    {
        (this.model, this.metrics, this.options) = (model, metrics, options);
        shards = [.. Enumerable.Range(0, (options.MostStreams + Shard.Size - 1) / Shard.Size).Select(_ => new Shard())];
    }

    /// <summary>Adds a stream: to the first shards as long as they have room, so that batches are large.</summary>
    /// <returns>The stream's shard, or null if the server is full.</returns>
    public Shard? Join(VoiceStream stream)
    {
        lock (joining)
        {
            if (metrics.Streams >= options.MostStreams || Array.Find(shards, shard => shard.TryAdd(stream)) is not { } shard)
                return null;
            metrics.Connected();
            return shard;
        }
    }

    /// <summary>Removes a stream; its listener is called no more.</summary>
    public void Leave(Shard shard, VoiceStream stream)
    {
        shard.Remove(stream);
        metrics.Disconnected();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Threads take shards in turn: 0, 2, 4 … and 1, 3, 5 … where there are two.
        Task[] threads = [.. Enumerable.Range(0, options.Threads).Select(
            first => Task.Factory.StartNew(
                () => Run(first, stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        return Task.WhenAll(threads);
    }

    private void Run(int first, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            bool worked = false;
            for (int i = first; i < shards.Length; i += options.Threads)
            {
                if (shards[i].Count == 0)
                    continue;
                long before = Stopwatch.GetTimestamp(), bytes = GC.GetAllocatedBytesForCurrentThread();
                var done = shards[i].Step(model);
                if (done.Hops > 0)
                {
                    bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
                    metrics.Stepped(done, Stopwatch.GetTimestamp() - before, bytes);
                    worked = true;
                }

                shards[i].Deliver();
            }

            TimeSpan duration = Stopwatch.GetElapsedTime(start);
            if (worked)
                metrics.Ticked(duration);
            if (options.Tick - duration is var rest && rest > TimeSpan.Zero)
                Thread.Sleep(rest);
        }
    }
}
