using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace RnnGen.Orleans.Tests;

/// <summary>Two silos with the models, and storage in memory that outlives a silo.</summary>
public sealed class Cluster : IAsyncLifetime
{
    public TestCluster Silos { get; private set; } = null!;

    public static Meter Model { get; } = new(seed: 1);

    public async Task InitializeAsync()
    {
        Silos = await StartAsync<Silo>();
    }

    public static async Task<TestCluster> StartAsync<TSilo>() where TSilo : ISiloConfigurator, new()
    {
        TestClusterBuilder builder = new(2);
        builder.AddSiloBuilderConfigurator<TSilo>();
        builder.AddClientBuilderConfigurator<Client>();
        TestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    public async Task DisposeAsync() => await Silos.DisposeAsync();

    public Task<RnnShardClient> ConnectAsync(string key) =>
        RnnShardClient.ConnectAsync(Silos.Client.GetGrain<IRnnShard<Meter, Meter.State>>(key));

    /// <summary>The outputs and the state of a stream that nothing has disturbed.</summary>
    public static (float[] Outputs, Meter.State State) Undisturbed(ReadOnlySpan<float> frames)
    {
        Meter.State state = default;
        float[] outputs = new float[frames.Length / 4 * 2];
        for (int i = 0; i < frames.Length / 4; i++)
            Model.Step(frames.Slice(i * 4, 4), ref state, outputs.AsSpan(i * 2, 2));
        return (outputs, state);
    }

    /// <summary>Frames of a stream, the same at each call.</summary>
    public static float[] Frames(long stream, int count)
    {
        Random random = new((int)stream);
        return [.. Enumerable.Range(0, count * 4).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    public static void AddModels(ISiloBuilder silo, TimeSpan? idleTimeout = null)
    {
        silo.Services.AddSingleton(Model).AddSingleton(new OlderMeter(seed: 1)).AddSingleton(new Writer(seed: 1));
        silo.AddRnnShards(options =>
        {
            options.SaveInterval = TimeSpan.FromMilliseconds(300);
            options.IdleTimeout = idleTimeout ?? options.IdleTimeout;
        });
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromMilliseconds(500);
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 1;
        });
    }

    /// <summary>A silo whose storage is in the memory of the test's process.</summary>
    public sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            AddModels(siloBuilder);
            siloBuilder.Services.AddSingleton<global::Orleans.Storage.IGrainStorage>(TestStorage.Instance);
        }
    }

    private sealed class Client : IClientBuilderConfigurator
    {
        public void Configure(IConfiguration configuration, IClientBuilder clientBuilder)
        {
            clientBuilder.AddRnnShards();
            clientBuilder.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(3));
        }
    }
}
