using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>A computation over up to four buffers that is written once for all vector widths.</summary>
internal interface IKernel
{
    /// <summary>Runs with vectors <typeparamref name="V"/>; whatever it writes and returns has the same bits with any of them.</summary>
    double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
        where V : struct, ILanes<V, T>
        where T : unmanaged;
}

/// <summary>Runs a kernel with the widest vectors of the machine.</summary>
internal static class Widest
{
    /// <summary>Buffers that a kernel does not use may be any other ones.</summary>
    public static double Run<TKernel, T>(TKernel kernel, ref T x, ref T y, ref T z, ref T w)
        where TKernel : struct, IKernel, allows ref struct
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return Run<TKernel, float, Float512, Float256, Float128, Float1>(
                kernel, ref As<T, float>(ref x), ref As<T, float>(ref y), ref As<T, float>(ref z), ref As<T, float>(ref w));
        if (typeof(T) == typeof(double))
            return Run<TKernel, double, Double512, Double256, Double128, Double1>(
                kernel, ref As<T, double>(ref x), ref As<T, double>(ref y), ref As<T, double>(ref z), ref As<T, double>(ref w));
        throw Element.Unsupported<T>();
    }

    private static double Run<TKernel, T, V512, V256, V128, V1>(TKernel kernel, ref T x, ref T y, ref T z, ref T w)
        where TKernel : struct, IKernel, allows ref struct
        where T : unmanaged
        where V512 : struct, ILanes<V512, T>
        where V256 : struct, ILanes<V256, T>
        where V128 : struct, ILanes<V128, T>
        where V1 : struct, ILanes<V1, T> =>
        Vectors.Have512 ? kernel.Run<V512, T>(ref x, ref y, ref z, ref w)
        : Vectors.Have256 ? kernel.Run<V256, T>(ref x, ref y, ref z, ref w)
        : Vectors.Have128 ? kernel.Run<V128, T>(ref x, ref y, ref z, ref w)
        : kernel.Run<V1, T>(ref x, ref y, ref z, ref w);

    private static ref TTo As<TFrom, TTo>(ref TFrom source) => ref Unsafe.As<TFrom, TTo>(ref source);
}
