namespace RnnGen.Numerics;

/// <summary>Symmetric matrices with three diagonals.</summary>
internal static class Tridiagonal
{
    /// <summary>
    /// The largest eigenvalue, by bisection: the negative pivots of T − x I are as many as T has eigenvalues below x (Sturm).
    /// </summary>
    /// <param name="diagonal">At least one.</param>
    /// <param name="beside">Element i stands between i − 1 and i; the first does not count.</param>
    public static double LargestEigenvalue(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> beside)
    {
        // Gershgorin: every eigenvalue is as near to an element of the diagonal as its neighbours are large.
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int i = 0; i < diagonal.Length; i++)
        {
            double radius = (i > 0 ? Math.Abs(beside[i]) : 0) + (i + 1 < diagonal.Length ? Math.Abs(beside[i + 1]) : 0);
            low = Math.Min(low, diagonal[i] - radius);
            high = Math.Max(high, diagonal[i] + radius);
        }

        while (true)
        {
            double middle = low + ((high - low) / 2);
            if (!(middle > low && middle < high))
                return high;
            if (AllAreBelow(middle, diagonal, beside))
                high = middle;
            else
                low = middle;
        }
    }

    private static bool AllAreBelow(double x, ReadOnlySpan<double> diagonal, ReadOnlySpan<double> beside)
    {
        double pivot = 1;
        for (int i = 0; i < diagonal.Length; i++)
        {
            pivot = diagonal[i] - x - (i > 0 ? beside[i] * beside[i] / pivot : 0);
            if (!(pivot < 0))
                return false;
        }

        return true;
    }
}
