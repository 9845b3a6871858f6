using System.Diagnostics;

namespace Pronounce;

/// <summary>How well and how fast words were pronounced.</summary>
/// <param name="Score">How well.</param>
/// <param name="Time">How long it took, from letters to phones, on one thread.</param>
/// <param name="Work">How much of that time the processor worked on it, rather than on other programs. Counting what is right is in it,
/// too.</param>
internal readonly record struct Evaluation(Score Score, TimeSpan Time, TimeSpan Work)
{
    private delegate ReadOnlySpan<int> Way(ReadOnlySpan<int> letters);

    /// <summary>Says each phone as the likeliest after those before it.</summary>
    public static Evaluation Greedy(Speaker speaker, IReadOnlyList<Entry> words) => Of(speaker.Say, words);

    /// <summary>Says what a beam search finds likeliest.</summary>
    public static Evaluation Beam(Speaker speaker, IReadOnlyList<Entry> words) =>
        Of(letters => speaker.Search(letters)[0].SymbolsBeforeEnd, words);

    public override string ToString() =>
        $"{Score}  {Score.Words / Time.TotalSeconds,5:N0} words/s, {Time.TotalMilliseconds / Score.Words:F3} ms per word "
        + $"({Work.TotalMilliseconds / Score.Words:F3} ms of CPU)";

    private static Evaluation Of(Way say, IReadOnlyList<Entry> words)
    {
        Score score = default;
        long ticks = 0;
        TimeSpan worked = Environment.CpuUsage.TotalTime;
        foreach (Entry word in words)
        {
            long start = Stopwatch.GetTimestamp();
            ReadOnlySpan<int> said = say(word.Letters);
            ticks += Stopwatch.GetTimestamp() - start;
            score = score.Add(said, word.Variants);
        }

        return new(score, Stopwatch.GetElapsedTime(0, ticks), Environment.CpuUsage.TotalTime - worked);
    }
}
