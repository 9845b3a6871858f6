using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// One element-wise pass over parameters, gradients and up to two moments, written once for all widths. Every element sees
/// the same correctly rounded operations, so all widths give the same bits.
/// </summary>
internal interface IParameterPass
{
    /// <summary>Passes over <paramref name="length"/> elements, a multiple of V.Count.</summary>
    void Run<V, T>(ref T parameters, ref T gradients, ref T first, ref T second, nint length)
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
        => Widest.Run(new Kernel<TPass>(pass, parameters.PaddedLength), ref parameters.Start, ref gradients.Start, ref first.Start, ref second.Start);

    private readonly struct Kernel<TPass>(TPass pass, nint length) : IKernel
        where TPass : struct, IParameterPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            pass.Run<V, T>(ref x, ref y, ref z, ref w, length);
            return 0;
        }
    }
}
