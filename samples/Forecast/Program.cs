using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Forecast;
using nietras.SeparatedValues;

Console.OutputEncoding = Encoding.UTF8;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

Option<FileInfo> data = new("--data")
{
    Description = "A CSV file of days with the columns date, precipitation, temp_max, temp_min and wind, from 2012 to 2015.",
    DefaultValueFactory = _ => new(Path.Combine(AppContext.BaseDirectory, "data", "seattle-weather.csv")),
};
Option<int> members = new("--members") { Description = "Networks.", DefaultValueFactory = _ => 5 };
Option<int> epochs = new("--epochs") { Description = "The most epochs of each.", DefaultValueFactory = _ => 60 };
Option<string> picture =
    new("--picture") { Description = "The PNG file to draw.", DefaultValueFactory = _ => Path.Combine("artifacts", "forecast.png") };
Option<string?> csv = new("--csv") { Description = "Also writes the last method's forecasts to a CSV file." };
RootCommand command = new("Forecasts the weather of the next seven days, and tests forecasts of a year.")
{
    data, members, epochs, picture, csv,
};
command.SetAction(result =>
{
    try
    {
        return Run(
            result.GetValue(data)!.FullName, Math.Max(1, result.GetValue(members)), Math.Max(1, result.GetValue(epochs)),
            result.GetValue(picture)!, result.GetValue(csv));
    }
    catch (Exception problem) when (problem is IOException or InvalidDataException)
    {
        Console.Error.WriteLine(problem.Message);
        return 1;
    }
});
return command.Parse(args).Invoke();

static int Run(string data, int members, int epochs, string picture, string? csv)
{
    Weather weather = Weather.Read(data);
    // Two years to learn from, one to validate with and to measure the bands on, and one to test with.
    int learned = weather.DayOf(new(2014, 1, 1)), validated = weather.DayOf(new(2015, 1, 1)), end = weather.DayOf(new(2016, 1, 1));
    if (learned < 400 || end > weather.Days)
        throw new InvalidDataException($"{data} has {weather.Days} days from {weather.First:O}; expected those of 2012 to 2015.");
    Scaled scaled = new(weather, learned);
    Stopwatch clock = Stopwatch.StartNew();
    Networks? networks = null;
    ShareDisplay.Run("training", 5, progress =>
        networks = Networks.Train(scaled, learned, validated - learned, members, epochs, progress));
    Console.WriteLine($"{members} networks of {Model.ParameterCount:N0} parameters, trained in {clock.Elapsed.TotalSeconds:F1} s");

    Backtest backtest = new(weather, learned);
    int from = learned - 1, middle = validated - 1, to = end - Model.Horizon;
    Online online = networks!.GoOn();
    IForecaster[] forecasters =
    [
        new Naive(weather), new SeasonalNaive(weather), new Linear(scaled, learned), new Linear(scaled, learned, refitsEvery: 28), networks,
        online,
    ];
    BacktestResult[] results = [.. forecasters.Select(forecaster => backtest.Run(forecaster, from, middle, to))];
    Console.WriteLine();
    Console.WriteLine($"2015: {to - middle} origins, {Model.Horizon} days ahead");
    Console.WriteLine($"{"",-30}{"MASE",6}{"1 day",8}{"3 days",8}{"7 days",8}{"pinball",9}{"in the band of 80 %",21}");
    foreach (BacktestResult result in results)
        Console.WriteLine($"{result.Name,-30}{result.Mase,6:F3}{result.MaseOf(0),8:F3}{result.MaseOf(2),8:F3}{result.MaseOf(6),8:F3}"
            + $"{result.Pinball,9:F4}{result.Covered,21:P1}");

    (double microseconds, long bytes) = Cost(online, to - 100, to);
    Console.WriteLine();
    Console.WriteLine($"learning online: {microseconds:F0} µs a day for {members} networks, {bytes} bytes allocated in 100 days");
    if (csv is not null)
        Write(weather, results[^1], csv);
    Picture.Draw(weather, results, picture);
    Console.WriteLine($"drew {picture}");
    return results[4].Mase < results[2].Mase && results[5].Mase < results[3].Mase ? 0 : 1;
}

// The best of some runs: the first ones are compiled again while they run, for which .NET allocates.
static (double Microseconds, long Bytes) Cost(Online online, int from, int to)
{
    double[] ahead = new double[Model.Horizon * Weather.Targets];
    (double, long) best = (double.PositiveInfinity, long.MaxValue);
    for (int turn = 0; turn < 5; turn++)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        for (int day = from; day < to; day++)
            online.Forecast(day, ahead);
        double microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds / (to - from);
        best = (Math.Min(best.Item1, microseconds), Math.Min(best.Item2, GC.GetAllocatedBytesForCurrentThread() - before));
    }

    return best;
}

static void Write(Weather weather, BacktestResult result, string path)
{
    using SepWriter writer = Sep.New(',').Writer().ToFile(path);
    string[] names = Weather.Columns[^Weather.Targets..];
    for (int origin = 0; origin < result.Bands.Count; origin++)
    {
        for (int i = 0; i < Model.Horizon * Weather.Targets; i++)
        {
            int day = result.FirstDay + origin, ahead = 1 + (i / Weather.Targets);
            using SepWriter.Row row = writer.NewRow();
            row["known until"].Set($"{weather.First.AddDays(day):O}");
            row["days ahead"].Format(ahead);
            row["number"].Set(names[i % Weather.Targets]);
            for (int quantile = 0; quantile < Backtest.Quantiles.Length; quantile++)
            {
                double value = result.Bands[origin][(i * Backtest.Quantiles.Length) + quantile];
                row[$"quantile {Backtest.Quantiles[quantile]}"].Format(Math.Round(value, 3));
            }

            row["true"].Format(weather.Target(day + ahead, i % Weather.Targets));
        }
    }
}
