using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// Normalisation of vectors, group by group of neighbouring numbers, for generated code: layer normalisation has one group, RMS
/// normalisation no mean. Sums use 16 virtual lanes and one fixed tree, so the bits are the same at every vector width.
/// </summary>
/// <remarks>Nothing is checked here. What lies behind a vector's numbers, up to the next vector, does not count.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GroupNormalization
{
    /// <summary>The vectors, and the kind of normalisation.</summary>
    /// <param name="Width">Numbers of a vector.</param>
    /// <param name="Groups">Groups of neighbouring numbers: a divisor of <paramref name="Width"/>.</param>
    /// <param name="Stride">From a vector to the next: <paramref name="Width"/> rounded up to 16.</param>
    /// <param name="Centered">False for RMS normalisation, which subtracts no mean.</param>
    /// <param name="Epsilon">ε, above 0.</param>
    public readonly record struct Shape(int Width, int Groups, int Stride, bool Centered, double Epsilon);

    /// <summary>
    /// n = r (x − mean) in each group, where r = 1 / √(variance + ε) and the variance is biased; the padding of n becomes 0. It is right
    /// for all finite x whose distances from the mean are finite.
    /// </summary>
    /// <param name="shape">The vectors. Without a mean, r = 1 / √(mean of x² + ε).</param>
    /// <param name="count">The number of vectors.</param>
    /// <param name="x">[count][stride].</param>
    /// <param name="n">[count][stride]; may be x.</param>
    /// <param name="scale">Receives each number's r, [count][stride]; a null reference if nobody asks.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<V, T>(in Shape shape, int count, ref T x, ref T n, ref T scale)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        int width = shape.Width, stride = shape.Stride, size = width / shape.Groups;
        for (int i = 0; i < count; i++)
        {
            if (!Unsafe.AreSame(ref x, ref n))
                Span(ref x, width).CopyTo(Span(ref n, width));
            Span(ref Unsafe.Add(ref n, width), stride - width).Clear();
            for (int start = 0; start < width; start += size)
            {
                double r = Normalize<V, T>(ref Unsafe.Add(ref n, start), size, shape.Centered, shape.Epsilon);
                if (!Unsafe.IsNullRef(ref scale))
                    Span(ref Unsafe.Add(ref scale, start), size).Fill(Element.FromDouble<T>(r));
            }

            x = ref Unsafe.Add(ref x, stride);
            n = ref Unsafe.Add(ref n, stride);
            if (!Unsafe.IsNullRef(ref scale))
                scale = ref Unsafe.Add(ref scale, stride);
        }
    }

    /// <summary>y = γ ⊙ n + β.</summary>
    /// <param name="shape">The vectors.</param>
    /// <param name="count">The number of vectors.</param>
    /// <param name="gain">γ, [stride] with zeros as padding; a null reference for ones.</param>
    /// <param name="bias">β, [stride] with zeros as padding; a null reference for zeros.</param>
    /// <param name="n">[count][stride].</param>
    /// <param name="y">[count][stride]; may be n.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale<V, T>(in Shape shape, int count, ref T gain, ref T bias, ref T n, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        bool hasGain = !Unsafe.IsNullRef(ref gain), hasBias = !Unsafe.IsNullRef(ref bias);
        nint stride = shape.Stride;
        for (nint start = 0; start < count * stride; start += stride)
        {
            for (nint i = 0; i < stride; i += V.Count)
            {
                V value = V.Load(ref n, start + i);
                value = hasGain && hasBias ? V.MultiplyAdd(V.Load(ref gain, i), value, V.Load(ref bias, i))
                    : hasGain ? V.Load(ref gain, i) * value
                    : hasBias ? value + V.Load(ref bias, i)
                    : value;
                value.Store(ref y, start + i);
            }
        }
    }

    /// <summary>
    /// The way back of <see cref="Scale"/>: dγ += dy ⊙ n and dβ += dy of every vector, and dn = γ ⊙ dy in place of dy, whose padding
    /// becomes 0.
    /// </summary>
    /// <param name="shape">The vectors.</param>
    /// <param name="count">The number of vectors.</param>
    /// <param name="gain">γ; a null reference for ones.</param>
    /// <param name="gainGradient">dγ, [stride]; a null reference for ones.</param>
    /// <param name="biasGradient">dβ, [stride]; a null reference for zeros.</param>
    /// <param name="n">[count][stride].</param>
    /// <param name="dy">[count][stride].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScaleBackward<V, T>(
        in Shape shape, int count, ref T gain, ref T gainGradient, ref T biasGradient, ref T n, ref T dy)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        bool hasGain = !Unsafe.IsNullRef(ref gain), hasBias = !Unsafe.IsNullRef(ref biasGradient);
        nint stride = shape.Stride;
        for (nint start = 0; start < count * stride; start += stride)
        {
            Span(ref Unsafe.Add(ref dy, start + shape.Width), shape.Stride - shape.Width).Clear();
            for (nint i = 0; i < stride; i += V.Count)
            {
                V gradient = V.Load(ref dy, start + i);
                if (hasBias)
                    (V.Load(ref biasGradient, i) + gradient).Store(ref biasGradient, i);
                if (!hasGain)
                    continue;
                V.MultiplyAdd(gradient, V.Load(ref n, start + i), V.Load(ref gainGradient, i)).Store(ref gainGradient, i);
                (V.Load(ref gain, i) * gradient).Store(ref dy, start + i);
            }
        }
    }

    /// <summary>
    /// The way back of <see cref="Forward"/>: dx = r (dn − mean(dn) − n mean(dn ⊙ n)) in each group, or dx += that. Without a mean,
    /// mean(dn) is left out. It leaves other numbers in n and dn.
    /// </summary>
    /// <remarks>
    /// n = r (x − m) depends on x directly, through m = mean(x), and through r, with ∂r/∂x = −r² n / size: so
    /// ∂n_j/∂x_i = r (δ_ij − 1/size − n_i n_j / size).
    /// </remarks>
    /// <param name="shape">The vectors.</param>
    /// <param name="count">The number of vectors.</param>
    /// <param name="n">[count][stride], its padding 0.</param>
    /// <param name="scale">Each number's r, [count][stride].</param>
    /// <param name="dn">[count][stride].</param>
    /// <param name="dx">[count][stride]; may be dn, if it is not added to.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<V, T>(in Shape shape, int count, ref T n, ref T scale, ref T dn, ref T dx, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        int width = shape.Width, stride = shape.Stride, size = width / shape.Groups;
        for (nint row = 0; row < (nint)count * stride; row += stride)
        {
            Span(ref Unsafe.Add(ref dn, row + width), stride - width).Clear();
            Span(ref Unsafe.Add(ref scale, row + width), stride - width).Clear();
            for (nint start = row; start < row + width; start += size)
            {
                ref T values = ref Unsafe.Add(ref n, start), gradients = ref Unsafe.Add(ref dn, start);
                double slope = Reductions.Dot<V, T>(ref gradients, ref values, size) / size;
                if (shape.Centered)
                    Subtract<V, T>(ref gradients, size, Reductions.Sum<V, T>(ref gradients, size) / size);
                Multiply<V, T>(ref values, size, slope);
            }

            for (nint i = row; i < row + stride; i += V.Count)
            {
                V gradient = V.Load(ref dn, i) - V.Load(ref n, i), factor = V.Load(ref scale, i);
                (accumulate ? V.MultiplyAdd(factor, gradient, V.Load(ref dx, i)) : factor * gradient).Store(ref dx, i);
            }
        }
    }

    // A group in place; returns r. Numbers whose sum or squares overflow are made smaller first; a factor of 1 changes no bit.
    private static double Normalize<V, T>(ref T group, int size, bool centered, double epsilon)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        double factor = 1;
        if (centered)
        {
            double total = Reductions.Sum<V, T>(ref group, size);
            if (!Element.IsFinite(Element.FromDouble<T>(total)))
            {
                factor = Shrink<V, T>(ref group, size);
                total = Reductions.Sum<V, T>(ref group, size);
            }

            Subtract<V, T>(ref group, size, total / size);
        }

        double squares = Reductions.SumOfSquares<V, T>(ref group, size);
        if (factor == 1 && !double.IsFinite(squares))
        {
            factor = Shrink<V, T>(ref group, size);
            squares = Reductions.SumOfSquares<V, T>(ref group, size);
        }

        double reciprocal = 1 / Math.Sqrt((squares / size) + (epsilon * factor * factor));
        Multiply<V, T>(ref group, size, reciprocal);
        return reciprocal * factor;
    }

    // The largest number of T becomes 2^48 or 2^464: sums and squares of whole groups are then finite.
    private static double Shrink<V, T>(ref T group, int size)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        double factor = typeof(T) == typeof(float) ? 1 / Math.Pow(2, 80) : 1 / Math.Pow(2, 560);
        Multiply<V, T>(ref group, size, factor);
        return factor;
    }

    private static void Subtract<V, T>(ref T numbers, int size, double amount)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => Losses.Map<Shift, V, T>(new Shift(amount), ref numbers, ref numbers, size);

    private static void Multiply<V, T>(ref T numbers, int size, double factor)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => Losses.Map<Losses.Product, V, T>(new Losses.Product(factor), ref numbers, ref numbers, size);

    private static Span<T> Span<T>(ref T start, int length) where T : unmanaged => MemoryMarshal.CreateSpan(ref start, length);

    private readonly struct Shift(double amount) : Losses.IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged => x - V.Constant(amount);
    }
}
