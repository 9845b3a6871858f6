using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <content>Gradients of matrices: the products whose sums run over rows and steps.</content>
public static partial class Panels
{
    /// <summary>
    /// dM (+)= Aᵀ · dy for some matrices that feed the same slots, each sum over rows in their order: the gradients over all steps and
    /// rows.
    /// </summary>
    /// <param name="rows">Rows of A and dy.</param>
    /// <param name="dy">The first slot in row 0.</param>
    /// <param name="accumulate">True if the gradients are added to.</param>
    /// <param name="factors">The matrices, at least one: their shapes have the same blocks and strides.</param>
    public static void Gradients<V, T>(int rows, ref T dy, bool accumulate, ReadOnlySpan<GradientFactor<T>> factors)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => new GradientSum<V, T>(rows, ref dy, accumulate, factors).Run();

    /// <summary>The description of a matrix in panels for <see cref="Gradients"/>.</summary>
    /// <param name="shape">M.</param>
    /// <param name="column">The first slot of a block that it feeds.</param>
    /// <param name="a">A, [rows][rowA].</param>
    /// <param name="rowA">From a row of A to the next.</param>
    /// <param name="gradient">dM, in panels.</param>
    public static GradientFactor<T> Factor<T>(in Shape shape, int column, ref T a, nint rowA, ref T gradient) where T : unmanaged =>
        Factor(shape, column, ref a, rowA, ref gradient, Range.All);

    /// <summary>The description of a matrix in panels whose vectors are zeros in some rows, which are left out.</summary>
    /// <param name="shape">M.</param>
    /// <param name="column">The first slot of a block that it feeds.</param>
    /// <param name="a">A, [rows][rowA].</param>
    /// <param name="rowA">From a row of A to the next.</param>
    /// <param name="gradient">dM, in panels.</param>
    /// <param name="rows">The rows of A that count.</param>
    public static GradientFactor<T> Factor<T>(
        in Shape shape, int column, ref T a, nint rowA, ref T gradient, Range rows) where T : unmanaged =>
            new(shape, column, ref a, rowA, ref gradient, shape.BlockSize, rows);

    /// <summary>The description of biases for <see cref="Gradients"/>: a matrix that multiplied ones.</summary>
    /// <param name="shape">The slots: 1 to 4 columns, blocks and strides; the depth does not matter.</param>
    /// <param name="column">The first slot of a block that they feed.</param>
    /// <param name="gradient">[block][…][16].</param>
    /// <param name="blockBias">From a block's biases to the next's.</param>
    public static GradientFactor<T> Bias<T>(in Shape shape, int column, ref T gradient, nint blockBias) where T : unmanaged =>
        new(shape with { Depth = 1 }, column, ref Ones<T>.Buffer.Start, 0, ref gradient, blockBias, Range.All);

    private static class Ones<T> where T : unmanaged
    {
        public static readonly AlignedBuffer<T> Buffer = Make();

        private static AlignedBuffer<T> Make()
        {
            var buffer = new AlignedBuffer<T>(1);
            buffer.Start = Element.FromDouble<T>(1);
            return buffer;
        }
    }
}

/// <summary>A matrix M whose gradient is wanted, and the vectors that it multiplied.</summary>
/// <remarks>It holds addresses: what they are of, such as an <see cref="AlignedBuffer{T}"/>, must not move while it is used.</remarks>
/// <typeparam name="T">The element.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct GradientFactor<T> where T : unmanaged
{
    private readonly T* a;
    private readonly T* gradient;
    private readonly Range rows;

    internal GradientFactor(in Panels.Shape shape, int column, ref T a, nint rowA, ref T gradient, nint blockGradient, Range rows)
    {
        Shape = shape;
        Column = column;
        RowA = rowA;
        BlockGradient = blockGradient;
        this.rows = rows;
        this.a = (T*)Unsafe.AsPointer(ref a);
        this.gradient = (T*)Unsafe.AsPointer(ref gradient);
    }

    internal Panels.Shape Shape { get; }

    internal int Column { get; }

    internal nint RowA { get; }

    /// <summary>From the gradient of a block to that of the next.</summary>
    internal nint BlockGradient { get; }

    internal ref T A => ref *a;

    internal ref T Gradient => ref *gradient;

    /// <summary>The rows that count: the first of them, and their number.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">The number of rows from there.</param>
    /// <param name="all">The rows of A.</param>
    internal (int First, int Count) RowsBetween(int first, int count, int all)
    {
        int start = Math.Clamp(rows.Start.GetOffset(all) - first, 0, count);
        return (start, Math.Clamp(rows.End.GetOffset(all) - first, start, count) - start);
    }
}
