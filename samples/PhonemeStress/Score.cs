namespace PhonemeStress;

/// <summary>How much was tagged right.</summary>
/// <param name="Tags">All tags.</param>
/// <param name="RightTags">The right ones.</param>
/// <param name="Sequences">All sequences.</param>
/// <param name="RightSequences">Those in which all tags are right.</param>
internal readonly record struct Score(int Tags, int RightTags, int Sequences, int RightSequences)
{
    /// <summary>The share of right tags.</summary>
    public double TagAccuracy => (double)RightTags / Tags;

    /// <summary>The share of sequences in which all tags are right.</summary>
    public double SequenceAccuracy => (double)RightSequences / Sequences;

    /// <summary>Counts one more sequence.</summary>
    /// <param name="expected">What its tags are.</param>
    /// <param name="found">What they were taken for.</param>
    /// <param name="ignored">A tag that is too easy to count, or null.</param>
    public Score Add(ReadOnlySpan<int> expected, ReadOnlySpan<int> found, int? ignored)
    {
        int tags = 0, right = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            bool isCounted = expected[i] != ignored;
            tags += isCounted ? 1 : 0;
            right += isCounted && expected[i] == found[i] ? 1 : 0;
        }

        return new(Tags + tags, RightTags + right, Sequences + 1, RightSequences + (right == tags ? 1 : 0));
    }
}
