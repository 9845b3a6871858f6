namespace RnnGen;

/// <summary>A schedule that also follows losses: those that <see cref="Trainer{T}.Report"/> is told of.</summary>
/// <remarks>
/// The schedule is a value and does not change. What it remembers of losses is numbers that the trainer keeps, and saves and resumes with
/// everything else.
/// </remarks>
public abstract record LossSchedule : LearningRateSchedule
{
    /// <summary>Sets the warm-up.</summary>
    /// <param name="linearWarmup">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="linearWarmup"/> is negative.</exception>
    protected LossSchedule(long linearWarmup = 0)
        : base(linearWarmup)
    {
    }

    /// <summary>The memory before the first loss. Its length never changes.</summary>
    /// <remarks>Asked for in every <see cref="LearningRateSchedule.FactorAt(long)"/>: return a static array.</remarks>
    protected abstract ReadOnlySpan<double> Start { get; }

    /// <summary>Takes a loss into account.</summary>
    /// <param name="loss">Finite.</param>
    /// <param name="memory">The memory, to be replaced by the next.</param>
    protected abstract void Observe(double loss, Span<double> memory);

    /// <summary>
    /// The factor <paramref name="step"/> updates after the warm-up: finite and at least 0, the same bits on every machine.
    /// </summary>
    /// <param name="step">At least 0.</param>
    /// <param name="memory">The memory of losses.</param>
    protected abstract double Shape(long step, ReadOnlySpan<double> memory);

    /// <summary>The factor before the first loss.</summary>
    /// <param name="step">At least 0.</param>
    protected sealed override double Shape(long step) => Shape(step, Start);

    internal sealed override ReadOnlySpan<double> InitialMemory => Start;

    internal sealed override double ShapeWith(long step, ReadOnlySpan<double> memory) => Shape(step, memory);

    /// <summary>Lets the schedule see a loss.</summary>
    internal void Report(double loss, Span<double> memory) => Observe(loss, memory);
}

/// <summary>
/// The factor falls by a factor whenever the reported losses have stopped falling, as torch's ReduceLROnPlateau. Report a loss as often as
/// patience is to count, for instance the validation loss after every epoch.
/// </summary>
public sealed record PlateauSchedule : LossSchedule
{
    private static readonly double[] BeforeTheFirst = [1, double.PositiveInfinity, 0, 0];

    private readonly double minimum;
    private readonly double threshold = 1e-4;
    private readonly int cooldown;

    /// <summary>Describes the falls.</summary>
    /// <param name="factor">The factor of every fall, 0 to 1.</param>
    /// <param name="patience">The number of losses in turn may be no better than the best one before the factor falls: at least 0.</param>
    /// <param name="linearWarmup">Updates over which the factor first grows linearly, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public PlateauSchedule(double factor = 0.1, int patience = 10, long linearWarmup = 0)
        : base(linearWarmup)
    {
        Factor = Share(factor, nameof(factor));
        Patience = (int)AtLeast(0, patience, nameof(patience));
    }

    /// <summary>The factor of every fall.</summary>
    public double Factor { get; }

    /// <summary>The number of losses in turn that may be no better than the best one before the factor falls.</summary>
    public int Patience { get; }

    /// <summary>The share of the best loss by which another must be below it to be better, 0 to 1. The default is 1e-4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double Threshold
    {
        get => threshold;
        init => threshold = Share(value, nameof(Threshold));
    }

    /// <summary>The number of losses after a fall that do not count as no better: at least 0, the default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Cooldown
    {
        get => cooldown;
        init => cooldown = (int)AtLeast(0, value, nameof(Cooldown));
    }

    /// <summary>The factor that no fall goes below, 0 to 1. The default is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double Minimum
    {
        get => minimum;
        init => minimum = Share(value, nameof(Minimum));
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Start => BeforeTheFirst;

    /// <inheritdoc/>
    protected override void Observe(double loss, Span<double> memory)
    {
        ref double factor = ref memory[0], best = ref memory[1], worse = ref memory[2], resting = ref memory[3];
        if (double.IsPositiveInfinity(best) || loss < best - (Threshold * Math.Abs(best)))
            (best, worse) = (loss, 0);
        else
            worse++;
        if (resting > 0)
            (resting, worse) = (resting - 1, 0);
        if (worse > Patience)
            (factor, resting, worse) = (Math.Max(factor * Factor, Math.Min(factor, Minimum)), Cooldown, 0);
    }

    /// <inheritdoc/>
    protected override double Shape(long step, ReadOnlySpan<double> memory) => memory[0];
}
