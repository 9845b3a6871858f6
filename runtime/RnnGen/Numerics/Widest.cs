using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RnnGen.Numerics;

/// <summary>A computation over up to three buffers that is written once for all vector widths.</summary>
internal interface IKernel
{
    /// <summary>Runs with vectors <typeparamref name="V"/>; the result, if there is one, has the same bits with any of them.</summary>
    double Run<V, T>(ref T x, ref T y, ref T z)
        where V : struct, ILanes<V, T>
        where T : unmanaged;
}

/// <summary>Runs a kernel with the widest vectors of the machine.</summary>
internal static class Widest
{
    public static double Run<TKernel, T>(TKernel kernel, ref T x, ref T y, ref T z)
        where TKernel : struct, IKernel, allows ref struct
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return Float(kernel, ref Unsafe.As<T, float>(ref x), ref Unsafe.As<T, float>(ref y), ref Unsafe.As<T, float>(ref z));
        if (typeof(T) == typeof(double))
            return Double(kernel, ref Unsafe.As<T, double>(ref x), ref Unsafe.As<T, double>(ref y), ref Unsafe.As<T, double>(ref z));
        throw Element.Unsupported<T>();
    }

    private static double Float<TKernel>(TKernel kernel, ref float x, ref float y, ref float z)
        where TKernel : struct, IKernel, allows ref struct =>
        Vector512.IsHardwareAccelerated ? kernel.Run<Float512, float>(ref x, ref y, ref z)
        : Vector256.IsHardwareAccelerated ? kernel.Run<Float256, float>(ref x, ref y, ref z)
        : Vector128.IsHardwareAccelerated ? kernel.Run<Float128, float>(ref x, ref y, ref z)
        : kernel.Run<Float1, float>(ref x, ref y, ref z);

    private static double Double<TKernel>(TKernel kernel, ref double x, ref double y, ref double z)
        where TKernel : struct, IKernel, allows ref struct =>
        Vector512.IsHardwareAccelerated ? kernel.Run<Double512, double>(ref x, ref y, ref z)
        : Vector256.IsHardwareAccelerated ? kernel.Run<Double256, double>(ref x, ref y, ref z)
        : Vector128.IsHardwareAccelerated ? kernel.Run<Double128, double>(ref x, ref y, ref z)
        : kernel.Run<Double1, double>(ref x, ref y, ref z);
}
