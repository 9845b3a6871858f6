using System.Diagnostics;

namespace Pronounce;

/// <summary>How well and how fast words were pronounced.</summary>
/// <param name="Score">How well.</param>
/// <param name="Seconds">How long it took, from letters to phones, on one thread.</param>
internal readonly record struct Evaluation(Score Score, double Seconds)
{
    private delegate ReadOnlySpan<int> Way(ReadOnlySpan<int> letters);

    /// <summary>Words in a second.</summary>
    public double WordsPerSecond => Score.Words / Seconds;

    /// <summary>Says each phone as the likeliest after those before it.</summary>
    public static Evaluation Greedy(Speaker speaker, IReadOnlyList<Entry> words) => Of(speaker.Say, words);

    /// <summary>Says what a beam search finds likeliest.</summary>
    public static Evaluation Beam(Speaker speaker, IReadOnlyList<Entry> words) => Of(letters => speaker.Search(letters)[0].SymbolsBeforeEnd, words);

    public override string ToString() => $"{Score}  {WordsPerSecond:N0} words/s, {1000 / WordsPerSecond:F3} ms per word";

    private static Evaluation Of(Way say, IReadOnlyList<Entry> words)
    {
        Score score = default;
        long ticks = 0;
        foreach (Entry word in words)
        {
            long start = Stopwatch.GetTimestamp();
            ReadOnlySpan<int> said = say(word.Letters);
            ticks += Stopwatch.GetTimestamp() - start;
            score = score.Add(said, word.Variants);
        }

        return new(score, (double)ticks / Stopwatch.Frequency);
    }
}
