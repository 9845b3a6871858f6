namespace RnnGen.Onnx.Tests;

/// <summary>Numbers row by row, all in double.</summary>
internal sealed record Tensor(int[] Dims, double[] Values)
{
    public int Rank => Dims.Length;

    public static Tensor Scalar(double value) => new([], [value]);

    public static int Product(IEnumerable<int> dims) => dims.Aggregate(1, (p, d) => p * d);

    /// <summary>The tensor whose number at each place is computed from the place.</summary>
    public static Tensor Of(int[] dims, Func<int[], double> at)
    {
        double[] values = new double[Product(dims)];
        int[] place = new int[dims.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int rest = i;
            for (int d = dims.Length - 1; d >= 0; d--)
            {
                place[d] = rest % dims[d];
                rest /= dims[d];
            }

            values[i] = at(place);
        }

        return new(dims, values);
    }

    public double this[params ReadOnlySpan<int> place]
    {
        get
        {
            int index = 0;
            for (int d = 0; d < Rank; d++)
                index = (index * Dims[d]) + place[d];
            return Values[index];
        }
    }

    public Tensor Map(Func<double, double> function) => new(Dims, Array.ConvertAll(Values, v => function(v)));

    /// <summary>Element by element, with NumPy's broadcasting.</summary>
    public Tensor Combine(Tensor other, Func<double, double, double> function)
    {
        int rank = Math.Max(Rank, other.Rank);
        int[] dims = [.. Enumerable.Range(0, rank).Select(d => Math.Max(Size(this, d), Size(other, d)))];
        return Of(dims, place => function(At(this, place), At(other, place)));

        int Size(Tensor tensor, int d) => d < rank - tensor.Rank ? 1 : tensor.Dims[d - rank + tensor.Rank];

        double At(Tensor tensor, int[] place) =>
            tensor[[.. tensor.Dims.Select((size, d) => size == 1 ? 0 : place[d + rank - tensor.Rank])]];
    }

    /// <summary>The part of this at one place along an axis.</summary>
    public Tensor Take(int axis, int index) =>
        Of([.. Dims.Where((_, d) => d != axis)], place => this[[.. place[..axis], index, .. place[axis..]]]);
}
