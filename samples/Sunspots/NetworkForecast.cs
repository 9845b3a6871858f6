using RnnGen;

namespace Sunspots;

/// <summary>
/// Networks that differ in their random start, and forecast by their mean: a single one learns some of the noise of 220 numbers by heart,
/// but each another part of it.
/// </summary>
internal sealed class NetworkForecast
{
    private const int FirstYear = 1700;
    private readonly SunspotModel[] models;
    private readonly SunspotSeries series;
    private readonly double mean, deviation;

    /// <summary>Trains the networks on the first span.</summary>
    /// <param name="series">The series.</param>
    /// <param name="members">How many networks.</param>
    /// <param name="updates">Updates of each; more would learn the noise.</param>
    public NetworkForecast(SunspotSeries series, int members, int updates)
    {
        this.series = series;
        (int from, int to) = SunspotSeries.Spans[0];
        double[] roots = [.. Enumerable.Range(from, to - from + 1).Select(year => Math.Sqrt(series[year]))];
        mean = roots.Average();
        deviation = Math.Sqrt(roots.Average(root => (root - mean) * (root - mean)));
        float[] inputs = [.. Enumerable.Range(from, SunspotModel.Steps).Select(year => Scaled(series[year]))];
        float[] targets = [.. Enumerable.Range(from + 1, SunspotModel.Steps).Select(year => Scaled(series[year]))];
        models = [.. Enumerable.Range(1, members).Select(seed => new SunspotModel((ulong)seed, Initialization.Glorot))];
        foreach (SunspotModel model in models)
        {
            SunspotModel.Trainer trainer = model.CreateTrainer(new AdamW(5e-3) { WeightDecay = 0.03 }) with
            {
                ClipNorm = 1,
                Schedule = new CosineSchedule(updates),
            };
            for (int update = 0; update < updates; update++)
                trainer.Step(inputs, targets);
        }
    }

    /// <summary>Forecasts year after year. Up to a year the networks read the true numbers, and from then on their own forecasts.</summary>
    /// <param name="lastYear">The last year to forecast.</param>
    /// <param name="lastTrueYear">The last year whose true number they read: <paramref name="lastYear"/> − 1 for forecasts of one
    /// step.</param>
    /// <returns>The forecasts by year, from 1701.</returns>
    public IReadOnlyDictionary<int, double> Forecast(int lastYear, int lastTrueYear)
    {
        var states = new SunspotModel.State[models.Length];
        Dictionary<int, double> forecasts = [];
        float[] output = new float[1];
        for (int year = FirstYear; year < lastYear; year++)
        {
            float input = Scaled(year <= lastTrueYear ? series[year] : forecasts[year]);
            double sum = 0;
            for (int i = 0; i < models.Length; i++)
            {
                models[i].Step([input], ref states[i], output);
                sum += Number(output[0]);
            }

            forecasts[year + 1] = sum / models.Length;
        }

        return forecasts;
    }

    // Cycles with many spots also vary more: the square root evens that out.
    private float Scaled(double number) => (float)((Math.Sqrt(number) - mean) / deviation);

    private double Number(double scaled)
    {
        double root = Math.Max((scaled * deviation) + mean, 0);
        return root * root;
    }
}
