using RnnGen;

namespace Pronounce;

/// <summary>How much was pronounced right. Of a word with several pronunciations the one counts that is nearest to what was said.</summary>
/// <param name="Words">All words.</param>
/// <param name="WrongWords">Those pronounced as none of their variants.</param>
/// <param name="Phones">The phones of the variants that count.</param>
/// <param name="Edits">How many phones are to be put in, left out or replaced to make these of what was said.</param>
internal readonly record struct Score(int Words, int WrongWords, int Phones, int Edits)
{
    /// <summary>The share of words that are wrong.</summary>
    public double WordErrorRate => (double)WrongWords / Words;

    /// <summary>Edits per phone.</summary>
    public double PhoneErrorRate => (double)Edits / Phones;

    /// <summary>Counts one more word.</summary>
    /// <param name="said">How it was pronounced.</param>
    /// <param name="variants">How it may be. The one with the fewest edits counts, of equal ones the first.</param>
    public Score Add(ReadOnlySpan<int> said, int[][] variants)
    {
        EditDistance distance = new("PER");
        int[] nearest = variants[0];
        int edits = distance.Add(said, nearest);
        foreach (int[] variant in variants.AsSpan(1))
        {
            int others = distance.Add(said, variant);
            if (others < edits)
                (nearest, edits) = (variant, others);
        }

        return new(Words + 1, WrongWords + (edits > 0 ? 1 : 0), Phones + nearest.Length, Edits + edits);
    }

    public override string ToString() => $"PER {PhoneErrorRate:P2}, WER {WordErrorRate:P2}";
}
