using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>
/// Sums and the like over whole buffers, the same bits on every machine: lane l of 16 takes the elements l, l + 16, l + 32, … in their order,
/// and one fixed tree joins the lanes, whatever the width of the vectors.
/// </summary>
/// <remarks>Lengths are not checked. <c>T</c> is <see cref="float"/> or <see cref="double"/>.</remarks>
public static partial class Reductions
{
    /// <summary>Σ x, 0 if there are none.</summary>
    public static T Sum<T>(ref T x, nint length) where T : unmanaged => Reduce<Total, T>(ref x, length);

    /// <summary>Σ x², 0 if there are none.</summary>
    public static T SumOfSquares<T>(ref T x, nint length) where T : unmanaged => Reduce<TotalOfSquares, T>(ref x, length);

    /// <summary>The largest x, −∞ if there are none. NaNs are passed over.</summary>
    public static T Max<T>(ref T x, nint length) where T : unmanaged => Reduce<Largest, T>(ref x, length);

    /// <summary>Whether there is neither an infinity nor a NaN.</summary>
    public static bool AllFinite<T>(ref T x, nint length) where T : unmanaged => Element.IsZero(Reduce<TotalOfZeros, T>(ref x, length));

    private static T Reduce<TReduction, T>(ref T x, nint length)
        where TReduction : struct, IReduction
        where T : unmanaged
        => Element.FromDouble<T>(Widest.Run(new Kernel<TReduction>(length), ref x, ref x, ref x, ref x));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static T Reduce<TReduction, V, T>(ref T x, nint length)
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

        if (typeof(T) == typeof(float))
            Fold<TReduction, Float1, float>(ref Unsafe.As<T, float>(ref lanes.Start));
        else
            Fold<TReduction, Double1, double>(ref Unsafe.As<T, double>(ref lanes.Start));
        return lanes.Start;
    }

    // Halves are joined until one lane is left: l with l + 8, then with l + 4, l + 2 and l + 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fold<TReduction, S, T>(ref T lanes)
        where TReduction : struct, IReduction
        where S : struct, ILanes<S, T>
        where T : unmanaged
    {
        TReduction.Join<S, T>(Four<TReduction, S, T>(ref lanes, 0), Four<TReduction, S, T>(ref lanes, 1)).Store(ref lanes, 0);
    }

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

    internal readonly struct Kernel<TReduction>(nint length) : IKernel
        where TReduction : struct, IReduction
    {
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
            => Element.ToDouble(Reduce<TReduction, V, T>(ref x, length));
    }
}
