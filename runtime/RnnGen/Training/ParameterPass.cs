using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// One element-wise pass over parameters, gradients and up to two moments, written once for all widths. Every element sees
/// the same correctly rounded operations, so all widths give the same bits.
/// </summary>
internal interface IParameterPass
{
    /// <summary>Passes over the elements <paramref name="from"/> to <paramref name="to"/> − 1, whose number is a multiple of V.Count.</summary>
    void Run<V, T>(ref T parameters, ref T gradients, ref T first, ref T second, nint from, nint to)
        where V : struct, ILanes<V, T>
        where T : unmanaged;
}

/// <summary>Runs a pass at the widest vectors of the machine.</summary>
internal static class ParameterPass
{
    /// <param name="pass">The pass.</param>
    /// <param name="parameters">As long as the other buffers.</param>
    /// <param name="gradients">The gradients.</param>
    /// <param name="first">The first moment; a pass without moments may be given any other buffer.</param>
    /// <param name="second">The second moment; likewise.</param>
    public static void Run<TPass, T>(
        TPass pass, AlignedBuffer<T> parameters, AlignedBuffer<T> gradients, AlignedBuffer<T> first, AlignedBuffer<T> second)
        where TPass : struct, IParameterPass
        where T : unmanaged
    {
        nint length = parameters.Length;
        if (typeof(T) == typeof(float))
            RunFloat(pass, ref Float(parameters), ref Float(gradients), ref Float(first), ref Float(second), length);
        else if (typeof(T) == typeof(double))
            RunDouble(pass, ref Double(parameters), ref Double(gradients), ref Double(first), ref Double(second), length);
        else
            throw Element.Unsupported<T>();
    }

    private static void RunFloat<TPass>(TPass pass, ref float p, ref float g, ref float first, ref float second, nint length)
        where TPass : struct, IParameterPass
    {
        nint done = 0;
        if (Vector512.IsHardwareAccelerated)
            pass.Run<Float512, float>(ref p, ref g, ref first, ref second, 0, done = length & -Float512.Count);
        else if (Vector256.IsHardwareAccelerated)
            pass.Run<Float256, float>(ref p, ref g, ref first, ref second, 0, done = length & -Float256.Count);
        else if (Vector128.IsHardwareAccelerated)
            pass.Run<Float128, float>(ref p, ref g, ref first, ref second, 0, done = length & -Float128.Count);
        pass.Run<Float1, float>(ref p, ref g, ref first, ref second, done, length);
    }

    private static void RunDouble<TPass>(TPass pass, ref double p, ref double g, ref double first, ref double second, nint length)
        where TPass : struct, IParameterPass
    {
        nint done = 0;
        if (Vector512.IsHardwareAccelerated)
            pass.Run<Double512, double>(ref p, ref g, ref first, ref second, 0, done = length & -Double512.Count);
        else if (Vector256.IsHardwareAccelerated)
            pass.Run<Double256, double>(ref p, ref g, ref first, ref second, 0, done = length & -Double256.Count);
        else if (Vector128.IsHardwareAccelerated)
            pass.Run<Double128, double>(ref p, ref g, ref first, ref second, 0, done = length & -Double128.Count);
        pass.Run<Double1, double>(ref p, ref g, ref first, ref second, done, length);
    }

    private static ref float Float<T>(AlignedBuffer<T> buffer) where T : unmanaged => ref Unsafe.As<T, float>(ref buffer.Start);

    private static ref double Double<T>(AlignedBuffer<T> buffer) where T : unmanaged => ref Unsafe.As<T, double>(ref buffer.Start);
}
