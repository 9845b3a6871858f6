using Orleans;

namespace RnnGen.Orleans.Shards;

/// <summary>A shard in its storage. One array of bytes, which every serializer of a storage can write.</summary>
[GenerateSerializer]
[Alias("RnnGen.Orleans.ShardSnapshot")]
internal sealed class ShardSnapshot
{
    /// <summary>The bytes that <see cref="ShardStreams.Save"/> wrote; none for a shard that is new.</summary>
    [Id(0)]
    public byte[] Streams { get; set; } = [];
}
