using System.Globalization;

namespace Sunspots;

/// <summary>Yearly sunspot numbers, cut as Weigend, Huberman and Rumelhart (1990) cut them.</summary>
internal sealed class SunspotSeries
{
    /// <summary>The spans: to learn from, to test on, and a later one that is known to be harder.</summary>
    public static readonly (int From, int To)[] Spans = [(1700, 1920), (1921, 1955), (1956, 1979)];

    private readonly double[] values;
    private readonly int firstYear;

    private SunspotSeries(int firstYear, double[] values)
    {
        this.firstYear = firstYear;
        this.values = values;
        double[] record = [.. Enumerable.Range(Spans[0].From, Spans[^1].To - Spans[0].From + 1).Select(year => this[year])];
        double mean = record.Average();
        Variance = record.Average(value => (value - mean) * (value - mean));
    }

    /// <summary>The number of a year.</summary>
    public double this[int year] => values[year - firstYear];

    /// <summary>The variance of the whole record, 1700 to 1979: what every span's squared error is divided by.</summary>
    public double Variance { get; }

    /// <summary>Reads a file of years and numbers.</summary>
    /// <exception cref="InvalidDataException">A line is no such pair, or years are missing.</exception>
    public static SunspotSeries Read(string path)
    {
        List<(int Year, double Value)> rows = [];
        foreach (string line in File.ReadLines(path).Skip(1))
        {
            if (line.Split(',') is not [string year, string value]
                || !int.TryParse(year, CultureInfo.InvariantCulture, out int number)
                || !double.TryParse(value, CultureInfo.InvariantCulture, out double spots))
                throw new InvalidDataException($"{path}: \"{line}\" is not a year and a number.");
            if (rows.Count > 0 && number != rows[^1].Year + 1)
                throw new InvalidDataException($"{path}: {rows[^1].Year} is followed by {number}.");
            rows.Add((number, spots));
        }

        if (rows.Count == 0 || rows[0].Year > Spans[0].From || rows[^1].Year < Spans[^1].To)
            throw new InvalidDataException($"{path} must hold the years {Spans[0].From} to {Spans[^1].To}.");
        return new(rows[0].Year, [.. rows.Select(row => row.Value)]);
    }

    /// <summary>
    /// The average relative variance of forecasts: their mean squared error, in the variance of the whole record. Always forecasting the
    /// mean would have about 1.
    /// </summary>
    /// <param name="forecast">The forecast of a year.</param>
    /// <param name="from">The first year.</param>
    /// <param name="to">The last year.</param>
    public double RelativeVariance(Func<int, double> forecast, int from, int to) =>
        Enumerable.Range(from, to - from + 1).Average(year => (forecast(year) - this[year]) * (forecast(year) - this[year])) / Variance;
}
