namespace RnnGen.Benchmarks;

/// <summary>What is said of several figures.</summary>
internal static class Statistics
{
    /// <summary>The middle one; of an even number, the upper of the two in the middle.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>
    /// The geometric mean of positive figures: the mean of ratios that does not depend on which side is called the first.
    /// </summary>
    public static double GeometricMean(this IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
