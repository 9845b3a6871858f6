using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// Adam (Kingma and Ba 2015), as torch.optim.Adam: m ← β1 m + (1 − β1) g, v ← β2 v + (1 − β2) g²,
/// p ← p − rate / (1 − β1ᵗ) · m / (√v / √(1 − β2ᵗ) + ε).
/// </summary>
/// <param name="LearningRate">The size of a step: finite and at least 0.</param>
public record Adam(double LearningRate = 1e-3) : Optimizer<Adam.Rule>(LearningRate)
{
    private static readonly string[] Moments = ["exp_avg", "exp_avg_sq"];

    private readonly double beta1 = 0.9;
    private readonly double beta2 = 0.999;
    private readonly double epsilon = 1e-8;

    private protected Adam(double learningRate, double weightDecay)
        : this(learningRate) => WeightDecay = weightDecay;

    /// <summary>The decay of the mean gradient, at least 0 and less than 1. The default is 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double Beta1
    {
        get => beta1;
        init => beta1 = Fraction(value);
    }

    /// <summary>The decay of the mean squared gradient, at least 0 and less than 1. The default is 0.999.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double Beta2
    {
        get => beta2;
        init => beta2 = Fraction(value);
    }

    /// <summary>Added to the root of the mean squared gradient, 1e-30 to 1. The default is 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double Epsilon
    {
        get => epsilon;
        init => epsilon = Guard(value);
    }

    /// <inheritdoc/>
    protected override string Name => "Adam";

    /// <inheritdoc/>
    protected override ReadOnlySpan<string> MomentNames => Moments;

    /// <inheritdoc/>
    protected override bool HoldsSquares(int index) => index == 1;

    /// <inheritdoc/>
    protected override Rule RuleOf(long update, double learningRate) => new(
        Beta1, Beta2, Epsilon, size: learningRate / (1 - Power(Beta1, update)), root2: Math.Sqrt(1 - Power(Beta2, update)),
        Shrink(learningRate));

    /// <inheritdoc/>
    // The means lie between what they were and the gradient, or its square.
    protected override double BoundMoments(double gradient, double moments) => Math.Max(moments, Math.Max(gradient, gradient * gradient));

    /// <inheritdoc/>
    protected override double BoundParameters(double parameters, double gradient, double moments, long update, double learningRate)
    {
        double size = learningRate / (1 - Power(Beta1, update));
        return (Math.Abs(Shrink(learningRate)) * parameters) + gradient + moments + size + (size * moments / Epsilon);
    }

    private double Shrink(double learningRate) => DecouplesWeightDecay ? 1 - (learningRate * WeightDecay) : 1;

    /// <summary>The arithmetic of an update.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public readonly struct Rule : IUpdateRule
    {
        private readonly double new1, old2, new2, guard, step, correction, shrink;

        // The moments start at 0; size and root2 make them unbiased from the first update on.
        internal Rule(double beta1, double beta2, double epsilon, double size, double root2, double shrink)
        {
            (new1, old2, new2) = (1 - beta1, beta2, 1 - beta2);
            (guard, step, correction, this.shrink) = (epsilon, -size, root2, shrink);
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<V, T>(ref V parameter, V gradient, ref V first, ref V second)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            first = V.MultiplyAdd(V.Constant(new1), gradient - first, first);
            second = V.MultiplyAdd(V.Constant(new2) * gradient, gradient, V.Constant(old2) * second);
            V move = (V.Constant(step) * first) / ((V.Sqrt(second) / V.Constant(correction)) + V.Constant(guard));
            parameter = V.MultiplyAdd(V.Constant(shrink), parameter, move);
        }
    }
}

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as torch.optim.AdamW: a parameter is first multiplied by
/// 1 − rate · <see cref="Optimizer.WeightDecay"/>, which is 0.01 by default, and then moved as <see cref="Adam"/> does.
/// </summary>
/// <param name="LearningRate">The size of a step: finite and at least 0.</param>
public sealed record AdamW(double LearningRate = 1e-3) : Adam(LearningRate, weightDecay: 0.01)
{
    /// <inheritdoc/>
    protected override string Name => "AdamW";

    /// <inheritdoc/>
    protected override bool DecouplesWeightDecay => true;
}
