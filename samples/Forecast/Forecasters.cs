using MathNet.Numerics.LinearAlgebra;

namespace Forecast;

/// <summary>Forecasts the days after a day from what is known until then.</summary>
internal interface IForecaster
{
    /// <summary>For tables.</summary>
    string Name { get; }

    /// <summary>Forecasts. Days are asked for one after the other.</summary>
    /// <param name="day">The last day that is known.</param>
    /// <param name="ahead">Receives [day ahead][number].</param>
    void Forecast(int day, Span<double> ahead);
}

/// <summary>All days will be like the last one.</summary>
internal sealed class Naive(Weather weather) : IForecaster
{
    public string Name => "naive (as today)";

    public void Forecast(int day, Span<double> ahead)
    {
        for (int i = 0; i < ahead.Length; i++)
            ahead[i] = weather.Target(day, i % Weather.Targets);
    }
}

/// <summary>Each day will be like the one a year before.</summary>
internal sealed class SeasonalNaive(Weather weather) : IForecaster
{
    private const int Year = 365;

    public string Name => "seasonal naive (a year ago)";

    public void Forecast(int day, Span<double> ahead)
    {
        for (int i = 0; i < ahead.Length; i++)
            ahead[i] = weather.Target(day + 1 + (i / Weather.Targets) - Year, i % Weather.Targets);
    }
}

/// <summary>
/// A linear regression for each number of each day ahead on the last days and the season, fitted by least squares: what a network has to be
/// better than.
/// </summary>
internal sealed class Linear : IForecaster
{
    private const int Order = 7;
    private readonly Scaled scaled;
    private readonly int? refitsEvery;
    private Matrix<double> weights = null!;
    private int fitted;
    private readonly double[] features = new double[1 + ((Order - 1) * Weather.Columns.Length) + Scaled.Inputs];

    /// <summary>Fits.</summary>
    /// <param name="scaled">All days.</param>
    /// <param name="learned">The first days, from which it learns.</param>
    /// <param name="refitsEvery">Days after which it is fitted anew to all that is known by then; null for never.</param>
    public Linear(Scaled scaled, int learned, int? refitsEvery = null)
    {
        this.scaled = scaled;
        this.refitsEvery = refitsEvery;
        Fit(learned);
    }

    public string Name => refitsEvery is { } days ? $"linear, fitted every {days} days" : "linear, 7 days";

    public void Forecast(int day, Span<double> ahead)
    {
        if (day + 1 - fitted >= refitsEvery)
            Fit(day + 1);
        ReadOnlySpan<double> now = Features(day);
        for (int i = 0; i < ahead.Length; i++)
        {
            double sum = 0;
            for (int feature = 0; feature < now.Length; feature++)
                sum += weights[feature, i] * now[feature];
            ahead[i] = scaled.Number((float)sum, i % Weather.Targets);
        }
    }

    private void Fit(int known)
    {
        int[] days = [.. Enumerable.Range(Order - 1, known - Order - Model.Horizon + 1)];
        Matrix<double> rows = Matrix<double>.Build.DenseOfRowArrays(days.Select(day => Features(day).ToArray()));
        Matrix<double> targets = Matrix<double>.Build.Dense(
            days.Length, Model.Horizon * Weather.Targets,
            (row, column) => scaled.TargetValues[((days[row] + 1) * Weather.Targets) + column]);
        (weights, fitted) = (rows.QR().Solve(targets), known);
    }

    // 1, the days before without their season, and the last day with it.
    private ReadOnlySpan<double> Features(int day)
    {
        features[0] = 1;
        int place = 1;
        for (int back = Order - 1; back >= 0; back--)
        {
            int count = back == 0 ? Scaled.Inputs : Weather.Columns.Length;
            for (int i = 0; i < count; i++)
                features[place++] = scaled.InputValues[((day - back) * Scaled.Inputs) + i];
        }

        return features;
    }
}
