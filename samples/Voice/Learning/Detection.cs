namespace Voice.Learning;

/// <summary>How well a detector tells speech from the rest.</summary>
/// <param name="Area">
/// Under the ROC curve: how likely a hop with speech has a higher probability than one without. 1 is perfect, ½ is chance.
/// </param>
/// <param name="Accuracy">The share of hops on the right side of ½.</param>
internal readonly record struct Detection(double Area, double Accuracy)
{
    /// <param name="hops">What a detector said of each hop, and what is right; both kinds must be there.</param>
    public static Detection Of(IReadOnlyCollection<(float Probability, bool Speaks)> hops)
    {
        // Mann and Whitney: the ranks of the hops with speech, equal probabilities sharing theirs.
        double ranks = 0;
        long before = 0, speech = 0;
        foreach (var equal in hops.GroupBy(hop => hop.Probability).OrderBy(group => group.Key))
        {
            int count = equal.Count(), right = equal.Count(hop => hop.Speaks);
            ranks += right * (before + ((count + 1) / 2.0));
            before += count;
            speech += right;
        }

        double area = (ranks - (speech * (speech + 1) / 2.0)) / ((double)speech * (before - speech));
        return new(area, hops.Count(hop => hop.Probability >= 0.5f == hop.Speaks) / (double)hops.Count);
    }
}
