using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;

namespace RnnGen.Orleans.Tests;

/// <summary>The programs of docs/orleans.md, whole.</summary>
internal static class HostedProgram
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRnnModel<Detector>("detector.safetensors");
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering()
            .AddMemoryGrainStorageAsDefault()
            .AddRnnShards());
        return builder.Build();
    }

    public static async Task<float[]> Detect(IGrainFactory cluster, float[] frames)
    {
        var shard = cluster.GetGrain<IRnnShard<Detector, Detector.State>>("detector/17");
        RnnShardClient client = await RnnShardClient.ConnectAsync(shard);
        RnnShardStream stream = client.Join(4711);
        stream.Push<float>(frames);                          // one frame or several
        await client.FlushAsync();                           // one call for all streams that have frames
        ReadOnlySpan<float> outputs = stream.Outputs<float>();
        return outputs.ToArray();
    }
}
