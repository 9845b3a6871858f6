namespace Forecast;

/// <summary>The weather as a network reads it: numbers of mean 0 and deviation 1 over the days that are learned, and the season.</summary>
internal sealed class Scaled
{
    /// <summary>Numbers of a day: the columns, and sine and cosine of the day of the year.</summary>
    public const int Inputs = 6;

    private const double DaysOfYear = 365.2425;
    private readonly double[] means = new double[Weather.Columns.Length];
    private readonly double[] deviations = new double[Weather.Columns.Length];

    /// <summary>Scales.</summary>
    /// <param name="weather">All days.</param>
    /// <param name="learned">The first days, whose mean and deviation count.</param>
    public Scaled(Weather weather, int learned)
    {
        for (int column = 0; column < means.Length; column++)
        {
            double[] numbers = [.. Enumerable.Range(0, learned).Select(day => Evened(weather[day, column], column))];
            means[column] = numbers.Average();
            deviations[column] = Math.Sqrt(numbers.Average(number => (number - means[column]) * (number - means[column])));
        }

        InputValues = new float[weather.Days * Inputs];
        TargetValues = new float[weather.Days * Weather.Targets];
        for (int day = 0; day < weather.Days; day++)
        {
            Span<float> inputs = InputValues.AsSpan(day * Inputs, Inputs);
            for (int column = 0; column < means.Length; column++)
                inputs[column] = (float)((Evened(weather[day, column], column) - means[column]) / deviations[column]);
            double angle = 2 * Math.PI * weather.First.AddDays(day).DayOfYear / DaysOfYear;
            (inputs[^2], inputs[^1]) = ((float)Math.Sin(angle), (float)Math.Cos(angle));
            inputs.Slice(means.Length - Weather.Targets, Weather.Targets).CopyTo(TargetValues.AsSpan(day * Weather.Targets));
        }
    }

    /// <summary>[day][number].</summary>
    public float[] InputValues { get; }

    /// <summary>[day][number].</summary>
    public float[] TargetValues { get; }

    /// <summary>A network's number back in degrees or metres a second.</summary>
    public double Number(float output, int target)
    {
        int column = means.Length - Weather.Targets + target;
        return (output * deviations[column]) + means[column];
    }

    // A little rain differs from none more than much from very much. What is forecast stays as it is.
    private static double Evened(double value, int column) => column == 0 ? Math.Log(1 + value) : value;
}
