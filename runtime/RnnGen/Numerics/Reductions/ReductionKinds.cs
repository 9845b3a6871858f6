using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>The operation of a reduction on its elements.</summary>
internal interface IReduction
{
    /// <summary>The result of no elements; adding it as an element changes nothing.</summary>
    static abstract V Start<V, T>() where V : struct, ILanes<V, T> where T : unmanaged;

    /// <summary>A result and one more element.</summary>
    static abstract V Add<V, T>(V result, V element) where V : struct, ILanes<V, T> where T : unmanaged;

    /// <summary>Two results.</summary>
    static abstract V Join<V, T>(V left, V right) where V : struct, ILanes<V, T> where T : unmanaged;
}

internal static partial class Reductions
{
    internal readonly struct Total : IReduction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Start<V, T>() where V : struct, ILanes<V, T> where T : unmanaged => V.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Add<V, T>(V result, V element) where V : struct, ILanes<V, T> where T : unmanaged => result + element;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Join<V, T>(V left, V right) where V : struct, ILanes<V, T> where T : unmanaged => left + right;
    }

    internal readonly struct TotalOfSquares : IReduction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Start<V, T>() where V : struct, ILanes<V, T> where T : unmanaged => V.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Add<V, T>(V result, V element) where V : struct, ILanes<V, T> where T : unmanaged =>
            V.MultiplyAdd(element, element, result);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Join<V, T>(V left, V right) where V : struct, ILanes<V, T> where T : unmanaged => left + right;
    }

    // Π (1 + x) − 1, which keeps all its digits where every x is small.
    internal readonly struct Compound : IReduction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Start<V, T>() where V : struct, ILanes<V, T> where T : unmanaged => V.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Add<V, T>(V result, V element) where V : struct, ILanes<V, T> where T : unmanaged =>
            V.MultiplyAdd(result, element, result + element);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Join<V, T>(V left, V right) where V : struct, ILanes<V, T> where T : unmanaged =>
            V.MultiplyAdd(left, right, left + right);
    }

    // Max is its right operand where either is NaN, and results are never NaN.
    internal readonly struct Largest : IReduction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Start<V, T>() where V : struct, ILanes<V, T> where T : unmanaged => V.Constant(double.NegativeInfinity);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Add<V, T>(V result, V element) where V : struct, ILanes<V, T> where T : unmanaged => V.Max(element, result);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Join<V, T>(V left, V right) where V : struct, ILanes<V, T> where T : unmanaged => V.Max(left, right);
    }
}
