using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace VoiceServer.Serving;

/// <summary>What the server counts, for <c>dotnet-counters</c>, OpenTelemetry and the page <c>/stats</c>.</summary>
internal sealed class ServerMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "VoiceServer";

    private readonly Meter meter;
    private readonly Histogram<double> tickTime;
    private readonly Histogram<double> batchSize;
    private long hops, faults, inferenceTicks, inferenceBytes;
    private int streams;

    public ServerMetrics(IMeterFactory factory)
    {
        meter = factory.Create(Name);
        meter.CreateObservableUpDownCounter("voiceserver.streams", () => Streams, "{stream}", "Connected streams");
        meter.CreateObservableCounter("voiceserver.hops", () => Hops, "{hop}", "Hops of 16 ms that were answered");
        meter.CreateObservableCounter("voiceserver.faults", () => Interlocked.Read(ref faults), "{hop}", "Hops that could not be computed");
        tickTime = meter.CreateHistogram<double>("voiceserver.tick.duration", "ms", "Spectra, steps and answers of one tick");
        batchSize = meter.CreateHistogram<double>("voiceserver.batch.size", "{hop}", "Hops of a batched step");
    }

    /// <summary>Connected streams.</summary>
    public int Streams => Volatile.Read(ref streams);

    /// <summary>Hops that were answered.</summary>
    public long Hops => Interlocked.Read(ref hops);

    /// <summary>The time that spectra and steps took, on all threads.</summary>
    public TimeSpan Inference => TimeSpan.FromSeconds(Interlocked.Read(ref inferenceTicks) / (double)Stopwatch.Frequency);

    /// <summary>What spectra and steps allocated: nothing.</summary>
    public long InferenceBytes => Interlocked.Read(ref inferenceBytes);

    public void Connected() => Interlocked.Increment(ref streams);

    public void Disconnected() => Interlocked.Decrement(ref streams);

    /// <summary>A shard has taken its steps.</summary>
    public void Stepped((int Hops, int Steps, int Faults) done, long ticks, long bytes)
    {
        Interlocked.Add(ref hops, done.Hops);
        Interlocked.Add(ref faults, done.Faults);
        Interlocked.Add(ref inferenceTicks, ticks);
        Interlocked.Add(ref inferenceBytes, bytes);
        batchSize.Record((double)done.Hops / done.Steps);
    }

    /// <summary>A tick with work has ended.</summary>
    public void Ticked(TimeSpan duration) => tickTime.Record(duration.TotalMilliseconds);

    public void Dispose() => meter.Dispose();
}
