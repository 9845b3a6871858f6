using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Tests;

/// <summary>
/// Lion (Chen et al. 2023): p ← (1 − rate · decay) · p − rate · sign(β1 m + (1 − β1) g), m ← β2 m + (1 − β2) g. Written as a user would, of
/// public members alone.
/// </summary>
public sealed record Lion(double LearningRate = 1e-4) : Optimizer<Lion.Rule>(LearningRate)
{
    private static readonly string[] Moments = ["exp_avg"];

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.99;

    protected override string Name => "Lion";

    protected override ReadOnlySpan<string> MomentNames => Moments;

    protected override bool DecouplesWeightDecay => true;

    protected override Rule RuleOf(long update, double learningRate) => new(learningRate, 1 - (learningRate * WeightDecay), Beta1, Beta2);

    public readonly record struct Rule(double Rate, double Shrink, double Beta1, double Beta2) : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<V, T>(ref V parameter, V gradient, ref V first, ref V second)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V direction = V.MultiplyAdd(V.Constant(Beta1), first, V.Constant(1 - Beta1) * gradient);
            // Where the direction is 0, as in padding, so is the step.
            V step = V.IfGreater(V.Abs(direction), V.Zero, V.CopySign(V.Constant(Rate), direction), V.Zero);
            parameter = (V.Constant(Shrink) * parameter) - step;
            first = V.MultiplyAdd(V.Constant(Beta2), first, V.Constant(1 - Beta2) * gradient);
        }
    }
}

/// <summary>Adadelta (Zeiler 2012), as torch.optim.Adadelta: two moments, and no bound of them is given.</summary>
public sealed record Adadelta(double LearningRate = 1) : Optimizer<Adadelta.Rule>(LearningRate)
{
    private static readonly string[] Moments = ["square_avg", "acc_delta"];

    public double Rho { get; init; } = 0.9;

    public double Epsilon { get; init; } = 1e-6;

    protected override string Name => "Adadelta";

    protected override ReadOnlySpan<string> MomentNames => Moments;

    protected override Rule RuleOf(long update, double learningRate) => new(learningRate, Rho, Epsilon);

    public readonly record struct Rule(double Rate, double Rho, double Epsilon) : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<V, T>(ref V parameter, V gradient, ref V first, ref V second)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V kept = V.Constant(Rho), added = V.Constant(1 - Rho), guard = V.Constant(Epsilon);
            first = V.MultiplyAdd(added * gradient, gradient, kept * first);
            V delta = (V.Sqrt(second + guard) / V.Sqrt(first + guard)) * gradient;
            second = V.MultiplyAdd(added * delta, delta, kept * second);
            parameter = V.MultiplyAdd(V.Constant(-Rate), delta, parameter);
        }
    }
}

/// <summary>An optimiser that does what a test tells it to.</summary>
public sealed record Told(string Fault) : Optimizer<Told.Rule>(0.1)
{
    protected override string Name => Fault == "no name" ? "" : "Told";

    protected override ReadOnlySpan<string> MomentNames => Fault switch
    {
        "three moments" => (string[])["a", "b", "c"],
        "a dot" => (string[])["a.b"],
        "an empty name" => (string[])[""],
        "twice" => (string[])["a", "a"],
        "infinite start" => (string[])["a"],
        _ => [],
    };

    protected override double InitialMoment(int index) => double.PositiveInfinity;

    protected override Rule RuleOf(long update, double learningRate) => new(Fault);

    public readonly record struct Rule(string Fault) : IUpdateRule
    {
        public void Apply<V, T>(ref V parameter, V gradient, ref V first, ref V second)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V one = V.Constant(1);
            parameter = Fault switch
            {
                // NaN in one element: where the gradient is the largest.
                "NaN" => V.IfGreater(gradient, V.Constant(100), V.Sqrt(-one), parameter - gradient),
                // Whatever comes, a finite number.
                "hides" => V.IfGreater(gradient, V.Zero, parameter - one, V.IfGreater(V.Zero, gradient, parameter + one, parameter)),
                // 0 / 0 in padding.
                "NaN in padding" => parameter - (gradient / parameter),
                // The sign of 0 is taken for 1.
                "moves padding" => parameter - V.CopySign(one, gradient),
                _ => parameter - gradient,
            };
        }
    }
}

/// <summary>Moves every parameter by the sum of its moments, which stay what they are at the start: 1 for one of them.</summary>
/// <param name="Moments">The number of moments.</param>
/// <param name="Moving">The moment that is 1; −1 if none is.</param>
public sealed record Drifting(int Moments, int Moving) : Optimizer<Drifting.Rule>(0.1)
{
    private static readonly string[] Two = ["a", "b"];

    protected override string Name => "Drifting";

    protected override ReadOnlySpan<string> MomentNames => Two.AsSpan(0, Moments);

    protected override double InitialMoment(int index) =>
        index < Moments ? (index == Moving ? 1 : 0) : throw new ArgumentOutOfRangeException(nameof(index), index, "No such moment.");

    protected override Rule RuleOf(long update, double learningRate) => default;

    public readonly record struct Rule : IUpdateRule
    {
        public void Apply<V, T>(ref V parameter, V gradient, ref V first, ref V second)
            where V : struct, ILanes<V, T>
            where T : unmanaged => parameter -= gradient + first + second;
    }
}
