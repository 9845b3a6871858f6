using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// RMSProp (Tieleman and Hinton 2012), as torch.optim.RMSprop: v ← α v + (1 − α) g², p ← p − rate · g / (√v + ε);
/// with momentum b ← momentum · b + g / (√v + ε), p ← p − rate · b.
/// </summary>
/// <param name="LearningRate">The size of a step: finite and at least 0.</param>
public sealed record RmsProp(double LearningRate = 1e-2) : Optimizer<RmsProp.Rule>(LearningRate)
{
    private static readonly string[] Square = ["square_avg"];
    private static readonly string[] SquareAndMomentum = ["square_avg", "momentum_buffer"];

    private readonly double alpha = 0.99;
    private readonly double epsilon = 1e-8;
    private readonly double momentum;

    /// <summary>The decay of the mean squared gradient, at least 0 and less than 1. The default is 0.99.</summary>
    public double Alpha
    {
        get => alpha;
        init => alpha = Fraction(value);
    }

    /// <summary>Added to the root of the mean squared gradient, 1e-30 to 1. The default is 1e-8.</summary>
    public double Epsilon
    {
        get => epsilon;
        init => epsilon = Guard(value);
    }

    /// <summary>The share of the past steps that is kept, at least 0 and less than 1. The default, 0, needs no second moment.</summary>
    public double Momentum
    {
        get => momentum;
        init => momentum = Fraction(value);
    }

    /// <inheritdoc/>
    protected override string Name => "RmsProp";

    /// <inheritdoc/>
    protected override ReadOnlySpan<string> MomentNames => Momentum > 0 ? SquareAndMomentum : Square;

    /// <inheritdoc/>
    protected override bool HoldsSquares(int index) => index == 0;

    /// <inheritdoc/>
    protected override Rule RuleOf(long update, double learningRate) => new(learningRate, Alpha, Epsilon, Momentum);

    /// <inheritdoc/>
    // The mean lies between what it was and the square of the gradient.
    protected override double BoundMoments(double gradient, double moments)
    {
        double mean = Math.Max(moments, gradient * gradient);
        return Momentum == 0 ? mean : Math.Max(mean, (Momentum * moments) + (gradient / Epsilon));
    }

    /// <inheritdoc/>
    protected override double BoundParameters(double parameters, double gradient, double moments, long update, double learningRate) =>
        parameters + gradient + (learningRate * gradient) + ((1 + learningRate) * (gradient / Epsilon)) + (learningRate * moments);

    /// <summary>The arithmetic of an update.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public readonly struct Rule : IUpdateRule
    {
        private readonly double step, kept, added, guard, drag;

        internal Rule(double rate, double alpha, double epsilon, double momentum) =>
            (step, kept, added, guard, drag) = (-rate, alpha, 1 - alpha, epsilon, momentum);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<V, T>(ref V parameter, V gradient, ref V first, ref V second)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            first = V.MultiplyAdd(V.Constant(added) * gradient, gradient, V.Constant(kept) * first);
            V root = V.Sqrt(first) + V.Constant(guard);
            if (drag == 0)
            {
                parameter += (V.Constant(step) * gradient) / root;
                return;
            }

            second = V.MultiplyAdd(V.Constant(drag), second, gradient / root);
            parameter = V.MultiplyAdd(V.Constant(step), second, parameter);
        }
    }
}
