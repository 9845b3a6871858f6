using RnnGen.Generated;

namespace RnnGen;

/// <summary>The mean of |output − target| over all numbers: MAE.</summary>
public sealed class MeanAbsoluteError : NumberMetric
{
    private WeightedMean mean;

    /// <inheritdoc/>
    public override string Name => "MAE";

    /// <inheritdoc/>
    public override double Value => mean.Value;

    /// <inheritdoc/>
    public override void Reset() => mean = default;

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<double> outputs, ReadOnlySpan<double> targets, double weight)
    {
        for (int i = 0; i < outputs.Length; i++)
            mean.Add(Math.Abs(outputs[i] - targets[i]), weight);
    }
}

/// <summary>The root of the mean of (output − target)² over all numbers: RMSE.</summary>
public sealed class RootMeanSquaredError : NumberMetric
{
    private WeightedMean mean;

    /// <inheritdoc/>
    public override string Name => "RMSE";

    /// <inheritdoc/>
    public override double Value => Math.Sqrt(mean.Value);

    /// <inheritdoc/>
    public override void Reset() => mean = default;

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<double> outputs, ReadOnlySpan<double> targets, double weight)
    {
        for (int i = 0; i < outputs.Length; i++)
            mean.Add((outputs[i] - targets[i]) * (outputs[i] - targets[i]), weight);
    }
}

/// <summary>
/// The mean absolute error in units of a scale, MASE (Hyndman and Koehler 2006): with that of <see cref="ScaleOf"/>, less than 1 is better
/// than the seasonal naive forecast was on the series that was learned.
/// </summary>
public sealed class MeanAbsoluteScaledError : NumberMetric
{
    private readonly double[] scales;
    private WeightedMean mean;

    /// <summary>Sets the scales.</summary>
    /// <param name="scales">
    /// One for each number of a step, each finite and more than 0. An output may have several steps, [step ahead][number].
    /// </param>
    /// <exception cref="ArgumentException">There are none, or one is not more than 0.</exception>
    public MeanAbsoluteScaledError(params ReadOnlySpan<double> scales)
    {
        if (scales.IsEmpty)
            throw new ArgumentException("There are no scales; at least one is needed.", nameof(scales));
        for (int i = 0; i < scales.Length; i++)
        {
            if (!(scales[i] > 0 && double.IsFinite(scales[i])))
                throw new ArgumentException(
                    $"Scale {i} is {scales[i]}; all must be finite and more than 0. A series that does not change has none.",
                    nameof(scales));
        }

        this.scales = scales.ToArray();
    }

    /// <inheritdoc/>
    public override string Name => "MASE";

    /// <inheritdoc/>
    public override double Value => mean.Value;

    /// <summary>The mean of |yₜ − yₜ₋ₘ| over a series: the error of a forecast that repeats the season before.</summary>
    /// <param name="series">More finite numbers than a season has.</param>
    /// <param name="season">m, the steps of a season; 1 for the naive forecast, the number before.</param>
    /// <exception cref="ArgumentException">The series is too short, or a number is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="season"/> is less than 1.</exception>
    public static double ScaleOf(ReadOnlySpan<double> series, int season = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(season, 1);
        if (series.Length <= season)
            throw new ArgumentException(
                $"Expected more than {season} numbers, the steps of a season, but there are {series.Length}.", nameof(series));
        Guard.Finite(series, nameof(series));
        double sum = 0;
        for (int i = season; i < series.Length; i++)
            sum += Math.Abs(series[i] - series[i - season]);
        return sum / (series.Length - season);
    }

    /// <inheritdoc/>
    public override void Reset() => mean = default;

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<double> outputs, ReadOnlySpan<double> targets, double weight)
    {
        if (outputs.Length % scales.Length != 0)
            throw new ArgumentException(
                $"Expected a multiple of {scales.Length} numbers, as many as scales, but there are {outputs.Length}.", nameof(outputs));
        for (int i = 0; i < outputs.Length; i++)
            mean.Add(Math.Abs(outputs[i] - targets[i]) / scales[i % scales.Length], weight);
    }
}

/// <summary>
/// The mean pinball loss of quantiles: τ (y − q) where the target y is above the forecast q of the quantile τ, otherwise (1 − τ) (q − y).
/// Of the quantile 0.5 it is half of the absolute error.
/// </summary>
public sealed class PinballLoss : NumberMetric
{
    private readonly double[] quantiles;
    private WeightedMean mean;

    /// <summary>Sets the quantiles.</summary>
    /// <param name="quantiles">Each more than 0 and less than 1. An output has so many numbers for each target, in their order.</param>
    /// <exception cref="ArgumentException">There are none, or one is outside that range.</exception>
    public PinballLoss(params ReadOnlySpan<double> quantiles)
    {
        if (quantiles.IsEmpty)
            throw new ArgumentException("There are no quantiles; at least one is needed.", nameof(quantiles));
        foreach (double quantile in quantiles)
        {
            if (quantile is not (> 0 and < 1))
                throw new ArgumentException($"A quantile must be more than 0 and less than 1, but one is {quantile}.", nameof(quantiles));
        }

        this.quantiles = quantiles.ToArray();
    }

    /// <inheritdoc/>
    public override string Name => "pinball loss";

    /// <inheritdoc/>
    public override double Value => mean.Value;

    /// <inheritdoc/>
    public override void Reset() => mean = default;

    /// <inheritdoc/>
    protected override int OutputsPerTarget => quantiles.Length;

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<double> outputs, ReadOnlySpan<double> targets, double weight)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            double above = targets[i / quantiles.Length] - outputs[i], quantile = quantiles[i % quantiles.Length];
            mean.Add(above > 0 ? quantile * above : (quantile - 1) * above, weight);
        }
    }
}
