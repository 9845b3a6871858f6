using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>A loss that equations define: generated code has one for each.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IEquationLoss
{
    /// <summary>The outputs that share a target.</summary>
    static abstract int Outputs { get; }

    /// <summary>The losses of some targets, and factor times the derivatives by their outputs.</summary>
    /// <param name="outputs">[output][16]: those of the targets at hand, a vector of each.</param>
    /// <param name="target">The targets.</param>
    /// <param name="factor">The factor on the derivatives.</param>
    /// <param name="gradients">[output][16].</param>
    static abstract V Differentiate<V, T>(ref T outputs, V target, V factor, ref T gradients)
        where V : struct, ILanes<V, T>
        where T : unmanaged;
}

// Losses that equations define.
public static partial class Losses
{
    /// <summary>Reads targets from the third buffer and weights from the fourth.</summary>
    internal readonly struct EquationKernel<TLoss>(
        int targetStride, bool weighted, int count, nint targets, nint stride, double scale, nint offset) : IKernel
        where TLoss : struct, IEquationLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            // Outputs and gradients of a block of targets, side by side, and their targets and losses.
            Span<T> outputs = stackalloc T[TLoss.Outputs * Block<T>.Size], gradients = stackalloc T[TLoss.Outputs * Block<T>.Size];
            Span<T> target = stackalloc T[Block<T>.Size], losses = stackalloc T[Block<T>.Size];
            nint size = targets * TLoss.Outputs, room = stride - offset;
            double loss = 0;
            x = ref Unsafe.Add(ref x, offset);
            y = ref Unsafe.Add(ref y, offset);
            for (int item = 0; item < count; item++)
            {
                double weight = Weight(weighted, ref w, item);
                V factor = V.Constant(scale * weight);
                Block<T> terms = default;
                nint used = weight == 0 ? 0 : targets;
                for (nint i = 0; i < used; i += Block<T>.Size)
                {
                    int lanes = (int)Math.Min(Block<T>.Size, targets - i);
                    Read(ref Unsafe.Add(ref z, i), target, lanes);
                    for (int part = 0; part < TLoss.Outputs; part++)
                        Read(ref Unsafe.Add(ref x, (part * targets) + i), outputs.Slice(part * Block<T>.Size, Block<T>.Size), lanes);
                    for (int lane = 0; lane < Block<T>.Size; lane += V.Count)
                        TLoss.Differentiate<V, T>(ref outputs[lane], V.Load(ref target[lane], 0), factor, ref gradients[lane])
                            .Store(ref losses[lane], 0);
                    losses[lanes..].Clear();
                    for (int lane = 0; lane < Block<T>.Size; lane += V.Count)
                        (V.Load(ref terms.Start, lane) + V.Load(ref losses[0], lane)).Store(ref terms.Start, lane);
                    for (int part = 0; part < TLoss.Outputs; part++)
                        gradients.Slice(part * Block<T>.Size, lanes)
                            .CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref y, (part * targets) + i), lanes));
                }

                if (used > 0)
                    loss += weight * Reductions.Join<Reductions.Total, T>(ref terms);
                ClearPadding(ref y, used == 0 ? 0 : size, room);
                x = ref Unsafe.Add(ref x, stride);
                y = ref Unsafe.Add(ref y, stride);
                z = ref Unsafe.Add(ref z, targetStride);
            }

            return loss;
        }

        /// <summary>A block of numbers; behind the last one it is repeated, since no other number is sure to have a loss.</summary>
        private static void Read<T>(ref T source, Span<T> block, int lanes) where T : unmanaged
        {
            MemoryMarshal.CreateSpan(ref source, lanes).CopyTo(block);
            block[lanes..].Fill(block[lanes - 1]);
        }
    }
}
