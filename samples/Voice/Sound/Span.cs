namespace Voice.Sound;

/// <summary>A piece of a recording.</summary>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="End">Where it ends, in seconds.</param>
internal readonly record struct Span(double Start, double End)
{
    /// <summary>Where somebody speaks.</summary>
    /// <remarks>
    /// Speech begins at a probability of 0.7 and ends below 0.35: where a network has not heard much yet, it is near ½. Pauses shorter
    /// than 0.2 s are part of it, and what is shorter than a quarter of a second is none.
    /// </remarks>
    /// <param name="probabilities">A detector's, hop after hop.</param>
    /// <param name="hop">A hop's length, in seconds.</param>
    public static List<Span> Speech(ReadOnlySpan<float> probabilities, double hop)
    {
        const float On = 0.7f, Off = 0.35f;
        const double ShortestPause = 0.2, ShortestSpeech = 0.25;
        List<Span> spans = [];
        bool speaks = false;
        for (int i = 0; i < probabilities.Length; i++)
        {
            speaks = probabilities[i] >= (speaks ? Off : On);
            if (!speaks)
                continue;
            if (spans is [.., var last] && (i * hop) - last.End < ShortestPause)
                spans[^1] = last with { End = (i + 1) * hop };
            else
                spans.Add(new(i * hop, (i + 1) * hop));
        }

        spans.RemoveAll(span => span.End - span.Start < ShortestSpeech);
        return spans;
    }
}
