using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// Stochastic gradient descent with optional momentum: b ← momentum · b + (1 − dampening) · g, p ← p − rate · b; as torch.optim.SGD.
/// The first update sets b to g.
/// </summary>
/// <param name="LearningRate">The size of a step: finite and at least 0.</param>
public sealed record Sgd(double LearningRate = 1e-3) : Optimizer<Sgd.Rule>(LearningRate)
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

    /// <summary>
    /// Looks ahead along the momentum (Sutskever 2013): p ← p − rate · (g + momentum · b). Needs momentum, and no dampening.
    /// </summary>
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    protected override string Name => "Sgd";

    /// <inheritdoc/>
    protected override ReadOnlySpan<string> MomentNames => Momentum > 0 ? OneMoment : [];

    private static readonly string[] OneMoment = ["momentum_buffer"];

    /// <inheritdoc/>
    protected override Rule RuleOf(long update, double learningRate) => Momentum == 0
        ? new(learningRate, kept: 0, added: 0, ahead: 0, hasMomentum: false)
        : new(learningRate, Momentum, update == 1 ? 1 : 1 - Dampening, Nesterov ? Momentum : 0, hasMomentum: true);

    /// <inheritdoc/>
    protected override void CheckTogether()
    {
        if (Nesterov && (Momentum == 0 || Dampening != 0))
            throw new InvalidOperationException($"Nesterov needs a momentum above 0 and a dampening of 0, not {Momentum} and {Dampening}.");
    }

    /// <inheritdoc/>
    protected override double BoundMoments(double gradient, double moments) => Momentum == 0 ? 0 : (Momentum * moments) + gradient;

    /// <inheritdoc/>
    protected override double BoundParameters(double parameters, double gradient, double moments, long update, double learningRate) =>
        parameters + ((1 + learningRate) * (gradient + moments));

    /// <summary>The arithmetic of an update.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public readonly struct Rule : IUpdateRule
    {
        private readonly double step, kept, added, along, own;
        private readonly bool hasMomentum;

        // Without Nesterov the step is the momentum alone: 0 · g + 1 · b.
        internal Rule(double rate, double kept, double added, double ahead, bool hasMomentum)
        {
            (step, this.kept, this.added, this.hasMomentum) = (-rate, kept, added, hasMomentum);
            (along, own) = ahead > 0 ? (ahead, 1) : (1, 0);
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<V, T>(ref V parameter, V gradient, ref V first, ref V second)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V direction = gradient;
            if (hasMomentum)
            {
                first = V.MultiplyAdd(V.Constant(kept), first, V.Constant(added) * gradient);
                direction = V.MultiplyAdd(V.Constant(along), first, V.Constant(own) * gradient);
            }

            parameter = V.MultiplyAdd(V.Constant(step), direction, parameter);
        }
    }
}
