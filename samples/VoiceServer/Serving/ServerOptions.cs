namespace VoiceServer.Serving;

/// <summary>How the server runs.</summary>
internal sealed record ServerOptions
{
    /// <summary>Where it listens; 0 for any free port.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>The network's weights. A change of the file is picked up.</summary>
    public string Weights { get; init; } = Path.Combine(AppContext.BaseDirectory, "data", "speech.safetensors");

    /// <summary>From one batch to the next.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(4);

    /// <summary>Threads that run the network.</summary>
    public int Threads { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Streams at most; others are told that the server is full.</summary>
    public int MostStreams { get; init; } = 10_000;

    /// <summary>True if only warnings are logged.</summary>
    public bool IsQuiet { get; init; }
}
