using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// Adagrad (Duchi, Hazan and Singer 2011), as torch.optim.Adagrad: s ← s + g², p ← p − rate · g / (√s + ε).
/// </summary>
/// <remarks>PyTorch's <c>lr_decay</c> is what a <see cref="LearningRateSchedule"/> does.</remarks>
/// <param name="LearningRate">The size of a step: finite and at least 0.</param>
public sealed record Adagrad(double LearningRate = 1e-2) : Optimizer(LearningRate)
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

    /// <summary>What the sums of squared gradients start with: finite and at least 0. The default is 0.</summary>
    public double InitialAccumulator
    {
        get => initialAccumulator;
        init => initialAccumulator = Finite(value);
    }

    private protected override string Name => "Adagrad";

    private protected override string[] MomentNames => Sum;

    private protected override double FirstMoments => InitialAccumulator;

    private protected override double BoundMoments(double gradient, double moments) => moments + (gradient * gradient);

    private protected override double BoundParameters(double parameters, double gradient, double moments, long step, double rate) =>
        parameters + gradient + (rate * gradient) + (rate * gradient / Epsilon);

    internal int Apply<T>(in ParameterUpdate<T> update) where T : unmanaged =>
        ParameterPass.Run(new Pass(update.Rate, WeightDecay, update.GradientScale, Epsilon), update);

    private readonly struct Pass(double rate, double weightDecay, double gradientScale, double epsilon) : IParameterPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V, T>(ref T parameters, ref T gradients, ref T first, ref T second, nint length)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V scale = V.Constant(gradientScale), decay = V.Constant(weightDecay), step = V.Constant(-rate), guard = V.Constant(epsilon);
            for (nint i = 0; i < length; i += V.Count)
            {
                V p = V.Load(ref parameters, i);
                V g = V.MultiplyAdd(decay, p, scale * V.Load(ref gradients, i));
                V s = V.MultiplyAdd(g, g, V.Load(ref first, i));
                s.Store(ref first, i);
                (p + ((step * g) / (V.Sqrt(s) + guard))).Store(ref parameters, i);
            }
        }
    }
}
