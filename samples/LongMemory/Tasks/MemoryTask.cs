using RnnGen.Numerics;

namespace LongMemory;

/// <summary>A task whose sequences are drawn at random, and a measure of how far a network is from solving it.</summary>
/// <typeparam name="TInput">A number, or a symbol.</typeparam>
/// <typeparam name="TTarget">A number, or a class.</typeparam>
internal abstract class MemoryTask<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    /// <summary>Steps of the longest sequence.</summary>
    public abstract int Steps { get; }

    /// <summary>Elements of an input: 1 for a symbol.</summary>
    public virtual int InputWidth => 1;

    /// <summary>1 for a task that asks at the end, otherwise <see cref="Steps"/>.</summary>
    public virtual int OutputSteps => Steps;

    /// <summary>Whether sequences can be shorter than <see cref="Steps"/>.</summary>
    public virtual bool HasLengths => false;

    /// <summary>Whether some outputs are not looked at.</summary>
    public virtual bool HasWeights => false;

    /// <summary>What <see cref="Error"/> measures.</summary>
    public abstract string Measure { get; }

    /// <summary>The task is solved if the error on unseen sequences is not above this.</summary>
    public abstract double SolvedAt { get; }

    /// <summary>Draws a batch: the same sequences for the same number.</summary>
    public void Draw(ulong number, Sequences<TInput, TTarget> batch)
    {
        CounterRandom random = new(number);
        Array.Clear(batch.Inputs);
        Array.Clear(batch.Weights);
        ulong position = 0;
        for (int row = 0; row < batch.Rows; row++)
            DrawRow(random, ref position, batch, row);
    }

    /// <summary>How wrong the outputs for a batch are, the batch's mean.</summary>
    public abstract double Error(Sequences<TInput, TTarget> batch, Outputs outputs);

    /// <summary>Draws one sequence into inputs and weights that are 0.</summary>
    protected abstract void DrawRow(CounterRandom random, ref ulong position, Sequences<TInput, TTarget> batch, int row);

    /// <summary>A whole number from 0 to <paramref name="count"/> − 1.</summary>
    protected static int Draw(CounterRandom random, ref ulong position, int count) => (int)(random.Uniform(position++) * count);

    /// <summary>The place of the largest score.</summary>
    protected static int Largest(ReadOnlySpan<float> scores)
    {
        int largest = 0;
        for (int i = 1; i < scores.Length; i++)
            largest = scores[i] > scores[largest] ? i : largest;
        return largest;
    }
}
