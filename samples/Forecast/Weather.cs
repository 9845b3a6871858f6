using nietras.SeparatedValues;

namespace Forecast;

/// <summary>Days of weather, read from a CSV file with a line a day.</summary>
internal sealed class Weather
{
    /// <summary>The columns that are read; <see cref="Targets"/> of them, the last ones, are forecast.</summary>
    public static readonly string[] Columns = ["precipitation", "temp_max", "temp_min", "wind"];

    /// <summary>Numbers that are forecast for a day.</summary>
    public const int Targets = 3;

    private readonly double[] values;

    private Weather(DateOnly first, double[] values)
    {
        First = first;
        this.values = values;
    }

    /// <summary>The first day.</summary>
    public DateOnly First { get; }

    /// <summary>The number of days.</summary>
    public int Days => values.Length / Columns.Length;

    /// <summary>A day's number of a column.</summary>
    public double this[int day, int column] => values[(day * Columns.Length) + column];

    /// <summary>A day's number that is forecast.</summary>
    /// <param name="day">From 0.</param>
    /// <param name="target">0 to <see cref="Targets"/> − 1.</param>
    public double Target(int day, int target) => this[day, Columns.Length - Targets + target];

    /// <summary>The day of a date.</summary>
    public int DayOf(DateOnly date) => date.DayNumber - First.DayNumber;

    /// <summary>Reads a file.</summary>
    /// <param name="path">CSV with a column <c>date</c> and those of <see cref="Columns"/>.</param>
    /// <exception cref="InvalidDataException">A column is missing, a number is none, or a day is not the one after the day
    /// before.</exception>
    public static Weather Read(string path)
    {
        using SepReader reader = Sep.Reader(options => options with { Unescape = true }).FromFile(path);
        List<double> values = [];
        DateOnly? first = null, last = null;
        if (!Columns.Prepend("date").All(column => reader.Header.TryIndexOf(column, out _)))
            throw new InvalidDataException(
                $"{path} has the columns {string.Join(", ", reader.Header.ColNames)}; expected date, {string.Join(", ", Columns)}.");
        foreach (SepReader.Row row in reader)
        {
            if (!row["date"].TryParse(out DateOnly date))
                throw new InvalidDataException($"{path}, line {row.LineNumberFrom}: \"{row["date"]}\" is no date.");
            if (last is { } before && date != before.AddDays(1))
                throw new InvalidDataException($"{path}, line {row.LineNumberFrom}: {before:O} is followed by {date:O}.");
            foreach (string column in Columns)
            {
                if (!row[column].TryParse(out double value) || !double.IsFinite(value))
                    throw new InvalidDataException(
                        $"{path}, line {row.LineNumberFrom}: \"{row[column]}\" is no number for {column}.");
                values.Add(value);
            }

            (first, last) = (first ?? date, date);
        }

        return first is { } begin ? new(begin, [.. values]) : throw new InvalidDataException($"{path} has no days.");
    }
}
