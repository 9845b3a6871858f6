namespace VoiceServer.Load;

/// <summary>What a load is.</summary>
internal sealed record LoadOptions
{
    /// <summary>The server, or null to start one in a process of its own.</summary>
    public Uri? Server { get; init; }

    /// <summary>Streams.</summary>
    public int Streams { get; init; } = 500;

    /// <summary>How long they are measured, after two seconds that are not.</summary>
    public int Seconds { get; init; } = 10;

    /// <summary>Hops of 16 ms in a message.</summary>
    public int Hops { get; init; } = 1;

    /// <summary>Streams are added until the 99th percentile of the latency is above this, in milliseconds; 0 to measure once.</summary>
    public double Until { get; init; }

    /// <summary>The processor that the started server is bound to, or −1.</summary>
    public int Core { get; init; } = -1;

    /// <summary>How the started server runs.</summary>
    public Serving.ServerOptions Serving { get; init; } = new() { Threads = 1, IsQuiet = true };
}
