namespace RnnGen;

/// <summary>The share of outputs whose class is among those of the k highest scores. Of equal scores the first counts as higher.</summary>
public class TopAccuracy : ClassMetric
{
    private WeightedMean mean;

    /// <summary>Sets how many count.</summary>
    /// <param name="k">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is less than 1.</exception>
    public TopAccuracy(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        K = k;
    }

    /// <summary>How many of the highest scores count.</summary>
    public int K { get; }

    /// <inheritdoc/>
    public override string Name => K == 1 ? "accuracy" : $"top-{K} accuracy";

    /// <inheritdoc/>
    public override double Value => mean.Value;

    /// <inheritdoc/>
    public override bool IsBetterWhenLarger => true;

    /// <inheritdoc/>
    public override void Reset() => mean = default;

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<double> scores, int target, double weight)
    {
        int higher = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > scores[target] || (i < target && scores[i] == scores[target]))
                higher++;
        }

        mean.Add(higher < K ? 1 : 0, weight);
    }
}

/// <summary>The share of outputs whose highest score is that of the true class. Of equal scores the first counts as higher.</summary>
public sealed class Accuracy() : TopAccuracy(1);
