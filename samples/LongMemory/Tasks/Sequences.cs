namespace LongMemory;

/// <summary>A batch: sequences side by side, as trainers and tapes take them.</summary>
/// <typeparam name="TInput">A number, or a symbol.</typeparam>
/// <typeparam name="TTarget">A number, or a class.</typeparam>
internal sealed class Sequences<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    /// <summary>Memory for a batch of a task.</summary>
    public Sequences(MemoryTask<TInput, TTarget> task, int rows)
    {
        Rows = rows;
        Inputs = new TInput[task.Steps * rows * task.InputWidth];
        Targets = new TTarget[task.OutputSteps * rows];
        Lengths = task.HasLengths ? new int[rows] : [];
        Weights = task.HasWeights ? new float[task.OutputSteps * rows] : [];
    }

    /// <summary>How many sequences.</summary>
    public int Rows { get; }

    /// <summary>[step][row], and for real inputs [number].</summary>
    public TInput[] Inputs { get; }

    /// <summary>[output step][row].</summary>
    public TTarget[] Targets { get; }

    /// <summary>[row], or empty if all sequences have all steps.</summary>
    public int[] Lengths { get; }

    /// <summary>[output step][row]: 0 where the output is not looked at. Empty if all are.</summary>
    public float[] Weights { get; }
}

/// <summary>The outputs of a network for a batch, before a softmax or sigmoid.</summary>
/// <param name="step">The output step, from 0.</param>
/// <param name="row">The sequence, from 0.</param>
internal delegate ReadOnlySpan<float> Outputs(int step, int row);
