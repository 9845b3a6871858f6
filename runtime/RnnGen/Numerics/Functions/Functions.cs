using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>
/// The functions of the equations, lane by lane. They are made of correctly rounded operations alone, so a result has the same
/// bits at every vector width and on every machine.
/// </summary>
/// <remarks>
/// Type parameters: the vector and its element, <see cref="float"/> or <see cref="double"/>. An ulp is the distance between neighbouring
/// values of the element at the exact result.
/// </remarks>
public static partial class Functions
{
    /// <summary>max(x, 0), exact; a NaN stays a NaN, and −0 stays −0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Relu<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => V.Max(V.Zero, x);

    // A constant that differs between the elements; the JIT keeps one of the two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Choose<V, T>(double forFloat, double forDouble)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => V.Constant(typeof(T) == typeof(float) ? forFloat : forDouble);
}
