using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using RnnGen;
using RnnGen.Orleans;
using StackExchange.Redis;
using Voice;

namespace VadCluster;

/// <summary>Starts a cluster, streams to it, disturbs it, and compares every state with that of an undisturbed run.</summary>
internal sealed class ClusterRun(Options options, TextWriter output) : IDisposable
{
    private const int ShardSize = 256;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vadcluster-");
    private readonly int redisPort = Child.FreePort();
    private readonly Frames frames = new(Path.Combine(AppContext.BaseDirectory, "data", "noisy.wav"));
    private readonly ConcurrentBag<(double Latency, int Frames)> latencies = [];
    private readonly List<Child> silos = [];
    private readonly List<ShardLoad> loads = [];
    private Child? redis;

    /// <summary>Runs all parts.</summary>
    /// <returns>0, or 1 if a state differs or another network's was not refused.</returns>
    public async Task<int> RunAsync(CancellationToken ended)
    {
        redis = await StartRedisAsync(ended);
        silos.Add(await StartSiloAsync(ended));
        silos.Add(await StartSiloAsync(ended));
        using IHost host = CreateClient();
        await host.StartAsync(ended);
        IClusterClient cluster = host.Services.GetRequiredService<IClusterClient>();
        await JoinAsync(cluster, ended);
        output.WriteLine("                            latency, ms    CPU of all,  bytes a frame:    longest");
        output.WriteLine("                frames/s      p50      p99  µs a frame  client    silos   silence   replayed   failed calls");
        // Methods are compiled again and again until they are fast; the full rate would overwhelm the first.
        await PartAsync("warming up", options.Rate / 4, null, ended);
        if (options.Until > 0)
        {
            double rate = options.Rate, p99;
            do
            {
                p99 = await PartAsync($"{rate:F0} a stream", rate, null, ended);
                rate *= 1.25;
            }
            while (p99 <= options.Until);
        }
        else
        {
            await PartAsync("undisturbed", options.Rate, null, ended);
            await PartAsync("a silo killed", options.Rate, KillSiloAsync, ended);
            await PartAsync("Redis restarted", options.Rate, RestartRedisAsync, ended);
        }

        int differing = await CompareAsync(cluster);
        output.WriteLine($"states that differ from an undisturbed run: {differing} of {options.Streams:N0}");
        return await IsOlderRefusedAsync(cluster) && differing == 0 ? 0 : 1;

        async Task KillSiloAsync()
        {
            silos[1].Dispose();
            silos[1] = await StartSiloAsync(ended);
        }

        async Task RestartRedisAsync()
        {
            redis.Dispose();
            redis = await StartRedisAsync(ended);
        }
    }

