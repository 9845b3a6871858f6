namespace Voice.Networks;

/// <summary>Says of each hop of a stream at 16 kHz whether somebody speaks in it.</summary>
internal interface IDetector
{
    /// <summary>Samples of a hop.</summary>
    int Hop { get; }

    /// <summary>Takes a hop.</summary>
    /// <returns>How likely somebody speaks, 0 to 1.</returns>
    float Step(ReadOnlySpan<float> samples);

    /// <summary>A new stream begins.</summary>
    void Reset();
}
