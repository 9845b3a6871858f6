using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// Adagrad (Duchi, Hazan and Singer 2011), as torch.optim.Adagrad: s ← s + g², p ← p − rate · g / (√s + ε).
/// </summary>
/// <remarks>PyTorch's <c>lr_decay</c> is what a <see cref="LearningRateSchedule"/> does.</remarks>
/// <param name="LearningRate">The size of a step: finite and at least 0.</param>
public sealed record Adagrad(double LearningRate = 1e-2) : Optimizer<Adagrad.Rule>(LearningRate)
{
    private static readonly string[] Sum = ["sum"];

    private readonly double epsilon = 1e-10;
    private readonly double initialAccumulator;

    /// <summary>Added to the root of the summed squared gradients, 1e-30 to 1. The default is 1e-10.</summary>
    public double Epsilon
    {
        get => epsilon;
        init => epsilon = Guard(value);
    }

    /// <summary>The first value of the sums of squared gradients: finite and at least 0. The default is 0.</summary>
    public double InitialAccumulator
    {
        get => initialAccumulator;
        init => initialAccumulator = Finite(value);
    }

    /// <inheritdoc/>
    protected override string Name => "Adagrad";

    /// <inheritdoc/>
    protected override ReadOnlySpan<string> MomentNames => Sum;

    /// <inheritdoc/>
    protected override bool HoldsSquares(int index) => true;

    /// <inheritdoc/>
    protected override Rule RuleOf(long update, double learningRate) => new(learningRate, Epsilon);

    /// <inheritdoc/>
    protected override double InitialMoment(int index) => InitialAccumulator;

    /// <inheritdoc/>
    protected override double BoundMoments(double gradient, double moments) => moments + (gradient * gradient);

    /// <inheritdoc/>
    protected override double BoundParameters(double parameters, double gradient, double moments, long update, double learningRate) =>
        parameters + gradient + (learningRate * gradient) + (learningRate * gradient / Epsilon);

    /// <summary>The arithmetic of an update.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public readonly struct Rule : IUpdateRule
    {
        private readonly double step, guard;

        internal Rule(double rate, double epsilon) => (step, guard) = (-rate, epsilon);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<V, T>(ref V parameter, V gradient, ref V first, ref V second)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            first = V.MultiplyAdd(gradient, gradient, first);
            parameter += (V.Constant(step) * gradient) / (V.Sqrt(first) + V.Constant(guard));
        }
    }
}
