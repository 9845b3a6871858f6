using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// RMSProp (Tieleman and Hinton 2012), as torch.optim.RMSprop: v ← α v + (1 − α) g², p ← p − rate · g / (√v + ε);
/// with momentum b ← momentum · b + g / (√v + ε), p ← p − rate · b.
/// </summary>
/// <param name="LearningRate">The size of a step: finite and at least 0.</param>
public sealed record RmsProp(double LearningRate = 1e-2) : Optimizer(LearningRate)
{
    private static readonly string[] Square = ["square_avg"];
    private static readonly string[] SquareAndMomentum = ["square_avg", "momentum_buffer"];

    private readonly double alpha = 0.99;
    private readonly double epsilon = 1e-8;
    private readonly double momentum;

    /// <summary>How much of the mean squared gradient is kept, at least 0 and less than 1. The default is 0.99.</summary>
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

    private protected override string Name => "RmsProp";

    private protected override string[] MomentNames => Momentum > 0 ? SquareAndMomentum : Square;

    // The mean lies between what it was and the square of the gradient.
    private protected override double BoundMoments(double gradient, double moments)
    {
        double mean = Math.Max(moments, gradient * gradient);
        return Momentum == 0 ? mean : Math.Max(mean, (Momentum * moments) + (gradient / Epsilon));
    }

    private protected override double BoundParameters(double parameters, double gradient, double moments, long step, double rate) =>
        parameters + gradient + (rate * gradient) + ((1 + rate) * (gradient / Epsilon)) + (rate * moments);

    internal int Apply<T>(in ParameterUpdate<T> update) where T : unmanaged => Momentum == 0
        ? ParameterPass.Run(new Plain(update.Rate, WeightDecay, update.GradientScale, Alpha, Epsilon), update)
        : ParameterPass.Run(new WithMomentum(update.Rate, WeightDecay, update.GradientScale, Alpha, Epsilon, Momentum), update);

    private readonly struct Plain(double rate, double weightDecay, double gradientScale, double alpha, double epsilon) : IParameterPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V, T>(ref T parameters, ref T gradients, ref T first, ref T second, nint length)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V scale = V.Constant(gradientScale), decay = V.Constant(weightDecay), step = V.Constant(-rate);
            V kept = V.Constant(alpha), added = V.Constant(1 - alpha), guard = V.Constant(epsilon);
            for (nint i = 0; i < length; i += V.Count)
            {
                V p = V.Load(ref parameters, i);
                V g = V.MultiplyAdd(decay, p, scale * V.Load(ref gradients, i));
                V v = V.MultiplyAdd(added * g, g, kept * V.Load(ref first, i));
                v.Store(ref first, i);
                (p + ((step * g) / (V.Sqrt(v) + guard))).Store(ref parameters, i);
            }
        }
    }

    private readonly struct WithMomentum(
        double rate, double weightDecay, double gradientScale, double alpha, double epsilon, double momentum) : IParameterPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V, T>(ref T parameters, ref T gradients, ref T first, ref T second, nint length)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V scale = V.Constant(gradientScale), decay = V.Constant(weightDecay), step = V.Constant(-rate);
            V kept = V.Constant(alpha), added = V.Constant(1 - alpha), guard = V.Constant(epsilon), drag = V.Constant(momentum);
            for (nint i = 0; i < length; i += V.Count)
            {
                V p = V.Load(ref parameters, i);
                V g = V.MultiplyAdd(decay, p, scale * V.Load(ref gradients, i));
                V v = V.MultiplyAdd(added * g, g, kept * V.Load(ref first, i));
                v.Store(ref first, i);
                V b = V.MultiplyAdd(drag, V.Load(ref second, i), g / (V.Sqrt(v) + guard));
                b.Store(ref second, i);
                V.MultiplyAdd(step, b, p).Store(ref parameters, i);
            }
        }
    }
}
