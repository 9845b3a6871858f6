namespace Voice.Networks;

/// <summary>Takes the noise out of a stream at 16 kHz.</summary>
internal interface IDenoiser
{
    /// <summary>Samples of a hop.</summary>
    int Hop { get; }

    /// <summary>How many samples later a sample comes out than it went in.</summary>
    int Latency { get; }

    /// <summary>Takes a hop, and gives one.</summary>
    void Step(ReadOnlySpan<float> samples, Span<float> cleaned);

    /// <summary>A new stream begins.</summary>
    void Reset();
}
