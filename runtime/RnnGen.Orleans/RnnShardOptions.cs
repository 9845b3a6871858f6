namespace RnnGen.Orleans;

/// <summary>Options of a silo's shards: when their streams are saved, and where.</summary>
public sealed class RnnShardOptions
{
    /// <summary>The name of the storage for grains; null, the default, is the default storage.</summary>
    public string? StorageName { get; set; }

    /// <summary>
    /// A shard that has been called is saved after so long: 10 ms to a day, 1 second by default. Clients keep the frames since then, and
    /// after a silo's end they are computed once more.
    /// </summary>
    public TimeSpan SaveInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A shard is also saved after so many calls, at least 1; 1,000 by default.</summary>
    public int SaveCalls { get; set; } = 1000;

    /// <summary>A stream that was in no call for so long is forgotten: 1 second to 1,000 days, an hour by default.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(1);
}
