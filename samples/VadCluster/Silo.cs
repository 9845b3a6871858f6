using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Persistence;
using StackExchange.Redis;
using Voice;

namespace VadCluster;

/// <summary>A silo: the network, and its shards in Redis.</summary>
internal static class Silo
{
    public const string Ready = "ready";

    public static async Task RunAsync(int redis, int silo, int gateway, CancellationToken ended)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRnnModel<SpeechModel>(Path.Combine(AppContext.BaseDirectory, "data", "speech.safetensors"));
        builder.Services.AddSingleton(new OlderModel(seed: 1));
        builder.UseOrleans(orleans => orleans
            .ConfigureEndpoints(IPAddress.Loopback, silo, gateway)
            .UseRedisClustering(options => options.ConfigurationOptions = Address(redis))
            .AddRedisGrainStorageAsDefault((RedisStorageOptions options) => options.ConfigurationOptions = Address(redis))
            .Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(1);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
            })
            .AddRnnShards());
        using IHost host = builder.Build();
        await host.StartAsync(ended);
        Console.WriteLine(Ready);
        // The program asks with an empty line, and its end closes the input.
        while (await Console.In.ReadLineAsync(ended) is not null)
            Console.WriteLine(GC.GetTotalAllocatedBytes().ToString(CultureInfo.InvariantCulture));
        await host.StopAsync(ended);
    }

    public static ConfigurationOptions Address(int port) =>
        new() { EndPoints = { { IPAddress.Loopback, port } }, AbortOnConnectFail = false };
}
