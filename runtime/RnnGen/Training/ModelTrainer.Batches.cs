using System.Runtime.InteropServices;
using RnnGen.Generated;

namespace RnnGen;

/// <content>The same calls with batches that <see cref="Batches{TInput, TTarget}"/> laid out, and that know their shape.</content>
public abstract partial record Trainer<T, TInput, TTarget, TState>
{
    // Weights of a model of doubles; shared by trainers that `with` makes, of which one runs at a time.
    private readonly BatchWeights<T> batchWeights = new();

    /// <summary>Forward, loss, BPTT and an update. After the first batch of a size nothing is allocated.</summary>
    /// <param name="batch">A batch with the declared steps, or what <see cref="Segments"/> says.</param>
    /// <param name="states">
    /// The state in which each row starts; receives the one in which it ended: truncated BPTT through a longer sequence. Empty to start all
    /// rows at zero.
    /// </param>
    /// <returns>The mean loss before the update. If nothing counts it is 0, and there is no update: only the states move on.</returns>
    /// <exception cref="ArgumentException">The batch has another shape than the model, or holds what is no valid input, target, state,
    /// length or weight. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">The loss or a gradient is not finite, or a parameter or one of its moments would not be.
    /// Nothing has changed.</exception>
    public double Step(SequenceBatch<TInput, TTarget> batch, Span<TState> states = default)
    {
        ReadOnlySpan<int> lengths = LengthsOf(batch);
        return Step(batch.Inputs, batch.Targets, states, lengths, batchWeights.Of(batch.Weights));
    }

    /// <summary>The mean loss of a batch, without noise and without learning from it.</summary>
    /// <inheritdoc cref="Step(SequenceBatch{TInput, TTarget}, Span{TState})"/>
    /// <returns>The mean loss; 0 if nothing counts.</returns>
    public double Evaluate(SequenceBatch<TInput, TTarget> batch, Span<TState> states = default)
    {
        ReadOnlySpan<int> lengths = LengthsOf(batch);
        return Evaluate(batch.Inputs, batch.Targets, states, lengths, batchWeights.Of(batch.Weights));
    }

    /// <summary>The length of each sequence, and checks that the batch has the model's shape.</summary>
    private ReadOnlySpan<int> LengthsOf(SequenceBatch<TInput, TTarget> batch)
    {
        ModelShape shape = model.Shape;
        bool hasInputs = shape.InputSteps == shape.Steps, hasTargets = shape.OutputSteps == shape.Steps;
        int steps = hasInputs ? batch.Steps : shape.Steps;
        if (segments == 1 && batch.Steps != shape.InputSteps)
            throw new ArgumentException(
                $"Expected {shape.InputSteps} steps of inputs, but the batch has {batch.Steps}. Batches(…, steps: {shape.InputSteps}) pads "
                + "them.", nameof(batch));
        if (batch.TargetSteps != (hasTargets ? steps : shape.OutputSteps))
            throw new ArgumentException(
                $"Expected {(hasTargets ? steps : shape.OutputSteps)} steps of targets, but the batch has {batch.TargetSteps}.",
                nameof(batch));
        Guard.Length(batch.Inputs.Length, batch.Steps * batch.Rows * shape.InputWidth, nameof(batch), "elements of inputs");
        Guard.Length(batch.Targets.Length, batch.TargetSteps * batch.Rows * shape.TargetWidth, nameof(batch), "elements of targets");
        if (!hasInputs)
            return batch.TargetLengths;
        if (hasTargets && !batch.InputLengths.SequenceEqual(batch.TargetLengths))
            throw new ArgumentException(
                "Expected targets as long as their inputs: the model has an output for each step.", nameof(batch));
        return batch.InputLengths;
    }
}

/// <summary>The weights of a batch as numbers of a model.</summary>
internal sealed class BatchWeights<T> where T : unmanaged
{
    private T[] converted = [];

    /// <summary>Converts them.</summary>
    /// <returns>As many, until the next call.</returns>
    public ReadOnlySpan<T> Of(ReadOnlySpan<float> weights)
    {
        if (typeof(T) == typeof(float))
            return MemoryMarshal.Cast<float, T>(weights);
        if (converted.Length < weights.Length)
            converted = new T[weights.Length];
        for (int i = 0; i < weights.Length; i++)
            converted[i] = Element.FromDouble<T>(weights[i]);
        return converted.AsSpan(0, weights.Length);
    }
}
