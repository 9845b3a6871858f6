using System.Globalization;

namespace Samples;

/// <summary>Maps values to places on the picture, and knows where its ticks are.</summary>
internal sealed class Axis
{
    private readonly bool isLogarithmic;
    private readonly double least, most, start, end;

    private Axis(bool isLogarithmic, double least, double most, double start, double end, IEnumerable<(double Value, string Label)> ticks)
    {
        this.isLogarithmic = isLogarithmic;
        this.least = least;
        this.most = most;
        this.start = start;
        this.end = end;
        Ticks = [.. ticks.Select(tick => (Place(tick.Value), tick.Label))];
    }

    /// <summary>Places and labels.</summary>
    public IReadOnlyList<(double Place, string Label)> Ticks { get; }

    /// <summary>Equal steps: at most eight, of 1, 2 or 5 times a power of ten.</summary>
    public static Axis Linear(double least, double most, double start, double end)
    {
        most = Math.Max(most, least + 1e-9);
        double step = Math.Pow(10, Math.Floor(Math.Log10(most - least)) - 1);
        for (int i = 0; (most - least) / step > 8; i++)
            step *= i % 3 == 1 ? 2.5 : 2;
        int first = (int)Math.Ceiling((least / step) - 1e-9), last = (int)Math.Floor((most / step) + 1e-9);
        return new(false, least, most, start, end, Enumerable.Range(first, last - first + 1)
            .Select(i => (i * step, (i * step).ToString("0.######", CultureInfo.InvariantCulture))));
    }

    /// <summary>Powers of ten, at most ten of which have a tick.</summary>
    public static Axis Logarithmic(double least, double most, double start, double end)
    {
        int lowest = (int)Math.Floor(Math.Log10(least)), highest = Math.Max((int)Math.Ceiling(Math.Log10(most)), lowest + 1);
        int step = ((highest - lowest) / 10) + 1;
        return new(true, lowest, highest, start, end, Enumerable.Range(lowest, highest - lowest + 1)
            .Where(power => power % step == 0)
            .Select(power => (Math.Pow(10, power), string.Create(CultureInfo.InvariantCulture, $"1e{power}"))));
    }

    /// <summary>Where a value lies.</summary>
    public double Place(double value) => start + (((isLogarithmic ? Math.Log10(value) : value) - least) / (most - least) * (end - start));
}
