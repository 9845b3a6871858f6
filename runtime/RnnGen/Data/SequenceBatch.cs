using RnnGen.Generated;

namespace RnnGen;

/// <summary>Some sequences side by side, laid out as models take them: [step][row]. Behind the end of a sequence there are zeros.</summary>
/// <remarks>A view of memory that the next batch is written to.</remarks>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise the model's numbers.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise the model's numbers.</typeparam>
public readonly ref struct SequenceBatch<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    /// <summary>A batch over memory that was laid out by hand.</summary>
    /// <param name="index">The index of the batch in its epoch, from 0.</param>
    /// <param name="rows">Sequences, at least 1.</param>
    /// <param name="steps">Steps of the inputs, at least 1.</param>
    /// <param name="inputs">[step][row], and for real inputs [number].</param>
    /// <param name="targetSteps">Steps of the targets, at least 1.</param>
    /// <param name="targets">[step][row], and for real targets [number].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">A span is no multiple of its steps and the rows.</exception>
    public SequenceBatch(
        int index, int rows, int steps, ReadOnlySpan<TInput> inputs, int targetSteps, ReadOnlySpan<TTarget> targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetSteps, 1);
        CheckVectors(inputs.Length, steps, rows, nameof(inputs));
        CheckVectors(targets.Length, targetSteps, rows, nameof(targets));
        Index = index;
        Rows = rows;
        Steps = steps;
        Inputs = inputs;
        TargetSteps = targetSteps;
        Targets = targets;
    }

    /// <summary>The index of the batch in its epoch, from 0.</summary>
    public int Index { get; }

    /// <summary>Sequences side by side.</summary>
    public int Rows { get; }

    /// <summary>Steps of the inputs.</summary>
    public int Steps { get; }

    /// <summary>[step][row], and for real inputs [number]. Of a sequence-to-sequence model these are the sources.</summary>
    public ReadOnlySpan<TInput> Inputs { get; }

    /// <summary>Steps of the targets: as many as inputs, or one, or of a sequence-to-sequence model any number.</summary>
    public int TargetSteps { get; }

    /// <summary>[step][row], and for real targets [number]; those of a decoder without a start or an end.</summary>
    public ReadOnlySpan<TTarget> Targets { get; }

    /// <summary>The steps of each row's input; empty if all have all.</summary>
    public ReadOnlySpan<int> InputLengths { get; init; }

    /// <summary>The steps of each row's target; empty if all have all.</summary>
    public ReadOnlySpan<int> TargetLengths { get; init; }

    /// <summary>[step][row]: what each step of a target counts; empty for 1.</summary>
    public ReadOnlySpan<float> Weights { get; init; }

    /// <summary>The index of each row's sequence in its data; empty if there is none.</summary>
    public ReadOnlySpan<int> Items { get; init; }

    /// <summary>The weight of all targets together: the sum of their weights, or the number of their steps.</summary>
    public double Weight => LossWeights.Total(Weights, TargetLengths, TargetSteps, Rows);

    private static void CheckVectors(int length, int steps, int rows, string name)
    {
        if (length == 0 || length % ((long)steps * rows) != 0)
            throw new ArgumentException(
                $"Expected a multiple of {steps} steps of {rows} rows, [step][row]…, but there are {length} elements.", name);
    }
}
