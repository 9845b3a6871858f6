using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>What <see cref="Adam"/> and <see cref="AdamW"/> share: everything but the place of the weight decay.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract record AdamBase : Optimizer
{
    private static readonly string[] Moments = ["exp_avg", "exp_avg_sq"];

    private readonly double beta1 = 0.9;
    private readonly double beta2 = 0.999;
    private readonly double epsilon = 1e-8;

    private protected AdamBase(double learningRate, double weightDecay)
        : base(learningRate) => WeightDecay = weightDecay;

    /// <summary>How much of the mean gradient is kept, at least 0 and less than 1. The default is 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double Beta1
    {
        get => beta1;
        init => beta1 = Fraction(value);
    }

    /// <summary>How much of the mean squared gradient is kept, at least 0 and less than 1. The default is 0.999.</summary>
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

    private protected override string[] MomentNames => Moments;

    /// <summary>The multiple of a parameter that is added to its gradient, and the factor on the parameter itself.</summary>
    private protected abstract (double ToGradient, double ToParameter) Decay(double learningRate);

    // The means lie between what they were and the gradient, or its square.
    private protected override double BoundMoments(double gradient, double moments) => Math.Max(moments, Math.Max(gradient, gradient * gradient));

    private protected override double BoundParameters(double parameters, double gradient, double moments, long step, double rate)
    {
        double size = rate / (1 - Power(Beta1, step));
        return (Math.Abs(Decay(rate).ToParameter) * parameters) + gradient + moments + size + (size * moments / Epsilon);
    }

    internal int Apply<T>(in ParameterUpdate<T> update) where T : unmanaged
    {
        (double toGradient, double toParameter) = Decay(update.Rate);
        return ParameterPass.Run(new Pass(Beta1, Beta2, Epsilon, update.Step, update.Rate, update.GradientScale, toGradient, toParameter), update);
    }

    private readonly struct Pass(
        double beta1, double beta2, double epsilon, long step, double rate, double gradientScale, double toGradient, double toParameter)
        : IParameterPass
    {
        // The moments start at 0; these make them unbiased from the first update on.
        private readonly double stepSize = -rate / (1 - Power(beta1, step));
        private readonly double root2 = Math.Sqrt(1 - Power(beta2, step));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V, T>(ref T parameters, ref T gradients, ref T first, ref T second, nint length)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V scale = V.Constant(gradientScale), decay = V.Constant(toGradient), shrink = V.Constant(toParameter);
            V new1 = V.Constant(1 - beta1), old2 = V.Constant(beta2), new2 = V.Constant(1 - beta2);
            V correction = V.Constant(root2), guard = V.Constant(epsilon), size = V.Constant(stepSize);
            for (nint i = 0; i < length; i += V.Count)
            {
                V p = V.Load(ref parameters, i);
                V g = V.MultiplyAdd(decay, p, scale * V.Load(ref gradients, i));
                V m = V.Load(ref first, i);
                m = V.MultiplyAdd(new1, g - m, m);
                m.Store(ref first, i);
                V v = V.MultiplyAdd(new2 * g, g, old2 * V.Load(ref second, i));
                v.Store(ref second, i);
                V step = (size * m) / ((V.Sqrt(v) / correction) + guard);
                V.MultiplyAdd(shrink, p, step).Store(ref parameters, i);
            }
        }
    }
}
