using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// The course of the learning rate over the updates: a factor on <see cref="Optimizer.LearningRate"/>, the same bits on every machine.
/// </summary>
/// <remarks>A schedule of your own derives from it; one that also follows losses from <see cref="LossSchedule"/>.</remarks>
public abstract record LearningRateSchedule
{
    private readonly long linearWarmup;

    /// <summary>Sets the warm-up.</summary>
    /// <param name="linearWarmup">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="linearWarmup"/> is negative.</exception>
    protected LearningRateSchedule(long linearWarmup = 0) => LinearWarmup = linearWarmup;

    /// <summary>
    /// The first updates, at least 0, over which the factor grows linearly: update t has (t + 1) / (LinearWarmup + 1) of the schedule's
    /// first factor. The schedule itself starts after them. The default is 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long LinearWarmup
    {
        get => linearWarmup;
        init => linearWarmup = AtLeast(0, value, nameof(LinearWarmup));
    }

    /// <summary>The factor of an update.</summary>
    /// <param name="step">The number of updates before it, at least 0.</param>
    /// <returns>Finite and at least 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is negative.</exception>
    /// <exception cref="InvalidOperationException"><see cref="Shape"/> gives what is no factor.</exception>
    public double FactorAt(long step) => FactorAt(step, InitialMemory);

    /// <summary>
    /// The schedule's memory before the first loss, which the trainer keeps: empty if the factor depends on updates alone.
    /// </summary>
    internal virtual ReadOnlySpan<double> InitialMemory => [];

    /// <summary>The factor of an update, with what is remembered.</summary>
    internal double FactorAt(long step, ReadOnlySpan<double> memory)
    {
        AtLeast(0, step, nameof(step));
        double factor =
            step < LinearWarmup ? (step + 1.0) / (LinearWarmup + 1.0) * ShapeWith(0, memory) : ShapeWith(step - LinearWarmup, memory);
        return factor >= 0 && double.IsFinite(factor)
            ? factor
            : throw new InvalidOperationException($"{GetType().Name} gives the factor {factor} for update {step}; it must be finite and "
                + "at least 0. Nothing has changed.");
    }

    /// <summary>
    /// The factor <paramref name="step"/> updates after the warm-up: finite and at least 0, the same bits on every machine.
    /// </summary>
    /// <param name="step">At least 0.</param>
    protected abstract double Shape(long step);

    internal virtual double ShapeWith(long step, ReadOnlySpan<double> memory) => Shape(step);

    private protected static long AtLeast(long least, long value, string name) =>
        value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"Must be at least {least}.");

    private protected static double Share(double value, string name) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Must be from 0 to 1.");
}

/// <summary>The learning rate stays as it is.</summary>
/// <param name="LinearWarmup">Updates over which it first grows linearly, at least 0.</param>
public sealed record ConstantSchedule(long LinearWarmup = 0) : LearningRateSchedule(LinearWarmup)
{
    /// <inheritdoc/>
    protected override double Shape(long step) => 1;
}

/// <summary>
/// Half a cosine wave from 1 to <see cref="FinalFactor"/>, where it stays (Loshchilov and Hutter 2017, without restarts; up to
/// its end the same as torch's CosineAnnealingLR).
/// </summary>
public sealed record CosineSchedule : LearningRateSchedule
{
    /// <summary>Describes the wave.</summary>
    /// <param name="totalSteps">All updates, the warm-up included: at least 1 and more than <paramref name="linearWarmup"/>.</param>
    /// <param name="finalFactor">The factor from then on, 0 to 1.</param>
    /// <param name="linearWarmup">Updates over which the factor first grows linearly, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public CosineSchedule(long totalSteps, double finalFactor = 0, long linearWarmup = 0)
        : base(linearWarmup)
    {
        TotalSteps = totalSteps > linearWarmup
            ? totalSteps
            : throw new ArgumentOutOfRangeException(
                nameof(totalSteps), totalSteps, $"Must be more than {linearWarmup}, the updates of the warm-up.");
        FinalFactor = Share(finalFactor, nameof(finalFactor));
    }

    /// <summary>All updates, the warm-up included.</summary>
    public long TotalSteps { get; }

    /// <summary>The factor after <see cref="TotalSteps"/> updates.</summary>
    public double FinalFactor { get; }

    /// <inheritdoc/>
    protected override double Shape(long step)
    {
        long length = TotalSteps - LinearWarmup;
        if (step >= length)
            return FinalFactor;
        double wave = Functions.Cos(Math.PI * step / length);
        return FinalFactor + ((1 - FinalFactor) * (1 + wave) / 2);
    }
}

/// <summary>The factor falls by a factor every so many updates: factor^⌊t / period⌋, as torch's StepLR.</summary>
public sealed record StepSchedule : LearningRateSchedule
{
    /// <summary>Describes the stairs.</summary>
    /// <param name="period">Updates between two falls, at least 1.</param>
    /// <param name="factor">The factor of every fall, 0 to 1.</param>
    /// <param name="linearWarmup">Updates over which the factor first grows linearly, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public StepSchedule(long period, double factor, long linearWarmup = 0)
        : base(linearWarmup)
    {
        Period = AtLeast(1, period, nameof(period));
        Factor = Share(factor, nameof(factor));
    }

    /// <summary>Updates between two falls.</summary>
    public long Period { get; }

    /// <summary>The factor of every fall.</summary>
    public double Factor { get; }

    /// <inheritdoc/>
    protected override double Shape(long step) => Optimizer.Power(Factor, step / Period);
}
