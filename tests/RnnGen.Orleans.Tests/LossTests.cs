using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace RnnGen.Orleans.Tests;

/// <summary>Streams that a shard no longer has, or that another activation has written.</summary>
public sealed class LossTests : IAsyncLifetime
{
    private TestCluster silos = null!;

    public async Task InitializeAsync() => silos = await Cluster.StartAsync<ForgetfulSilo>();

    public async Task DisposeAsync() => await silos.DisposeAsync();

    [Fact]
    public async Task AStreamThatWasIdleForTooLongIsForgottenAndSaidToBe()
    {
        RnnShardClient client = await ConnectAsync("idle");
        RnnShardStream idle = client.Join(1), busy = client.Join(2);
        float[] frames = Cluster.Frames(2, 60);
        for (int i = 0; i < 60; i++)
        {
            if (i < 30)
                idle.Push<float>(Cluster.Frames(1, 30).AsSpan(i * 4, 4));
            busy.Push<float>(frames.AsSpan(i * 4, 4));
            await client.FlushAsync();
            await Task.Delay(60);
        }

        Assert.Null(await Shard("idle").GetStateAsync(1));
        Assert.Equal(Cluster.Undisturbed(frames).State, await Shard("idle").GetStateAsync(2));
        await AssertLostAsync(client, idle);
    }

    [Fact]
    public async Task SavedStatesThatAreLostAreSaidToBe()
    {
        RnnShardClient client = await ConnectAsync("lost");
        RnnShardStream stream = client.Join(1);
        stream.Push<float>(Cluster.Frames(1, 5));
        await client.FlushAsync();
        stream.Push<float>(Cluster.Frames(1, 1));
        await client.FlushAsync();
        await Shard("lost").SaveAsync();
        stream.Push<float>(Cluster.Frames(1, 1));
        await client.FlushAsync();
        await Shard("lost").SaveAsync();
        Assert.InRange(stream.KeptFrames, 0, 2);
        TestStorage.Instance.Lose(Shard("lost").GetGrainId());
        await silos.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        await AssertLostAsync(client, stream);
    }

    [Fact]
    public async Task AShardThatAnotherHasWrittenGoesOnFromThere()
    {
        RnnShardClient client = await ConnectAsync("twice");
        RnnShardStream stream = client.Join(1);
        float[] frames = Cluster.Frames(1, 40);
        List<float> outputs = [];
        for (int i = 0; i < 40; i++)
        {
            stream.Push<float>(frames.AsSpan(i * 4, 4));
            await client.FlushAsync();
            outputs.AddRange(stream.Outputs<float>());
            if (i == 15)
            {
                await Shard("twice").SaveAsync();
                TestStorage.Instance.WriteAgain(Shard("twice").GetGrainId());
            }

            await Task.Delay(40);
        }

        Assert.Equal(Cluster.Undisturbed(frames).Outputs, outputs);
        Assert.Equal(Cluster.Undisturbed(frames).State, await Shard("twice").GetStateAsync(1));
        Assert.True(client.ReplayedFrames > 0);
    }

    /// <summary>The next frame is refused with the reason, and a reset begins the stream anew.</summary>
    private static async Task AssertLostAsync(RnnShardClient client, RnnShardStream stream)
    {
        stream.Push<float>(Cluster.Frames(3, 1));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.FlushAsync());
        Assert.Contains("The shard's stream 1 stands at frame 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("its saved state is lost, or it was idle for too long", error.Message, StringComparison.Ordinal);
        stream.Reset();
        stream.Push<float>(Cluster.Frames(1, 2));
        await client.FlushAsync();
        Assert.Equal(Cluster.Undisturbed(Cluster.Frames(1, 2)).Outputs, stream.Outputs<float>());
    }

    private Task<RnnShardClient> ConnectAsync(string key) => RnnShardClient.ConnectAsync(Shard(key));

    private IRnnShard<Meter, Meter.State> Shard(string key) => silos.Client.GetGrain<IRnnShard<Meter, Meter.State>>(key);

    /// <summary>A silo that forgets streams after a second.</summary>
    public sealed class ForgetfulSilo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            Cluster.AddModels(siloBuilder, idleTimeout: TimeSpan.FromSeconds(1));
            siloBuilder.Services.AddSingleton<global::Orleans.Storage.IGrainStorage>(TestStorage.Instance);
        }
    }
}
