using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// Stochastic gradient descent with optional momentum: b ← momentum · b + (1 − dampening) · g, p ← p − rate · b; as torch.optim.SGD.
/// The first update sets b to g.
/// </summary>
/// <param name="LearningRate">The size of a step: finite and at least 0.</param>
public sealed record Sgd(double LearningRate = 1e-3) : Optimizer(LearningRate)
{
    private readonly double momentum;
    private readonly double dampening;

    /// <summary>The share of the past steps that is kept, at least 0 and less than 1. The default, 0, needs no moment.</summary>
    public double Momentum
    {
        get => momentum;
        init => momentum = Fraction(value);
    }

    /// <summary>The share of a gradient that does not enter the momentum, at least 0 and less than 1. The default is 0.</summary>
    public double Dampening
    {
        get => dampening;
        init => dampening = Fraction(value);
    }

    /// <summary>Looks ahead along the momentum (Sutskever 2013): p ← p − rate · (g + momentum · b). Needs momentum, and no dampening.</summary>
    public bool Nesterov { get; init; }

    private protected override string Name => "Sgd";

    private protected override string[] MomentNames => Momentum > 0 ? OneMoment : [];

    private static readonly string[] OneMoment = ["momentum_buffer"];

    private protected override void CheckTogether()
    {
        if (Nesterov && (Momentum == 0 || Dampening != 0))
            throw new InvalidOperationException($"Nesterov needs a momentum above 0 and a dampening of 0, not {Momentum} and {Dampening}.");
    }

    private protected override double BoundMoments(double gradient, double moments) => Momentum == 0 ? 0 : (Momentum * moments) + gradient;

    private protected override double BoundParameters(double parameters, double gradient, double moments, long step, double rate) =>
        parameters + ((1 + rate) * (gradient + moments));

    internal int Apply<T>(in ParameterUpdate<T> update) where T : unmanaged
    {
        if (Momentum == 0)
            return ParameterPass.Run(new Plain(update.Rate, WeightDecay, update.GradientScale), update);
        bool first = update.Step == 1;
        WithMomentum pass = new(
            update.Rate, WeightDecay, update.GradientScale, first ? 0 : Momentum, first ? 1 : 1 - Dampening, Nesterov ? Momentum : 0);
        return ParameterPass.Run(pass, update);
    }

    private readonly struct Plain(double rate, double weightDecay, double gradientScale) : IParameterPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V, T>(ref T parameters, ref T gradients, ref T first, ref T second, nint length)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V scale = V.Constant(gradientScale), decay = V.Constant(weightDecay), step = V.Constant(-rate);
            for (nint i = 0; i < length; i += V.Count)
            {
                V p = V.Load(ref parameters, i);
                V g = V.MultiplyAdd(decay, p, scale * V.Load(ref gradients, i));
                V.MultiplyAdd(step, g, p).Store(ref parameters, i);
            }
        }
    }

    private readonly struct WithMomentum(double rate, double weightDecay, double gradientScale, double keep, double add, double lookAhead)
        : IParameterPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V, T>(ref T parameters, ref T gradients, ref T first, ref T second, nint length)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V scale = V.Constant(gradientScale), decay = V.Constant(weightDecay), step = V.Constant(-rate);
            V kept = V.Constant(keep), added = V.Constant(add), ahead = V.Constant(lookAhead);
            // Without Nesterov the step is the momentum alone: 0 · g + 1 · b.
            V own = V.Constant(lookAhead > 0 ? 1 : 0), along = lookAhead > 0 ? ahead : V.Constant(1);
            for (nint i = 0; i < length; i += V.Count)
            {
                V p = V.Load(ref parameters, i);
                V g = V.MultiplyAdd(decay, p, scale * V.Load(ref gradients, i));
                V b = V.MultiplyAdd(kept, V.Load(ref first, i), added * g);
                b.Store(ref first, i);
                V.MultiplyAdd(step, V.MultiplyAdd(along, b, own * g), p).Store(ref parameters, i);
            }
        }
    }
}
