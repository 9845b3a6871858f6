using System.Diagnostics;
using System.Net.Http.Json;
using Voice;
using VoiceServer.Serving;

namespace VoiceServer.Load;

/// <summary>Many streams in real time against a server: prints what they get, and what they cost it.</summary>
internal sealed class LoadRun(LoadOptions options, TextWriter output) : IDisposable
{
    private const int WarmUpSeconds = 2;

    private readonly LatencyHistogram latencies = new();
    private readonly List<Client> clients = [];
    private volatile bool isOver;

    /// <summary>Runs it.</summary>
    /// <returns>0, or 1 if an answer was wrong or a stream failed.</returns>
    public async Task<int> RunAsync(CancellationToken ended)
    {
        using ServerProcess? started = options.Server is null ? await ServerProcess.StartAsync(options, ended) : null;
        Uri server = options.Server ?? started!.Address;
        using HttpClient http = new() { BaseAddress = server };
        Sound sound = new(Path.Combine(AppContext.BaseDirectory, "wwwroot", "noisy.wav"));
        SpeechModel model = new();
        model.Load(options.Serving.Weights);
        float[] expected = sound.Answers(model, hops: 60 * 1000 / 16);
        output.WriteLine($"spectra and network alone, 256 streams a step: {InferenceTime.Of(model).TotalMicroseconds:F2} µs a hop");
        output.WriteLine("                          latency, ms     server's CPU,   bytes a hop:           answers:");
        output.WriteLine("streams     hops/s       p50       p99         µs a hop   server  inference         all     wrong");
        int wrong = 0;
        for (int streams = options.Streams; ; streams += options.Streams)
        {
            await ConnectAsync(server, sound, expected, streams, ended);
            isOver = false;
            Thread pace = new(Pace) { Priority = ThreadPriority.AboveNormal };
            pace.Start();
            double p99 = await MeasureAsync(http, ended);
            isOver = true;
            pace.Join();
            wrong = clients.Sum(client => client.Differing) > 0 ? 1 : wrong;
            if (clients.Find(client => client.Failure is not null) is { } failed)
            {
                output.WriteLine($"a stream failed: {failed.Failure}");
                return 1;
            }

            if (p99 > options.Until || ended.IsCancellationRequested)
                return wrong;
        }
    }

    public void Dispose()
    {
        foreach (Client client in clients)
            client.Dispose();
    }

    private async Task ConnectAsync(Uri server, Sound sound, float[] expected, int streams, CancellationToken ended)
    {
        // All of a round begin anew, so that each is checked from its first hop on.
        Dispose();
        clients.Clear();
        for (int i = 0; i < streams; i++)
            clients.Add(new(sound, expected, options.Hops, latencies));
        await Parallel.ForEachAsync(
            clients, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = ended },
            async (client, token) => await client.ConnectAsync(server, token));
    }

    /// <summary>Sends what is due. Streams are spread over the time of a message, as those of people are.</summary>
    private void Pace()
    {
        long start = Stopwatch.GetTimestamp(), interval = options.Hops * Stopwatch.Frequency * 16 / 1000;
        for (int i = 0; i < clients.Count; i++)
            clients[i].Due = start + (interval * i / clients.Count);
        while (!isOver)
        {
            long now = Stopwatch.GetTimestamp();
            foreach (Client client in clients)
            {
                if (client.Due <= now)
                    client.TrySend();
            }

            Thread.Sleep(1);
        }
    }

    private async Task<double> MeasureAsync(HttpClient http, CancellationToken ended)
    {
        await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds), ended);
        latencies.Clear();
        ServerStats before = (await http.GetFromJsonAsync<ServerStats>("/stats", ended))!;
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds), ended);
        ServerStats after = (await http.GetFromJsonAsync<ServerStats>("/stats", ended))!;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, hops = after.Hops - before.Hops;
        double p50 = latencies.Quantile(0.5), p99 = latencies.Quantile(0.99);
        output.WriteLine(
            $"{clients.Count,7:N0}{hops / seconds,11:N0}{p50,10:F1}{p99,10:F1}{(after.CpuSeconds - before.CpuSeconds) / hops * 1e6,17:F1}"
            + $"{(after.AllocatedBytes - before.AllocatedBytes) / hops,9:F1}{(after.InferenceBytes - before.InferenceBytes) / hops,11:F1}"
            + $"{clients.Sum(client => client.Answers),12:N0}{clients.Sum(client => client.Differing),10:N0}");
        return p99;
    }
}
