using System.Runtime.InteropServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>The mean of −ln p of the true class, where scores are those before a softmax.</summary>
public abstract class LikelihoodMetric : ClassMetric
{
    private WeightedMean mean;
    private double[] memory = [];

    private protected LikelihoodMetric()
    {
    }

    /// <summary>The mean in nats; NaN if nothing was added.</summary>
    private protected double Nats => mean.Value;

    /// <inheritdoc/>
    public override void Reset() => mean = default;

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<double> scores, int target, double weight)
    {
        if (memory.Length < scores.Length)
            memory = new double[scores.Length];
        scores.CopyTo(memory);
        ref double first = ref MemoryMarshal.GetArrayDataReference(memory);
        double loss = Losses.SoftmaxCrossEntropy(
            ref first, ref first, new ReadOnlySpan<int>(ref target), 1, ReadOnlySpan<double>.Empty, 1, scores.Length, scores.Length, 1);
        mean.Add(loss, weight);
    }
}

/// <summary>
/// e to the mean of −ln p of the true class: as uncertain as a choice among so many equally likely ones. The model's last layer has no
/// softmax of its own: its loss has.
/// </summary>
public sealed class Perplexity : LikelihoodMetric
{
    /// <inheritdoc/>
    public override string Name => "perplexity";

    /// <inheritdoc/>
    public override double Value => Functions.Exp(Nats);
}

/// <summary>The mean of −log₂ p of the true class: bits per character of a text of characters.</summary>
public sealed class BitsPerSymbol : LikelihoodMetric
{
    private const double Log2 = 0.69314718055994530942;

    /// <inheritdoc/>
    public override string Name => "bits per symbol";

    /// <inheritdoc/>
    public override double Value => Nats / Log2;
}
