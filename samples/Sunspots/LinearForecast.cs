namespace Sunspots;

/// <summary>A linear autoregression, fitted by least squares: what a network has to be better than.</summary>
internal sealed class LinearForecast
{
    private readonly SunspotSeries series;
    private readonly double[] weights;

    /// <summary>Fits a forecast of each year by the years before it.</summary>
    /// <param name="series">The series.</param>
    /// <param name="order">How many years before.</param>
    /// <param name="from">The first year whose forecast is fitted.</param>
    /// <param name="to">The last.</param>
    public LinearForecast(SunspotSeries series, int order, int from, int to)
    {
        this.series = series;
        double[,] normal = new double[order + 1, order + 2];
        for (int year = from; year <= to; year++)
        {
            double[] inputs = Inputs(year, order);
            for (int row = 0; row <= order; row++)
            {
                for (int column = 0; column <= order; column++)
                    normal[row, column] += inputs[row] * inputs[column];
                normal[row, order + 1] += inputs[row] * series[year];
            }
        }

        weights = Solve(normal);
    }

    /// <summary>The forecast of a year by the true numbers before it.</summary>
    public double this[int year] => Inputs(year, weights.Length - 1).Zip(weights, (input, weight) => input * weight).Sum();

    private double[] Inputs(int year, int order) => [1, .. Enumerable.Range(1, order).Select(back => series[year - back])];

    /// <summary>Gauss and Jordan, with the largest pivot of each column.</summary>
    private static double[] Solve(double[,] system)
    {
        int size = system.GetLength(0);
        for (int pivot = 0; pivot < size; pivot++)
        {
            int largest = Enumerable.Range(pivot, size - pivot).MaxBy(row => Math.Abs(system[row, pivot]));
            for (int column = 0; column <= size; column++)
                (system[pivot, column], system[largest, column]) = (system[largest, column], system[pivot, column]);
            for (int row = 0; row < size; row++)
            {
                double factor = row == pivot ? 0 : system[row, pivot] / system[pivot, pivot];
                for (int column = pivot; column <= size; column++)
                    system[row, column] -= factor * system[pivot, column];
            }
        }

        return [.. Enumerable.Range(0, size).Select(row => system[row, size] / system[row, row])];
    }
}
