namespace VoiceServer.Serving;

/// <summary>Who gets a stream's answers.</summary>
internal interface IListener
{
    /// <summary>Takes answers, or says that those before have not left yet; then they come again. Called by a stream's shard.</summary>
    /// <param name="firstHop">The number of the first hop that is answered.</param>
    /// <param name="probabilities">How likely somebody speaks in it and in those behind it; NaN where that could not be computed.</param>
    bool TryTake(long firstHop, ReadOnlySpan<float> probabilities);
}
