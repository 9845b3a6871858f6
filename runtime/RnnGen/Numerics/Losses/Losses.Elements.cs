using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

// Losses in which every output has a target of its own.
public static partial class Losses
{
    /// <summary>A loss that is a sum of terms and, perhaps, of logarithms of 1 + powers, gathered lane by lane.</summary>
    internal interface IElementLoss
    {
        /// <summary>An output that, with a target of 0, has the loss 0: what rows are filled up with to whole blocks.</summary>
        static abstract double Lossless { get; }

        /// <summary>
        /// The derivative. The loss goes into <paramref name="terms"/> and, as a <see cref="Reductions.Compound"/>, into
        /// <paramref name="powers"/>.
        /// </summary>
        static abstract V Differentiate<V, T>(
            V output, V target, ref T terms, ref T powers) where V : struct, ILanes<V, T> where T : unmanaged;

        /// <summary>The loss of all lanes, by default the sum of the terms. The lanes hold nothing of meaning afterwards.</summary>
        static virtual double Sum<T>(ref Block<T> terms, ref Block<T> powers) where T : unmanaged =>
            Reductions.Join<Reductions.Total, T>(ref terms);
    }

    /// <summary>Reads targets from the third buffer and weights from the fourth.</summary>
    internal readonly struct ElementwiseKernel<TLoss>(
        int targetStride, bool weighted, int count, nint size, nint stride, double scale, nint offset = 0) : IKernel
        where TLoss : struct, IElementLoss
    {
        // So many blocks are gathered in the same lanes: no product of 64 powers, each at most 1 + 1, overflows a float.
        private const int Together = 4;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            Block<T> spareX = default, spareTarget = default, terms = default, powers = default;
            x = ref Unsafe.Add(ref x, offset);
            y = ref Unsafe.Add(ref y, offset);
            nint room = stride - offset;
            double loss = 0;
            int gathered = 0;
            for (int item = 0; item < count; item++)
            {
                double weight = Weight(weighted, ref w, item), factor = scale * weight;
                nint used = weight == 0 ? 0 : size;
                for (nint i = 0; i < used; i += Block<T>.Size)
                {
                    if (gathered++ == Together)
                    {
                        loss += weight * TLoss.Sum(ref terms, ref powers);
                        terms = powers = default;
                        gathered = 1;
                    }

                    ref T output = ref spareX.Read(ref x, i, size, V.Constant(TLoss.Lossless));
                    ref T target = ref spareTarget.Read(ref z, i, size, V.Zero);
                    ref T gradient = ref spareX.Write(ref y, i, size);
                    for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
                    {
                        V derivative = TLoss.Differentiate<V, T>(
                            V.Load(ref output, lane),
                            V.Load(ref target, lane),
                            ref Unsafe.Add(ref terms.Start, lane),
                            ref Unsafe.Add(ref powers.Start, lane));
                        (derivative * V.Constant(factor)).Store(ref gradient, lane);
                    }

                    spareX.Written(ref y, i, size);
                }

                // What is gathered has one weight: with weights of their own, items do not share lanes.
                if (weighted && gathered > 0)
                {
                    loss += weight * TLoss.Sum(ref terms, ref powers);
                    terms = powers = default;
                    gathered = 0;
                }

                ClearPadding(ref y, used, room);
                x = ref Unsafe.Add(ref x, stride);
                y = ref Unsafe.Add(ref y, stride);
                z = ref Unsafe.Add(ref z, targetStride);
            }

            return loss + TLoss.Sum(ref terms, ref powers);
        }
    }

    internal readonly struct Square : IElementLoss
    {
        public static double Lossless => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Differentiate<V, T>(V output, V target, ref T terms, ref T powers)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V difference = output - target;
            V.MultiplyAdd(difference, difference, V.Load(ref terms, 0)).Store(ref terms, 0);
            return difference + difference;
        }
    }

    internal readonly struct Absolute : IElementLoss
    {
        public static double Lossless => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Differentiate<V, T>(V output, V target, ref T terms, ref T powers)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V difference = output - target;
            (V.Load(ref terms, 0) + V.Abs(difference)).Store(ref terms, 0);
            // A difference that is neither above nor below 0 is its own sign: 0 or NaN.
            V sign = V.IfGreater(V.Zero, difference, V.Constant(-1), difference);
            return V.IfGreater(difference, V.Zero, V.Constant(1), sign);
        }
    }

    internal readonly struct LogisticEntropy : IElementLoss
    {
        // e to this power is 0.
        public static double Lossless => -1e5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Differentiate<V, T>(V output, V target, ref T terms, ref T powers)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V power = Functions.Exp<V, T>(-V.Abs(output));
            V p = V.IfGreater(V.Zero, output, power, V.Constant(1)) / (V.Constant(1) + power);
            (V.Load(ref terms, 0) + V.MultiplyAdd(-output, target, Functions.Relu<V, T>(output))).Store(ref terms, 0);
            Reductions.Compound.Add<V, T>(V.Load(ref powers, 0), power).Store(ref powers, 0);
            return p - target;
        }

        public static double Sum<T>(ref Block<T> terms, ref Block<T> powers) where T : unmanaged =>
            Reductions.Join<Reductions.Total, T>(ref terms) + Functions.Log(1 + Reductions.Join<Reductions.Compound, T>(ref powers));
    }

    internal readonly struct SigmoidKernel(nint size) : IKernel
    {
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            Map<Logistic, V, T>(default, ref x, ref y, size);
            return 0;
        }

        private readonly struct Logistic : IFunction
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged => Functions.Sigmoid<V, T>(x);
        }
    }
}
