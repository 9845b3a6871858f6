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

/// <summary>What an optimiser makes its pass from.</summary>
/// <param name="Parameters">As long as the other buffers.</param>
/// <param name="Gradients">The gradients.</param>
/// <param name="First">The first moment; an optimiser without moments does not use it.</param>
/// <param name="Second">The second moment; likewise.</param>
/// <param name="Step">The number of the update, from 1.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="GradientScale">The factor on gradients.</param>
/// <param name="MayOverflow">Whether a number could become infinite, so that nothing may be written before all are known.</param>
internal readonly record struct ParameterUpdate<T>(
    AlignedBuffer<T> Parameters, AlignedBuffer<T> Gradients, AlignedBuffer<T> First, AlignedBuffer<T> Second, long Step, double Rate, double GradientScale, bool MayOverflow)
    where T : unmanaged;

/// <summary>Runs a pass at the widest vectors of the machine.</summary>
internal static class ParameterPass
{
    /// <summary>Updates all parameters, or none.</summary>
    /// <returns>The first parameter that would not be finite, or whose moments would not be: then nothing has changed. −1 if there is none.</returns>
    public static int Run<TPass, T>(TPass pass, in ParameterUpdate<T> update)
        where TPass : struct, IParameterPass
        where T : unmanaged
    {
        if (update.MayOverflow && FirstNotFinite(pass, update) is >= 0 and int bad)
            return bad;
        Run(pass, update.Parameters, update.Gradients, update.First, update.Second);
        return -1;
    }

    /// <summary>Σ |x|: at least every |x|, and not finite if an x is not.</summary>
    public static double Magnitude<T>(AlignedBuffer<T> x) where T : unmanaged =>
        Widest.Run(new MagnitudeKernel(x.PaddedLength), ref x.Start, ref x.Start, ref x.Start, ref x.Start);

    /// <summary>Runs the pass on copies, piece by piece.</summary>
    private static int FirstNotFinite<TPass, T>(TPass pass, in ParameterUpdate<T> update)
        where TPass : struct, IParameterPass
        where T : unmanaged
    {
        const int Piece = 16 * Block<float>.Size;
        Span<T> parameters = stackalloc T[Piece], gradients = stackalloc T[Piece], first = stackalloc T[Piece], second = stackalloc T[Piece];
        for (int start = 0; start < update.Parameters.Length; start += Piece)
        {
            int length = Math.Min(Piece, update.Parameters.Length - start);
            update.Parameters.Span.Slice(start, length).CopyTo(parameters);
            update.Gradients.Span.Slice(start, length).CopyTo(gradients);
            update.First.Span.Slice(start, length).CopyTo(first);
            update.Second.Span.Slice(start, length).CopyTo(second);
            Widest.Run(new Kernel<TPass>(pass, Piece), ref parameters[0], ref gradients[0], ref first[0], ref second[0]);
            for (int i = 0; i < length; i++)
            {
                if (!(Element.IsFinite(parameters[i]) && Element.IsFinite(first[i]) && Element.IsFinite(second[i])))
                    return start + i;
            }
        }

        return -1;
    }

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

    private readonly struct MagnitudeKernel(nint length) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T x, ref T unused, ref T unusedToo, ref T unusedAgain)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            // Four sums in turn, or each would wait for its last addition.
            V sum0 = V.Zero, sum1 = V.Zero, sum2 = V.Zero, sum3 = V.Zero;
            nint i = 0;
            for (; i <= length - (4 * V.Count); i += 4 * V.Count)
            {
                sum0 += V.Abs(V.Load(ref x, i));
                sum1 += V.Abs(V.Load(ref x, i + V.Count));
                sum2 += V.Abs(V.Load(ref x, i + (2 * V.Count)));
                sum3 += V.Abs(V.Load(ref x, i + (3 * V.Count)));
            }

            for (; i < length; i += V.Count)
                sum0 += V.Abs(V.Load(ref x, i));
            Block<T> lanes = default;
            (sum0 + sum1 + (sum2 + sum3)).Store(ref lanes.Start, 0);
            double sum = 0;
            for (int lane = 0; lane < V.Count; lane++)
                sum += Element.ToDouble(Unsafe.Add(ref lanes.Start, lane));
            return sum;
        }
    }

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
