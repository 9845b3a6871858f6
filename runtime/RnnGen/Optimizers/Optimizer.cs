using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// How gradients move parameters: a value that holds the hyperparameters. What changes while training is in
/// <see cref="OptimizerState{T}"/>. All optimisers follow PyTorch's definitions and defaults (docs.pytorch.org, torch.optim).
/// </summary>
public abstract record Optimizer
{
    private readonly double learningRate;
    private readonly double weightDecay;

    private protected Optimizer(double learningRate) => LearningRate = learningRate;

    /// <summary>The size of a step, before a schedule scales it: finite and at least 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double LearningRate
    {
        get => learningRate;
        init => learningRate = Finite(value);
    }

    /// <summary>How strongly parameters are pulled to 0: finite and at least 0.</summary>
    /// <remarks>Every optimiser but <see cref="AdamW"/> adds this multiple of the parameter to its gradient.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double WeightDecay
    {
        get => weightDecay;
        init => weightDecay = Finite(value);
    }

    /// <summary>The optimiser's name, which its saved state bears.</summary>
    private protected abstract string Name { get; }

    /// <summary>PyTorch's names of the moments these hyperparameters need.</summary>
    private protected abstract string[] MomentNames { get; }

    /// <summary>What every element of the moments starts with.</summary>
    private protected virtual double FirstMoments => 0;

    /// <summary>The state before the first update: step 0, and all moments 0, except that <see cref="Adagrad"/> has an option for its sums.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="length">The length of the parameter buffer, padding included.</param>
    /// <exception cref="InvalidOperationException">The hyperparameters contradict each other.</exception>
    public OptimizerState<T> CreateState<T>(int length) where T : unmanaged
    {
        CheckTogether();
        OptimizerState<T> state = new(Name, MomentNames, length);
        for (int i = 0; i < MomentNames.Length; i++)
            state.Buffer(i).Span.Fill(Element.FromDouble<T>(FirstMoments));
        return state;
    }

