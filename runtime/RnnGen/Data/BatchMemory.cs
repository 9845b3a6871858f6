namespace RnnGen;

/// <summary>The memory that batches are written to, one after the other. It grows, and never shrinks.</summary>
internal sealed class BatchMemory<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    private TInput[] inputs = [];
    private TTarget[] targets = [];
    private float[] weights = [];
    private int[] inputLengths = [];
    private int[] targetLengths = [];
    private int[] items = [];
    private int index;
    private int rows;
    private int steps;
    private int targetSteps;
    private bool hasWeights;

    public SequenceBatch<TInput, TTarget> Batch => rows == 0
        ? throw new InvalidOperationException("No batch has been read; MoveNext comes first.")
        : new(
            index, rows, steps, inputs.AsSpan(0, steps * rows * InputWidth), targetSteps,
            targets.AsSpan(0, targetSteps * rows * TargetWidth))
        {
            InputLengths = inputLengths.AsSpan(0, rows),
            TargetLengths = targetLengths.AsSpan(0, rows),
            Weights = hasWeights ? weights.AsSpan(0, targetSteps * rows) : default,
            Items = items.AsSpan(0, rows),
        };

    private int InputWidth { get; set; }

    private int TargetWidth { get; set; }

    /// <summary>Writes pairs side by side.</summary>
    /// <param name="batch">The index of the batch.</param>
    /// <param name="pairs">Where they are from.</param>
    /// <param name="chosen">At least one of them.</param>
    /// <param name="paddedSteps">Steps of the inputs; 0 for those of the longest.</param>
    /// <param name="paddedTargetSteps">Steps of the targets; likewise.</param>
    /// <param name="firstItem">Added to a pair's number to make its item.</param>
    public void Load(
        int batch, SequencePairs<TInput, TTarget> pairs, ReadOnlySpan<int> chosen, int paddedSteps, int paddedTargetSteps,
        int firstItem = 0)
    {
        (index, rows, steps, targetSteps) = (batch, chosen.Length, paddedSteps, paddedTargetSteps);
        (InputWidth, TargetWidth) = (pairs.Inputs.Width, pairs.Targets.Width);
        Reserve(ref inputLengths, rows);
        Reserve(ref targetLengths, rows);
        Reserve(ref items, rows);
        for (int row = 0; row < rows; row++)
        {
            steps = Math.Max(steps, inputLengths[row] = pairs.Inputs.Lengths[chosen[row]]);
            targetSteps = Math.Max(targetSteps, targetLengths[row] = pairs.Targets.Lengths[chosen[row]]);
            items[row] = firstItem + chosen[row];
        }

        Reserve(ref inputs, checked(steps * rows * InputWidth));
        Reserve(ref targets, checked(targetSteps * rows * TargetWidth));
        hasWeights = pairs.Weights is not null;
        Reserve(ref weights, hasWeights ? targetSteps * rows : 0);
        for (int row = 0; row < rows; row++)
        {
            pairs.Inputs.Lay(chosen[row], inputs.AsSpan(0, steps * rows * InputWidth), row, rows);
            pairs.Targets.Lay(chosen[row], targets.AsSpan(0, targetSteps * rows * TargetWidth), row, rows);
            pairs.Weights?.Lay(chosen[row], weights.AsSpan(0, targetSteps * rows), row, rows);
        }
    }

    /// <summary>Reserves memory for the largest batch there may be.</summary>
    public void Reserve(int mostRows, int mostInputs, int mostTargets)
    {
        Reserve(ref inputs, mostInputs);
        Reserve(ref targets, mostTargets);
        Reserve(ref inputLengths, mostRows);
        Reserve(ref targetLengths, mostRows);
        Reserve(ref items, mostRows);
    }

    private static void Reserve<T>(ref T[] memory, int length)
    {
        if (memory.Length < length)
            memory = new T[length];
    }
}