    public void Dispose()
    {
        foreach (Child silo in silos)
            silo.Dispose();
        redis?.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task<Child> StartRedisAsync(CancellationToken ended)
    {
        Child started = await Child.StartAsync(
            "redis-server",
            ["--port", Text(redisPort), "--bind", "127.0.0.1", "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
                "--dir", folder.FullName],
            "Ready to accept connections", ended);
        started.Ignore();
        return started;
    }

    private Task<Child> StartSiloAsync(CancellationToken ended) => Child.StartAsync(
        "dotnet",
        [typeof(Silo).Assembly.Location, "silo", Text(redisPort), Text(Child.FreePort()), Text(Child.FreePort())], Silo.Ready, ended);

    private IHost CreateClient()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client
            .UseRedisClustering(redis => redis.ConfigurationOptions = Silo.Address(redisPort))
            .Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(3))
            .AddRnnShards());
        return builder.Build();
    }

    private async Task JoinAsync(IClusterClient cluster, CancellationToken ended)
    {
        for (int first = 0; first < options.Streams; first += ShardSize)
        {
            RnnShardClient client = await RnnShardClient.ConnectAsync(Shard(cluster, first), cancellationToken: ended);
            for (int stream = first; stream < Math.Min(first + ShardSize, options.Streams); stream++)
                client.Join(stream);
            loads.Add(new(client, frames, latencies));
        }
    }

    /// <summary>Streams for a while, with a disturbance in it, and prints a line.</summary>
    private async Task<double> PartAsync(string name, double rate, Func<Task>? disturb, CancellationToken ended)
    {
        latencies.Clear();
        foreach (ShardLoad load in loads)
            load.Silence = TimeSpan.Zero;
        long answered = loads.Sum(load => load.Answered), replayed = loads.Sum(load => load.Client.ReplayedFrames);
        long failed = loads.Sum(load => load.Client.FailedCalls), silosBytes = await SilosBytesAsync(ended);
        long bytes = GC.GetTotalAllocatedBytes(), start = Stopwatch.GetTimestamp();
        TimeSpan cpu = Cpu();
        long until = start + (options.Seconds * Stopwatch.Frequency);
        Task running = Task.WhenAll(loads.Select((load, i) => Task.Run(
            () => load.RunAsync(rate, (double)i / loads.Count, until, ended), ended)));
        if (disturb is not null)
        {
            await Task.Delay(TimeSpan.FromSeconds(options.Seconds / 3.0), ended);
            await disturb();
        }

        await running;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, count = loads.Sum(load => load.Answered) - answered;
        var (p50, p99) = (Quantile(0.5), Quantile(0.99));

        // A killed silo takes its time and its bytes with it.
        string microseconds = "-", ofSilos = "-";
        double ofClient = (GC.GetTotalAllocatedBytes() - bytes) / count;
        if (disturb is null)
        {
            microseconds = ((Cpu() - cpu).TotalMicroseconds / count).ToString("F2", CultureInfo.InvariantCulture);
            ofSilos = ((await SilosBytesAsync(ended) - silosBytes) / count).ToString("N0", CultureInfo.InvariantCulture);
        }

        output.WriteLine(
            $"{name,-15}{count / seconds,9:N0}{p50,9:F1}{p99,9:F1}{microseconds,12}{ofClient,8:N0}{ofSilos,9}"
            + $"{loads.Max(load => load.Silence).TotalSeconds,8:F1} s{loads.Sum(load => load.Client.ReplayedFrames) - replayed,11:N0}"
            + $"{loads.Sum(load => load.Client.FailedCalls) - failed,15:N0}");
        return p99;
    }

    private async Task<long> SilosBytesAsync(CancellationToken ended)
    {
        long bytes = 0;
        foreach (Child silo in silos)
            bytes += long.Parse(await silo.AskAsync(ended), CultureInfo.InvariantCulture);
        return bytes;
    }

    private TimeSpan Cpu() =>
        silos.Aggregate(redis!.Cpu + Environment.CpuUsage.TotalTime, (sum, silo) => sum + silo.Cpu);

    /// <summary>The time that a share of all frames do not exceed.</summary>
    private double Quantile(double share)
    {
        var sorted = latencies.OrderBy(latency => latency.Latency).ToArray();
        double left = share * sorted.Sum(latency => (long)latency.Frames);
        foreach (var (latency, count) in sorted)
        {
            left -= count;
            if (left <= 0)
                return latency;
        }

        return double.NaN;
    }

    private async Task<int> CompareAsync(IClusterClient cluster)
    {
        SpeechModel model = new();
        model.Load(Path.Combine(AppContext.BaseDirectory, "data", "speech.safetensors"));
        int differing = 0;
        foreach (ShardLoad load in loads)
        {
            foreach (RnnShardStream stream in load.Client.Streams.Values)
            {
                SpeechModel.State? state = await Shard(cluster, stream.Id).GetStateAsync(stream.Id);
                if (state != frames.StateOf(model, stream.Id, load.Position))
                    differing++;
            }
        }

        return differing;
    }

    /// <summary>Puts what an older network has saved where the network of today looks for it.</summary>
    private async Task<bool> IsOlderRefusedAsync(IClusterClient cluster)
    {
        var older = cluster.GetGrain<IRnnShard<OlderModel, OlderModel.State>>("older");
        RnnShardClient client = await RnnShardClient.ConnectAsync(older);
        client.Join(1).Push(frames.Of(1, 0));
        await client.FlushAsync();
        await older.SaveAsync();
        var newer = cluster.GetGrain<IRnnShard<SpeechModel, SpeechModel.State>>("older");
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(Silo.Address(redisPort));
        IServer server = connection.GetServers()[0];
        string key = server.Keys(pattern: "*").Select(name => name.ToString())
            .Single(name => name.Contains(older.GetGrainId().ToString(), StringComparison.Ordinal));
        await connection.GetDatabase().KeyRenameAsync(
            key, key.Replace(older.GetGrainId().ToString(), newer.GetGrainId().ToString(), StringComparison.Ordinal));
        try
        {
            await RnnShardClient.ConnectAsync(newer);
            output.WriteLine("a state of an older network was taken");
            return false;
        }
        catch (InvalidDataException error)
        {
            output.WriteLine($"a state of an older network is refused: {error.Message}");
            return true;
        }
    }

    private static IRnnShard<SpeechModel, SpeechModel.State> Shard(IClusterClient cluster, long stream) =>
        cluster.GetGrain<IRnnShard<SpeechModel, SpeechModel.State>>(
            string.Create(CultureInfo.InvariantCulture, $"voice/{stream / ShardSize}"));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
