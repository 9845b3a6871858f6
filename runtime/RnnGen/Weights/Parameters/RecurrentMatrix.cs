using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>A recurrent matrix in double, for a <see cref="RecurrentConstraint"/>.</summary>
public sealed class RecurrentMatrix
{
    // The matrix lies as [long side][short side, padded to a multiple of 16], divided by a power of 2 near its largest element. All memory
    // grows to the largest matrix used, and is then reused.
    private AlignedBuffer<double> values = new(0);
    private AlignedBuffer<double> product = new(0);
    private AlignedBuffer<double> gram = new(0);
    private AlignedBuffer<double> vectors = new(0);
    private double scale;

    // The sides of what is stored.
    private int length;
    private int width;
    private int padded;

    internal RecurrentMatrix()
    {
    }

    /// <summary>The name of the tensor that holds the matrix, for instance <c>rnn.weight_hh_l0</c>.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The gate whose matrix this is: its place in the order of the cell's gates, from 0.</summary>
    public int Gate { get; private set; }

    /// <summary>The number of rows: one for each unit.</summary>
    public int Rows { get; private set; }

    /// <summary>The number of columns: one for each number of the hidden vector that it multiplies.</summary>
    public int Columns { get; private set; }

    /// <summary>An element.</summary>
    /// <param name="row">0 to <see cref="Rows"/> − 1.</param>
    /// <param name="column">0 to <see cref="Columns"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position is outside that range.</exception>
    public double this[int row, int column]
    {
        get => values.Span[Checked(row, column)] * scale;
        set => values.Span[Checked(row, column)] = value / scale;
    }

    /// <summary>True if a slice of a tensor is such a matrix.</summary>
    internal static bool Is(ParameterInfo info, ParameterSlice slice) => slice.Role == ParameterRole.Recurrent && info.Columns > 0;

