using ScottPlot;

namespace Forecast;

/// <summary>Draws forecasts with their bands over the truth, and MASE by days ahead.</summary>
internal static class Picture
{
    private const int Every = 14, FirstDays = 112;
    private static readonly Color Truth = Color.FromHex("#30343b"), Network = Color.FromHex("#0b6e8f");
    private static readonly Color[] Lines =
    [
        Color.FromHex("#b4b9c2"), Color.FromHex("#8a6d3b"), Color.FromHex("#e07b00"), Color.FromHex("#c0392b"), Network,
        Color.FromHex("#7a3b8f"),
    ];


    /// <summary>Draws.</summary>
    /// <param name="weather">The truth.</param>
    /// <param name="results">All backtests; the last is drawn over the truth.</param>
    /// <param name="path">The PNG file.</param>
    public static void Draw(Weather weather, IReadOnlyList<BacktestResult> results, string path)
    {
        Multiplot picture = new();
        picture.AddPlots(3);
        Forecasts(picture.GetPlot(0), weather, results[^1], 0, "highest, °C");
        Forecasts(picture.GetPlot(1), weather, results[^1], 1, "lowest, °C");
        ByDay(picture.GetPlot(2), results);
        picture.Layout = new ScottPlot.MultiplotLayouts.Rows();
        foreach (Plot plot in Enumerable.Range(0, 3).Select(picture.GetPlot))
        {
            plot.Font.Set("DejaVu Sans");
            plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = 70;
            plot.Axes.Right.MinimumSize = 20;
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        picture.SavePng(path, 1200, 1000);
    }

    private static void Forecasts(Plot plot, Weather weather, BacktestResult result, int target, string label)
    {
        for (int origin = 0; origin < FirstDays; origin += Every)
        {
            double[] bands = result.Bands[origin];
            double[] days = [.. Enumerable.Range(1, Model.Horizon).Select(ahead => DateOf(weather, result.FirstDay + origin + ahead))];
            var fill = plot.Add.FillY(days, Band(bands, target, 0), Band(bands, target, Backtest.Quantiles.Length - 1));
            (fill.FillColor, fill.LineWidth) = (Network.WithAlpha(0.25), 0);
            var line = plot.Add.ScatterLine(days, Band(bands, target, 1), Network);
            line.LineWidth = 2;
            if (origin == 0)
                line.LegendText = $"{result.Name}: every {Every} days the next {Model.Horizon}, with the band of 80 %";
        }

        int[] all = [.. Enumerable.Range(result.FirstDay, FirstDays + Model.Horizon)];
        double[] dates = [.. all.Select(day => DateOf(weather, day))], numbers = [.. all.Select(day => weather.Target(day, target))];
        var truth = plot.Add.ScatterLine(dates, numbers, Truth);
        truth.LegendText = "true";
        plot.Axes.DateTimeTicksBottom();
        plot.YLabel(label);
        plot.Legend.IsVisible = target == 0;
        plot.Legend.Alignment = Alignment.UpperLeft;
    }

    private static void ByDay(Plot plot, IReadOnlyList<BacktestResult> results)
    {
        double[] days = [.. Enumerable.Range(1, Model.Horizon).Select(day => (double)day)];
        for (int i = 0; i < results.Count; i++)
        {
            BacktestResult result = results[i];
            double[] errors = [.. Enumerable.Range(0, Model.Horizon).Select(result.MaseOf)];
            var line = plot.Add.Scatter(days, errors, Lines[i % Lines.Length]);
            (line.LegendText, line.LineWidth) = (result.Name, 2);
        }

        plot.YLabel("MASE");
        plot.XLabel("days ahead");
        plot.Axes.Bottom.SetTicks(days, [.. days.Select(day => $"{day}")]);
        plot.ShowLegend(Alignment.LowerLeft, Orientation.Horizontal);
        plot.Axes.SetLimitsY(0.6, 1.65);
    }

    private static double DateOf(Weather weather, int day) => weather.First.AddDays(day).ToDateTime(TimeOnly.MinValue).ToOADate();

    private static double[] Band(double[] bands, int target, int quantile) => [.. Enumerable.Range(0, Model.Horizon).Select(
        ahead => bands[(((ahead * Weather.Targets) + target) * Backtest.Quantiles.Length) + quantile])];
}
