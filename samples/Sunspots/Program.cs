using System.Diagnostics;
using Samples;
using Sunspots;

const int Order = 12, Members = 10, Updates = 400;
string picture = args is ["--svg", string path] ? path : Path.Combine("artifacts", "sunspots.svg");
SunspotSeries series = SunspotSeries.Read(Path.Combine(AppContext.BaseDirectory, "data", "sunspots.csv"));
(int firstYear, int lastLearned) = SunspotSeries.Spans[0];
int lastYear = SunspotSeries.Spans[^1].To;

// The first forecast that a linear model of twelve years can make is 1712's; all are measured from there on.
LinearForecast linear = new(series, Order, firstYear + Order, lastLearned);
Stopwatch clock = Stopwatch.StartNew();
NetworkForecast networks = new(series, Members, Updates);
Console.WriteLine($"{Members} networks of {SunspotModel.ParameterCount} parameters, {Updates} updates each, "
    + $"{clock.Elapsed.TotalSeconds:F1} s");
IReadOnlyDictionary<int, double> oneStep = networks.Forecast(lastYear, lastYear - 1), closedLoop = networks.Forecast(lastYear, lastLearned);

Console.WriteLine();
Console.WriteLine("average relative variance    1712-1920  1921-1955  1956-1979");
double[] network = Print("GRU, one step", year => oneStep[year]);
Print($"AR({Order}), least squares", year => linear[year]);
Console.WriteLine($"{"Weigend et al. 1990",-26}{0.082,12:F3}{0.086,11:F3}{0.35,11:F2}");
Console.WriteLine($"{"GRU, closed loop",-26}{"",12}{series.RelativeVariance(year => closedLoop[year], 1921, 1930),11:F3}  (1921-1930)");

LineChart.Save(
    picture,
    new LineChart("Sunspots: forecasts of the next year", "year", "sunspot number", [True(1880), Line("GRU, one step", oneStep, 1880)]),
    new LineChart(
        "Sunspots: fed with its own forecasts from 1921 on", "year", "sunspot number",
        [True(1880), Line("GRU, closed loop", closedLoop, lastLearned)]));
Console.WriteLine();
Console.WriteLine($"drew {picture}");
return network[0] <= 0.13 && network[1] <= 0.13 && network[2] <= 0.37 ? 0 : 1;

double[] Print(string name, Func<int, double> forecast)
{
    double[] values =
        [.. SunspotSeries.Spans.Select(span => series.RelativeVariance(forecast, Math.Max(span.From, firstYear + Order), span.To))];
    Console.WriteLine($"{name,-26}{values[0],12:F3}{values[1],11:F3}{values[2],11:F3}");
    return values;
}

ChartLine True(int from) => new("true", [.. Enumerable.Range(from, lastYear - from + 1).Select(year => ((double)year, series[year]))]);

ChartLine Line(string name, IReadOnlyDictionary<int, double> forecasts, int from) =>
    new(
        name, [.. forecasts.Where(forecast => forecast.Key >= from).Select(forecast => ((double)forecast.Key, forecast.Value))],
        IsDashed: true);
