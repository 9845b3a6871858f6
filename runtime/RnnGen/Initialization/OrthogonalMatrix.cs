using RnnGen.Numerics;

namespace RnnGen;

/// <summary>Random matrices that keep lengths (Saxe et al. 2014).</summary>
internal static class OrthogonalMatrix
{
    /// <summary>
    /// gain times a random matrix, row by row, whose columns are orthonormal, or whose rows are if it has fewer of them: normal numbers,
    /// each vector made orthogonal to those before it, twice for accuracy.
    /// </summary>
    public static double[] Random(int rows, int columns, double gain, CounterRandom random, ref ulong position)
    {
        int count = Math.Min(rows, columns), size = Math.Max(rows, columns);
        var vectors = new double[count * size];
        foreach (ref double value in vectors.AsSpan())
            value = random.Normal(ref position);
        for (int vector = 0; vector < count; vector++)
            Orthonormalize(vectors, vector, size);
        foreach (ref double value in vectors.AsSpan())
            value *= gain;
        return rows <= columns ? vectors : Transpose(vectors, count, size);
    }

    private static void Orthonormalize(double[] vectors, int vector, int size)
    {
        Span<double> current = vectors.AsSpan(vector * size, size);
        for (int pass = 0; pass < 2; pass++)
        {
            for (int other = 0; other < vector; other++)
            {
                ReadOnlySpan<double> previous = vectors.AsSpan(other * size, size);
                double overlap = Dot(current, previous);
                for (int i = 0; i < size; i++)
                    current[i] -= overlap * previous[i];
            }
        }

        double length = Math.Sqrt(Dot(current, current));
        foreach (ref double value in current)
            value /= length;
    }

    private static double[] Transpose(double[] matrix, int rows, int columns)
    {
        var transposed = new double[matrix.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                transposed[(column * rows) + row] = matrix[(row * columns) + column];
        }

        return transposed;
    }

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }
}
