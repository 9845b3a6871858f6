using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>
/// Sums and maxima over buffers, the same bits on every machine: lane l of 16 takes the elements l, l + 16, l + 32, … of a chunk in their
/// order, one fixed tree joins the lanes, whatever the width of the vectors, and chunks are summed in double.
/// </summary>
/// <remarks>Lengths are not checked. <c>T</c> is <see cref="float"/> or <see cref="double"/>.</remarks>
internal static partial class Reductions
{
    // A sum in the elements' own type is this long: longer ones of floats lose digits.
    private const int Chunk = 1024;

    /// <summary>Σ x², 0 if there are none. It is infinite if the squares of a chunk overflow <typeparamref name="T"/>.</summary>
    public static double SumOfSquares<T>(ref T x, nint length) where T : unmanaged =>
        Widest.Run(new SumKernel<TotalOfSquares>(length), ref x, ref x, ref x, ref x);

    /// <inheritdoc cref="SumOfSquares{T}(ref T, nint)"/>
    public static double SumOfSquares<V, T>(ref T x, nint length)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => new SumKernel<TotalOfSquares>(length).Run<V, T>(ref x, ref x, ref x, ref x);

    /// <summary>Σ x, 0 if there are none.</summary>
    public static double Sum<V, T>(ref T x, nint length)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => new SumKernel<Total>(length).Run<V, T>(ref x, ref x, ref x, ref x);

    /// <summary>The largest x, −∞ if there are none. NaNs are passed over.</summary>
    public static double Max<V, T>(ref T x, nint length)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => Reduce<Largest, V, T>(ref x, length);

    /// <summary>Joins 16 lanes, which it overwrites.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Join<TReduction, T>(ref Block<T> lanes)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            JoinHalves<TReduction, Float1, float>(ref Unsafe.As<T, float>(ref lanes.Start));
        else
            JoinHalves<TReduction, Double1, double>(ref Unsafe.As<T, double>(ref lanes.Start));
        return Element.ToDouble(lanes.Start);
    }

    /// <summary>Σ x y in the elements' own type, however long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot<V, T>(ref T x, ref T y, nint length)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Block<T> lanes = default, spareX = default, spareY = default;
        nint whole = length & -Block<T>.Size;
        ref T restX = ref whole < length ? ref spareX.Read(ref x, whole, length, V.Zero) : ref spareX.Start;
        ref T restY = ref whole < length ? ref spareY.Read(ref y, whole, length, V.Zero) : ref spareY.Start;
        for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
        {
            V sum = V.Zero;
            for (nint i = lane; i < whole; i += Block<T>.Size)
                sum = V.MultiplyAdd(V.Load(ref x, i), V.Load(ref y, i), sum);
            if (whole < length)
                sum = V.MultiplyAdd(V.Load(ref restX, lane), V.Load(ref restY, lane), sum);
            sum.Store(ref lanes.Start, lane);
        }

        return Join<Total, T>(ref lanes);
    }

    /// <summary>A reduction in the elements' own type, however long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Reduce<TReduction, V, T>(ref T x, nint length)
        where TReduction : struct, IReduction
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Block<T> lanes = default, spare = default;
        V start = TReduction.Start<V, T>();
        nint whole = length & -Block<T>.Size;
        ref T rest = ref whole < length ? ref spare.Read(ref x, whole, length, start) : ref spare.Start;
        for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
        {
            V result = start;
            for (nint i = lane; i < whole; i += Block<T>.Size)
                result = TReduction.Add<V, T>(result, V.Load(ref x, i));
            if (whole < length)
                result = TReduction.Add<V, T>(result, V.Load(ref rest, lane));
            result.Store(ref lanes.Start, lane);
        }

        return Join<TReduction, T>(ref lanes);
    }

    // Halves are joined until one lane is left: l with l + 8, then with l + 4, l + 2 and l + 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void JoinHalves<TReduction, S, T>(ref T lanes)
        where TReduction : struct, IReduction
        where S : struct, ILanes<S, T>
        where T : unmanaged
        => TReduction.Join<S, T>(Four<TReduction, S, T>(ref lanes, 0), Four<TReduction, S, T>(ref lanes, 1)).Store(ref lanes, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static S Four<TReduction, S, T>(ref T lanes, nint lane)
        where TReduction : struct, IReduction
        where S : struct, ILanes<S, T>
        where T : unmanaged
        => TReduction.Join<S, T>(
            TReduction.Join<S, T>(Two<TReduction, S, T>(ref lanes, lane), Two<TReduction, S, T>(ref lanes, lane + 4)),
            TReduction.Join<S, T>(Two<TReduction, S, T>(ref lanes, lane + 2), Two<TReduction, S, T>(ref lanes, lane + 6)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static S Two<TReduction, S, T>(ref T lanes, nint lane)
        where TReduction : struct, IReduction
        where S : struct, ILanes<S, T>
        where T : unmanaged
        => TReduction.Join<S, T>(S.Load(ref lanes, lane), S.Load(ref lanes, lane + 8));

    internal readonly struct SumKernel<TReduction>(nint length) : IKernel
        where TReduction : struct, IReduction
    {
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            double sum = 0;
            for (nint i = 0; i < length; i += Chunk)
                sum += Reduce<TReduction, V, T>(ref Unsafe.Add(ref x, i), Math.Min(Chunk, length - i));
            return sum;
        }
    }
}