    /// <summary>
    /// Moves the parameters once, in one pass over whole buffers. Where parameter and gradient are 0, as in padding, the parameter stays 0.
    /// The same inputs give the same bits on every machine. Nothing is allocated.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="state">Made by <see cref="CreateState"/> of an optimiser of the same kind.</param>
    /// <param name="parameters">What to move.</param>
    /// <param name="gradients">The loss's gradients; they are not changed.</param>
    /// <param name="learningRate">The rate of this update: <see cref="LearningRate"/> times a schedule's factor. Finite and at least 0.</param>
    /// <param name="gradientScale">Multiplies every gradient first, for instance by <see cref="Clip.Scale"/>. Finite and at least 0.</param>
    /// <exception cref="ArgumentException">The buffers' lengths differ, or the state belongs to another optimiser. Nothing has changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">A parameter or a moment would not be finite. Nothing has changed.</exception>
    public void Update<T>(
        OptimizerState<T> state, AlignedBuffer<T> parameters, AlignedBuffer<T> gradients, double learningRate, double gradientScale = 1)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradients);
        Update(state, parameters, gradients, norm: null, learningRate, gradientScale, names: null);
    }

    /// <summary>The same for gradients whose norm is known, and parameters with names, which the message of a refused update says.</summary>
    internal void Update<T>(
        OptimizerState<T> state, ParameterSet<T> parameters, ParameterSet<T> gradients, double norm, double learningRate, double gradientScale)
        where T : unmanaged
        => Update(state, parameters.Buffer, gradients.Buffer, norm, learningRate, gradientScale, parameters);

    private void Update<T>(
        OptimizerState<T> state, AlignedBuffer<T> parameters, AlignedBuffer<T> gradients, double? norm, double learningRate, double gradientScale, ParameterSet<T>? names)
        where T : unmanaged
    {
        Finite(learningRate);
        Finite(gradientScale);
        if (parameters.Length != state.Length)
            throw new ArgumentException($"The state was made for {state.Length} parameters, but there are {parameters.Length}.", nameof(parameters));
        if (gradients.Length != state.Length)
            throw new ArgumentException($"There are {parameters.Length} parameters, but {gradients.Length} gradients.", nameof(gradients));
        if (state.OptimizerName != Name || state.MomentNames.Count != MomentNames.Length)
            throw new ArgumentException($"The state of {state.OptimizerName} with {state.MomentNames.Count} moments does not belong to {Name} with {MomentNames.Length}.", nameof(state));
        int bad = Apply(state, parameters, gradients, norm ?? ParameterPass.Magnitude(gradients), learningRate, gradientScale);
        if (bad >= 0)
            throw NotFinite(bad, parameters, gradients, names);
        state.Step++;
    }

    /// <summary>A bound of the moments after an update.</summary>
    /// <param name="gradient">At least the absolute value of every gradient, scaled and with its weight decay.</param>
    /// <param name="moments">The same of every moment before it.</param>
    private protected abstract double BoundMoments(double gradient, double moments);

    /// <summary>A bound of all that an update further computes: the new parameters, and what they are computed from.</summary>
    /// <param name="parameters">At least the absolute value of every parameter before it.</param>
    /// <param name="gradient">The same of every gradient.</param>
    /// <param name="moments">The same of every moment after it.</param>
    /// <param name="step">The number of the update, from 1.</param>
    /// <param name="rate">The learning rate.</param>
    private protected abstract double BoundParameters(double parameters, double gradient, double moments, long step, double rate);

    /// <summary>
    /// Updates all, or nothing. Bounds say at once that nothing can become infinite: that costs a look at the parameters, for the moments' bound goes from
    /// update to update. Only where they do not say so, the moments are measured, and then every element is tried before any is written.
    /// </summary>
    private int Apply<T>(
        OptimizerState<T> state, AlignedBuffer<T> parameters, AlignedBuffer<T> gradients, double largestGradient, double rate, double gradientScale)
        where T : unmanaged
    {
        long step = state.Step + 1;
        double largestParameter = ParameterPass.Magnitude(parameters), moments = state.Bound;
        double gradient = (gradientScale * largestGradient) + (WeightDecay * largestParameter);
        // A tenth of the largest number leaves room for rounding. NaN is not below it.
        double limit = typeof(T) == typeof(float) ? float.MaxValue / 10 : double.MaxValue / 10;
        bool mayOverflow = !IsSafe(moments);
        if (mayOverflow)
            mayOverflow = !IsSafe(moments = state.Measure());
        AlignedBuffer<T> first = MomentNames.Length > 0 ? state.Buffer(0) : parameters, second = MomentNames.Length > 1 ? state.Buffer(1) : parameters;
        ParameterUpdate<T> update = new(parameters, gradients, first, second, step, rate, gradientScale, mayOverflow);
        // No overrides: .NET finds a generic virtual method in a table that allocates when it grows, and an update allocates nothing.
        int bad = this switch
        {
            AdamBase adam => adam.Apply(update),
            Sgd sgd => sgd.Apply(update),
            RmsProp rmsProp => rmsProp.Apply(update),
            Adagrad adagrad => adagrad.Apply(update),
            _ => throw new InvalidOperationException($"{Name} has no update."),
        };
        state.Bound = mayOverflow ? double.NaN : BoundMoments(gradient, moments);
        return bad;

        bool IsSafe(double before)
        {
            double after = BoundMoments(gradient, before);
            return after + gradientScale + WeightDecay + rate + BoundParameters(largestParameter, gradient, after, step, rate) < limit;
        }
    }

    private static NotFiniteNumberException NotFinite<T>(int bad, AlignedBuffer<T> parameters, AlignedBuffer<T> gradients, ParameterSet<T>? names)
        where T : unmanaged
    {
        string name = names?.NameOf(bad) ?? $"parameter {bad} of the buffer";
        return new(
            $"The update would make {name} or a moment of it infinite or NaN: it is {parameters.Span[bad]}, its gradient {gradients.Span[bad]}. " +
            "Parameters, moments and the number of updates are unchanged. A lower learning rate or ClipNorm usually helps.");
    }

    /// <summary>Refuses hyperparameters that are valid each, but not together.</summary>
    private protected virtual void CheckTogether()
    {
    }

    private protected static double Finite(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "Must be finite and at least 0.");

    /// <summary>A share that decays by multiplication: at 1 nothing would ever be learned.</summary>
    private protected static double Fraction(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Must be at least 0 and less than 1.");

    /// <summary>A guard against division by 0: in float it must not vanish either, or padding would become 0 / 0.</summary>
    private protected static double Guard(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is >= 1e-30 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Must be from 1e-30 to 1.");

    /// <summary>value^exponent by squaring: Math.Pow may differ from machine to machine in the last bit.</summary>
    internal static double Power(double value, long exponent)
    {
        double result = 1;
        for (; exponent > 0; exponent >>= 1, value *= value)
        {
            if ((exponent & 1) != 0)
                result *= value;
        }

        return result;
    }
}
