using Orleans.Persistence;
using Orleans.Hosting;
using Orleans.TestingHost;
using StackExchange.Redis;
using Xunit.Abstractions;

namespace RnnGen.Orleans.Tests;

/// <summary>A real redis-server as the storage.</summary>
public sealed class RedisTests(ITestOutputHelper output)
{
    private static int port;

    [Fact]
    public async Task StreamsGoOnFromRedisAfterItAndTheirSiloHaveEnded()
    {
        if (!Redis.IsInstalled)
        {
            output.WriteLine("redis-server is not installed: skipped.");
            return;
        }

        using Redis redis = new();
        port = redis.Port;
        await redis.StartAsync();
        await using TestCluster silos = await Cluster.StartAsync<Silo>();
        var shard = silos.Client.GetGrain<IRnnShard<Meter, Meter.State>>("redis");
        RnnShardClient client = await RnnShardClient.ConnectAsync(shard);
        RnnShardStream stream = client.Join(1);
        float[] frames = Cluster.Frames(1, 40), outputs = new float[80];
        for (int i = 0; i < 40; i++)
        {
            if (i == 10)
                await shard.SaveAsync();
            if (i == 20)
            {
                redis.Kill();
                await redis.StartAsync();
            }

            if (i == 30)
                await silos.KillSiloAsync(silos.SecondarySilos[0]);
            stream.Push<float>(frames.AsSpan(i * 4, 4));
            await client.FlushAsync();
            stream.Outputs<float>().CopyTo(outputs.AsSpan(i * 2));
        }

        Assert.Equal(Cluster.Undisturbed(frames).Outputs, outputs);
        Assert.Equal(Cluster.Undisturbed(frames).State, await shard.GetStateAsync(1));
        Assert.True(stream.KeptFrames < 40);
    }

    public sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            Cluster.AddModels(siloBuilder);
            siloBuilder.AddRedisGrainStorageAsDefault((RedisStorageOptions options) => options.ConfigurationOptions =
                new ConfigurationOptions { EndPoints = { { "127.0.0.1", port } }, AbortOnConnectFail = false });
        }
    }
}
