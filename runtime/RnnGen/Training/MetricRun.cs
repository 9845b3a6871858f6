using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RnnGen.Generated;

namespace RnnGen;

/// <summary>Adds a batch's outputs to metrics.</summary>
internal static class MetricRun
{
    /// <summary>Refuses metrics that are of another kind than their loss.</summary>
    public static void Check(ReadOnlySpan<Metric> metrics, ModelShape shape)
    {
        foreach (Metric metric in metrics)
        {
            ArgumentNullException.ThrowIfNull(metric, nameof(metrics));
            if (metric.Head >= shape.Heads.Count)
                throw new ArgumentException(
                    $"{metric.Name} is of output {metric.Head}, but the model has {shape.Heads.Count}.", nameof(metrics));
            if (metric is not (ClassMetric or NumberMetric))
                throw new ArgumentException(
                    $"{metric.Name} is a metric neither of classes nor of numbers: it is added to by hand.", nameof(metrics));
            if (metric is ClassMetric != shape.Heads[metric.Head].IsClass)
                throw new ArgumentException(
                    $"{metric.Name} is a metric of {(metric is ClassMetric ? "classes" : "numbers")}, but targets of output {metric.Head} "
                    + $"are {(metric is ClassMetric ? "numbers" : "classes")}.", nameof(metrics));
        }
    }

    /// <summary>Adds every output that counts, in the order of steps, then rows.</summary>
    /// <param name="metrics">Checked.</param>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="outputs">[output step][row][number].</param>
    /// <param name="targets">[output step][row][target].</param>
    /// <param name="weights">[output step][row], or empty.</param>
    /// <param name="lengths">Of the rows, or empty.</param>
    public static void Add<T, TTarget>(
        ReadOnlySpan<Metric> metrics, ModelShape shape, int rows, ReadOnlySpan<T> outputs, ReadOnlySpan<TTarget> targets,
        ReadOnlySpan<T> weights, ReadOnlySpan<int> lengths)
        where T : unmanaged
        where TTarget : unmanaged
    {
        foreach (Metric metric in metrics)
        {
            int output = 0, target = 0;
            for (int head = 0; head < metric.Head; head++)
            {
                output += shape.Heads[head].Size;
                target += shape.Heads[head].IsClass ? 1 : shape.Heads[head].Size;
            }

            int size = shape.Heads[metric.Head].Size;
            for (int item = 0; item < outputs.Length / shape.OutputSize; item++)
            {
                double weight = LossWeights.Of(item, weights, shape.OutputLengths(lengths), rows);
                if (weight == 0)
                    continue;
                ReadOnlySpan<T> its = outputs.Slice((item * shape.OutputSize) + output, size);
                int place = (item * shape.TargetWidth) + target;
                if (metric is ClassMetric classes)
                    classes.Add(its, ClassOf<T, TTarget>(targets[place]), weight);
                else
                    ((NumberMetric)metric).Add(its, Numbers<T, TTarget>(targets.Slice(place, size)), weight);
            }
        }
    }

    private static int ClassOf<T, TTarget>(TTarget target) where TTarget : unmanaged =>
        typeof(TTarget) == typeof(int) ? Unsafe.BitCast<TTarget, int>(target) : (int)Element.ToDouble(target);

    // Targets that are no classes are of the model's own type.
    private static ReadOnlySpan<T> Numbers<T, TTarget>(ReadOnlySpan<TTarget> targets)
        where T : unmanaged
        where TTarget : unmanaged => MemoryMarshal.Cast<TTarget, T>(targets);
}
