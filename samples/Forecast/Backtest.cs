using RnnGen;

namespace Forecast;

/// <summary>
/// A rolling origin: after each day the next ones are forecast from what was known by then. Bands come from the errors of an earlier span
/// of days: quantiles of them are added to the forecasts.
/// </summary>
internal sealed class Backtest
{
    /// <summary>The quantiles that bands are made of.</summary>
    public static readonly double[] Quantiles = [0.1, 0.5, 0.9];

    private const int Numbers = Model.Horizon * Weather.Targets;
    private readonly Weather weather;
    private readonly double[] scales;

    /// <param name="weather">All days.</param>
    /// <param name="learned">The first days, whose naive error from day to day is the unit of MASE.</param>
    public Backtest(Weather weather, int learned)
    {
        this.weather = weather;
        scales = [.. Enumerable.Range(0, Weather.Targets).Select(target => MeanAbsoluteScaledError.ScaleOf(
            [.. Enumerable.Range(0, learned).Select(day => weather.Target(day, target))]))];
    }

    /// <summary>Forecasts after each day of two spans: of the first for bands, of the second to be measured.</summary>
    /// <param name="forecaster">Is asked once for each day.</param>
    /// <param name="from">The last known day of the first forecast of the first span.</param>
    /// <param name="middle">That of the second span.</param>
    /// <param name="to">Behind the last.</param>
    public BacktestResult Run(IForecaster forecaster, int from, int middle, int to)
    {
        double[] ahead = new double[Numbers];
        double[][] errors = [.. Enumerable.Range(0, Numbers).Select(_ => new double[middle - from])];
        for (int day = from; day < middle; day++)
        {
            forecaster.Forecast(day, ahead);
            for (int i = 0; i < Numbers; i++)
                errors[i][day - from] = weather.Target(day + 1 + (i / Weather.Targets), i % Weather.Targets) - ahead[i];
        }

        double[] offsets = [.. errors.SelectMany(OffsetsOf)];
        BacktestResult result = new(forecaster.Name, scales, middle);
        double[] truth = new double[Numbers], bands = new double[Numbers * Quantiles.Length];
        for (int day = middle; day < to; day++)
        {
            forecaster.Forecast(day, ahead);
            for (int i = 0; i < Numbers; i++)
            {
                truth[i] = weather.Target(day + 1 + (i / Weather.Targets), i % Weather.Targets);
                for (int quantile = 0; quantile < Quantiles.Length; quantile++)
                    bands[(i * Quantiles.Length) + quantile] = ahead[i] + offsets[(i * Quantiles.Length) + quantile];
            }

            result.Add(ahead, bands, truth);
        }

        return result;
    }

    /// <summary>What to add to a forecast for each quantile. The middle one is the forecast itself.</summary>
    private static IEnumerable<double> OffsetsOf(double[] errors)
    {
        Array.Sort(errors);
        return Quantiles.Select(quantile => quantile == 0.5 ? 0 : errors[(int)Math.Round(quantile * (errors.Length - 1))]);
    }
}

/// <summary>The forecasts of a backtest, and how good they were.</summary>
internal sealed class BacktestResult
{
    private readonly MeanAbsoluteScaledError[] byDay;
    private readonly MeanAbsoluteScaledError all;
    private readonly PinballLoss pinball = new(Backtest.Quantiles);
    private readonly List<double[]> bands = [];
    private readonly double[] scales;
    private long covered, count;

    public BacktestResult(string name, double[] scales, int first)
    {
        (Name, FirstDay, this.scales) = (name, first, scales);
        all = new(scales);
        byDay = [.. Enumerable.Range(0, Model.Horizon).Select(_ => new MeanAbsoluteScaledError(scales))];
    }

    public string Name { get; }

    /// <summary>The last known day of the first forecast.</summary>
    public int FirstDay { get; }

    /// <summary>Of all numbers and days ahead.</summary>
    public double Mase => all.Value;

    /// <summary>Of numbers in the unit of MASE, so that degrees and metres a second can be added up.</summary>
    public double Pinball => pinball.Value;

    /// <summary>The share of true numbers inside the band from the first quantile to the last: 0.8 would be right.</summary>
    public double Covered => (double)covered / count;

    /// <summary>MASE of a day ahead, from 0.</summary>
    public double MaseOf(int dayAhead) => byDay[dayAhead].Value;

    /// <summary>The forecasts: of each day [day ahead][number][quantile].</summary>
    public IReadOnlyList<double[]> Bands => bands;

    public void Add(ReadOnlySpan<double> ahead, double[] itsBands, ReadOnlySpan<double> truth)
    {
        bands.Add([.. itsBands]);
        all.Add(ahead, truth);
        for (int day = 0; day < Model.Horizon; day++)
            byDay[day].Add(ahead.Slice(day * Weather.Targets, Weather.Targets), truth.Slice(day * Weather.Targets, Weather.Targets));
        Span<double> scaled = stackalloc double[Backtest.Quantiles.Length];
        for (int i = 0; i < truth.Length; i++)
        {
            double scale = scales[i % Weather.Targets];
            ReadOnlySpan<double> its = itsBands.AsSpan(i * scaled.Length, scaled.Length);
            for (int quantile = 0; quantile < scaled.Length; quantile++)
                scaled[quantile] = its[quantile] / scale;
            pinball.Add<double>(scaled, [truth[i] / scale]);
            covered += truth[i] >= its[0] && truth[i] <= its[^1] ? 1 : 0;
            count++;
        }
    }
}
