namespace RnnGen.Tests;

/// <summary>Singular values by one-sided Jacobi rotations: slow, accurate, and sharing nothing with the runtime.</summary>
internal static class JacobiSvd
{
    /// <summary>All singular values of a matrix, the largest first.</summary>
    public static double[] Values(double[,] matrix)
    {
        int rows = matrix.GetLength(0), columns = matrix.GetLength(1);
        double[,] a = (double[,])matrix.Clone();
        for (int sweep = 0; sweep < 60; sweep++)
        {
            bool rotated = false;
            for (int p = 0; p < columns; p++)
            {
                for (int q = p + 1; q < columns; q++)
                    rotated |= Rotate(a, p, q);
            }

            if (!rotated)
                break;
        }

        return [.. Enumerable.Range(0, columns)
            .Select(c => Math.Sqrt(Enumerable.Range(0, rows).Sum(r => a[r, c] * a[r, c])))
            .OrderDescending().Take(Math.Min(rows, columns))];
    }

    private static bool Rotate(double[,] a, int p, int q)
    {
        double alpha = 0, beta = 0, gamma = 0;
        for (int r = 0; r < a.GetLength(0); r++)
        {
            alpha += a[r, p] * a[r, p];
            beta += a[r, q] * a[r, q];
            gamma += a[r, p] * a[r, q];
        }

        if (Math.Abs(gamma) <= 1e-16 * Math.Sqrt(alpha * beta))
            return false;
        double zeta = (beta - alpha) / (2 * gamma);
        double tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
        double cosine = 1 / Math.Sqrt(1 + (tangent * tangent)), sine = cosine * tangent;
        for (int r = 0; r < a.GetLength(0); r++)
            (a[r, p], a[r, q]) = ((cosine * a[r, p]) - (sine * a[r, q]), (sine * a[r, p]) + (cosine * a[r, q]));
        return true;
    }
}