    /// <summary>Reads a slice of a tensor.</summary>
    internal void Load<T>(AlignedBuffer<T> buffer, ParameterInfo info, ParameterSlice slice) where T : unmanaged
    {
        (Name, Gate, Rows, Columns) = (info.Name, slice.FirstRow / slice.Rows, slice.Rows, info.Columns);
        (length, width) = (Math.Max(Rows, Columns), Math.Min(Rows, Columns));
        padded = (width + Panels.Lanes - 1) / Panels.Lanes * Panels.Lanes;
        Grow(ref values, length * padded);
        Grow(ref product, length * padded);
        Grow(ref gram, padded * padded);
        Grow(ref vectors, 3 * padded);
        Span<double> target = values.Span[..(length * padded)];
        target.Clear();
        Span<T> source = buffer.Span;
        double largest = 0;
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                double value = Element.ToDouble(source[slice.IndexOf(slice.FirstRow + row, column)]);
                target[Place(row, column)] = value;
                largest = Math.Max(largest, Math.Abs(value));
            }
        }

        // A power of 2, so that what nobody changes keeps its bits. A matrix of zeros stays one.
        scale = largest > 0 ? Math.ScaleB(1, Math.Max(Math.ILogB(largest), -1000)) : 1;
        foreach (ref double value in target)
            value /= scale;
    }

    /// <summary>Writes the matrix where it came from.</summary>
    /// <exception cref="NotFiniteNumberException">An element is not finite. Nothing has been written.</exception>
    internal void Store<T>(AlignedBuffer<T> buffer, ParameterSlice slice) where T : unmanaged
    {
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                if (!Element.IsFinite(Element.FromDouble<T>(this[row, column])))
                    throw new NotFiniteNumberException(
                        $"The recurrent constraint makes {Name}[{slice.FirstRow + row}, {column}] "
                        + $"{Element.FromDouble<T>(this[row, column])}, which is not finite. The update has been undone.",
                        this[row, column]);
            }
        }

        Span<T> target = buffer.Span;
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
                target[slice.IndexOf(slice.FirstRow + row, column)] = Element.FromDouble<T>(this[row, column]);
        }
    }

    /// <summary>Scales a matrix with a larger singular value than a bound down to it.</summary>
    /// <param name="bound">Finite and more than 0.</param>
    /// <returns>True if it had one.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is outside that range.</exception>
    public bool Limit(double bound)
    {
        if (!(bound > 0 && double.IsFinite(bound)))
            throw new ArgumentOutOfRangeException(nameof(bound), bound, "Must be finite and more than 0.");
        double largest = LargestSingularValue();
        if (!(largest > bound))
            return false;
        scale = double.IsFinite(largest) ? scale * (bound / largest) : bound / StoredSingularValue();
        return true;
    }

    /// <summary>Replaces the matrix by the nearest one with XᵀX = I: with orthonormal columns, or rows if it has fewer of them.</summary>
    public void MakeOrthogonal()
    {
        // Newton and Schulz: X ← X (3 I − XᵀX) / 2 brings every singular value σ below √3 to 1, and the last of them with the square of its
        // distance.
        const int Nudge = 60, AtMost = 240;
        Span<double> x = values.Span[..(length * padded)];
        double largest = LargestSingularValue() / scale;
        // Of numbers near the largest of double it overflows, and that of the stored matrix does not.
        if (!double.IsFinite(largest))
            largest = StoredSingularValue();
        if (largest > 0)
            Divide(x, largest);
        scale = 1;
        for (int iteration = 1; iteration <= AtMost; iteration++)
        {
            double distance = ComputeGram();
            MatrixProduct.Run(new(length, width, padded, padded, 1), ref values.Start, ref gram.Start, ref product.Start);
            ReadOnlySpan<double> xg = product.Span[..x.Length];
            for (int i = 0; i < x.Length; i++)
                x[i] = (1.5 * x[i]) - (0.5 * xg[i]);
            if (distance < 1e-7)
                return;
            if (iteration % Nudge == 0)
                AddNoise(x);
        }
    }

    /// <summary>
    /// The largest singular value, at least 12 digits of it: the root of the largest eigenvalue of XᵀX, by Lanczos' iteration.
    /// </summary>
    /// <returns>Infinite if it is more than a <see cref="double"/> holds.</returns>
    public double LargestSingularValue() => scale * StoredSingularValue();

    private double StoredSingularValue()
    {
        ComputeGram();
        int steps = Math.Min(width, 128);
        Span<double> diagonal = stackalloc double[steps], beside = stackalloc double[steps];
        int used = Lanczos(diagonal, beside);
        return Math.Sqrt(Math.Max(0, Tridiagonal.LargestEigenvalue(diagonal[..used], beside[..used])));
    }

    // A singular value of 0 would stay 0 for ever.
    private void AddNoise(Span<double> x)
    {
        CounterRandom random = new(0);
        for (int i = 0; i < length * width; i++)
            x[(i / width * padded) + (i % width)] += (random.Uniform((ulong)i) - 0.5) * 1e-9;
    }

    // A tridiagonal matrix with the extreme eigenvalues of XᵀX: the power iteration's vectors, each orthogonal to the one before.
    private int Lanczos(Span<double> diagonal, Span<double> beside)
    {
        Span<double> current = vectors.Span[..padded], next = vectors.Span.Slice(padded, padded);
        Span<double> previous = vectors.Span.Slice(2 * padded, padded);
        vectors.Span[..(3 * padded)].Clear();
        CounterRandom random = new(0);
        for (int i = 0; i < width; i++)
            current[i] = random.Uniform((ulong)i) + 0.5;
        Divide(current, Math.Sqrt(Dot(current, current)));
        double coupling = 0, largest = 0;
        for (int step = 0; step < diagonal.Length; step++)
        {
            beside[step] = coupling;
            MatrixProduct.Run(new(1, width, padded, 0, 1), ref current[0], ref gram.Start, ref next[0]);
            diagonal[step] = Dot(current, next);
            for (int i = 0; i < padded; i++)
                next[i] -= (diagonal[step] * current[i]) + (coupling * previous[i]);
            coupling = Math.Sqrt(Dot(next, next));
            largest = Math.Max(largest, diagonal[step]);
            // What is left is rounding: the vectors so far span all that matters.
            if (!(coupling > 1e-14 * largest))
                return step + 1;
            Divide(next, coupling);
            Span<double> free = previous;
            previous = current;
            current = next;
            next = free;
        }

        return diagonal.Length;
    }

    // G = XᵀX; returns the largest distance of an element from that of I.
    private double ComputeGram()
    {
        MatrixProduct.Run(new(width, length, padded, 1, padded), ref values.Start, ref values.Start, ref gram.Start);
        double distance = 0;
        for (int i = 0; i < width; i++)
        {
            for (int j = 0; j < width; j++)
                distance = Math.Max(distance, Math.Abs(gram.Span[(i * padded) + j] - (i == j ? 1 : 0)));
        }

        return distance;
    }

    private int Checked(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Columns);
        return Place(row, column);
    }

    private int Place(int row, int column) => Rows >= Columns ? (row * padded) + column : (column * padded) + row;

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    private static void Divide(Span<double> vector, double by)
    {
        foreach (ref double value in vector)
            value /= by;
    }

    private static void Grow(ref AlignedBuffer<double> buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new(length);
    }
}
