using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// A number that says how good outputs are, over any number of them: they are added one by one, and nothing is allocated. Not for several
/// threads at once.
/// </summary>
/// <remarks>
/// A trainer's <c>Evaluate</c> adds what it computes. A metric of your own derives from <see cref="ClassMetric"/> or
/// <see cref="NumberMetric"/>.
/// </remarks>
public abstract class Metric
{
    private readonly int head;

    /// <summary>A short name for tables.</summary>
    public abstract string Name { get; }

    /// <summary>The number, over all that was added since the last <see cref="Reset"/>; NaN if that is nothing.</summary>
    public abstract double Value { get; }

    /// <summary>True if a larger number is better.</summary>
    public virtual bool IsBetterWhenLarger => false;

    /// <summary>Which of a model's losses it belongs to, from 0, in the order of their declaration.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Head
    {
        get => head;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Head));
            head = value;
        }
    }

    /// <summary>Forgets all that was added.</summary>
    public abstract void Reset();

    /// <summary>Refuses a weight that is none.</summary>
    private protected static void CheckWeight(double weight)
    {
        if (!(weight >= 0 && double.IsFinite(weight)))
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "A weight must be finite and at least 0.");
    }

    /// <summary>Converts numbers, which must be finite, into memory that is used again.</summary>
    private protected static ReadOnlySpan<double> Convert<T>(ReadOnlySpan<T> values, ref double[] memory, string name) where T : unmanaged
    {
        if (memory.Length < values.Length)
            memory = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
            memory[i] = Element.ToDouble(values[i]);
        ReadOnlySpan<double> converted = memory.AsSpan(0, values.Length);
        Guard.Finite(converted, name);
        return converted;
    }
}

/// <summary>A metric of classes: which one the scores say, and which one it is.</summary>
public abstract class ClassMetric : Metric
{
    private double[] memory = [];

    /// <summary>Adds an output.</summary>
    /// <param name="scores">A finite number for each class: scores, logarithms or probabilities, as the metric says.</param>
    /// <param name="target">The class, 0 to the number of scores − 1.</param>
    /// <param name="weight">What it counts, at least 0; 0 for nothing, whatever the scores are.</param>
    /// <exception cref="ArgumentException">There are no scores, or not as many as the metric has classes, or one is not finite. Nothing was
    /// added.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class or weight. Nothing was added.</exception>
    public void Add<T>(ReadOnlySpan<T> scores, int target, double weight = 1) where T : unmanaged
    {
        CheckWeight(weight);
        if (weight == 0)
            return;
        if ((uint)target >= (uint)scores.Length)
            throw new ArgumentOutOfRangeException(nameof(target), target, $"A class must be 0 to {scores.Length - 1}.");
        Observe(Convert(scores, ref memory, nameof(scores)), target, weight);
    }

    /// <summary>Adds an output that was checked.</summary>
    /// <param name="scores">Finite, at least one.</param>
    /// <param name="target">One of them.</param>
    /// <param name="weight">More than 0.</param>
    protected abstract void Observe(ReadOnlySpan<double> scores, int target, double weight);
}

/// <summary>A metric of numbers: what an output says, and what is true.</summary>
public abstract class NumberMetric : Metric
{
    private double[] outputMemory = [];
    private double[] targetMemory = [];

    /// <summary>Adds an output.</summary>
    /// <param name="outputs">Finite numbers.</param>
    /// <param name="targets">As many, unless the metric says otherwise.</param>
    /// <param name="weight">What it counts, at least 0; 0 for nothing, whatever the numbers are.</param>
    /// <exception cref="ArgumentException">There are none, or not as many as the metric wants, or one is not finite. Nothing was
    /// added.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such weight. Nothing was added.</exception>
    public void Add<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, double weight = 1) where T : unmanaged
    {
        CheckWeight(weight);
        if (weight == 0)
            return;
        int expected = targets.Length * OutputsPerTarget;
        if (targets.IsEmpty || outputs.Length != expected)
            throw new ArgumentException(
                $"Expected {expected} numbers of an output for {targets.Length} targets, and at least one, but there are "
                + $"{outputs.Length}.", nameof(outputs));
        Observe(
            Convert(outputs, ref outputMemory, nameof(outputs)), Convert(targets, ref targetMemory, nameof(targets)), weight);
    }

    /// <summary>Numbers of an output for each target: 1 unless the metric says otherwise.</summary>
    protected virtual int OutputsPerTarget => 1;

    /// <summary>Adds an output that was checked.</summary>
    /// <param name="outputs">Finite, at least one.</param>
    /// <param name="targets">Finite.</param>
    /// <param name="weight">More than 0.</param>
    protected abstract void Observe(ReadOnlySpan<double> outputs, ReadOnlySpan<double> targets, double weight);
}

/// <summary>A weighted mean that is added to.</summary>
internal struct WeightedMean
{
    public double Sum { get; set; }

    public double Weight { get; set; }

    public readonly double Value => Weight > 0 ? Sum / Weight : double.NaN;

    public void Add(double value, double weight)
    {
        Sum += value * weight;
        Weight += weight;
    }
}
