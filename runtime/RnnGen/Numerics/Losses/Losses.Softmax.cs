using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

public static partial class Losses
{
    internal readonly struct SoftmaxKernel(nint size) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            double sum = Exponentials<V, T>(ref x, ref y, size, out _);
            Map<Product, V, T>(new Product(1 / sum), ref y, ref y, size);
            return 0;
        }
    }

    /// <summary>
    /// Reads classes from <paramref name="classes"/>, or if there are none, as real numbers from the third buffer; weights from the fourth.
    /// A share of each target, <paramref name="smoothing"/>, goes to all classes evenly.
    /// </summary>
    internal readonly ref struct SoftmaxCrossEntropyKernel(
        ReadOnlySpan<int> classes, int targetStride, bool weighted, int count, nint size, nint stride, double scale,
        nint offset = 0, double smoothing = 0) : IKernel
    {
        private readonly ReadOnlySpan<int> classes = classes;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            x = ref Unsafe.Add(ref x, offset);
            y = ref Unsafe.Add(ref y, offset);
            nint room = stride - offset;
            double loss = 0;
            for (int item = 0; item < count; item++)
            {
                double weight = Weight(weighted, ref w, item);
                if (weight == 0)
                {
                    ClearPadding(ref y, 0, room);
                }
                else
                {
                    int place = item * targetStride;
                    int target = classes.IsEmpty ? (int)Element.ToDouble(Unsafe.Add(ref z, place)) : classes[place];
                    double score = Element.ToDouble(Unsafe.Add(ref x, target));
                    if (smoothing > 0)
                        score = ((1 - smoothing) * score) + (smoothing * Reductions.Sum<V, T>(ref x, size) / size);
                    double sum = Exponentials<V, T>(ref x, ref y, size, out double largest);
                    loss += weight * (Functions.Log(sum) - (score - largest));

                    double factor = scale * weight;
                    if (smoothing > 0)
                        Map<Affine, V, T>(new Affine(factor / sum, -factor * smoothing / size), ref y, ref y, size);
                    else
                        Map<Product, V, T>(new Product(factor / sum), ref y, ref y, size);
                    ref T atTarget = ref Unsafe.Add(ref y, target);
                    atTarget = Element.FromDouble<T>(Element.ToDouble(atTarget) - (factor * (1 - smoothing)));
                    ClearPadding(ref y, size, room);
                }

                x = ref Unsafe.Add(ref x, stride);
                y = ref Unsafe.Add(ref y, stride);
            }

            return loss;
        }
    }

    /// <summary>Reads targets that are shares of all classes from the third buffer; weights from the fourth.</summary>
    internal readonly struct SoftCrossEntropyKernel(
        int targetStride, bool weighted, int count, nint size, nint stride, double scale, nint offset) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            Block<T> spareTarget = default, spareX = default;
            x = ref Unsafe.Add(ref x, offset);
            y = ref Unsafe.Add(ref y, offset);
            nint room = stride - offset;
            double loss = 0;
            for (int item = 0; item < count; item++)
            {
                double weight = Weight(weighted, ref w, item);
                if (weight == 0)
                {
                    ClearPadding(ref y, 0, room);
                }
                else
                {
                    // Σ t (ln Σ e^s − s): what all targets together are, and what they make of the scores.
                    double total = Reductions.Sum<V, T>(ref z, size), scores = 0;
                    for (nint i = 0; i < size; i += Block<T>.Size)
                    {
                        Block<T> products = default;
                        ref T score = ref spareX.Read(ref x, i, size, V.Zero);
                        ref T share = ref spareTarget.Read(ref z, i, size, V.Zero);
                        for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
                            (V.Load(ref score, lane) * V.Load(ref share, lane)).Store(ref products.Start, lane);
                        scores += Reductions.Join<Reductions.Total, T>(ref products);
                    }

                    double sum = Exponentials<V, T>(ref x, ref y, size, out double largest);
                    loss += weight * ((total * (Functions.Log(sum) + largest)) - scores);
                    Subtract<V, T>(ref z, ref y, scale * weight * total / sum, scale * weight);
                    ClearPadding(ref y, size, room);
                }

                x = ref Unsafe.Add(ref x, stride);
                y = ref Unsafe.Add(ref y, stride);
                z = ref Unsafe.Add(ref z, targetStride);
            }

            return loss;
        }

        /// <summary>y = factor · y − share · target.</summary>
        private void Subtract<V, T>(ref T target, ref T y, double factor, double share)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            Block<T> spare = default, spareY = default;
            V ofY = V.Constant(factor), ofTarget = V.Constant(-share);
            for (nint i = 0; i < size; i += Block<T>.Size)
            {
                ref T from = ref spare.Read(ref target, i, size, V.Zero);
                ref T value = ref spareY.Read(ref y, i, size, V.Zero);
                for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
                    V.MultiplyAdd(V.Load(ref from, lane), ofTarget, V.Load(ref value, lane) * ofY).Store(ref value, lane);
                spareY.Written(ref y, i, size);
            }
        }
    }

    // y = e^(x − the largest x), none of which overflows; returns their sum.
    internal static double Exponentials<V, T>(ref T x, ref T y, nint size, out double largest)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        largest = Reductions.Max<V, T>(ref x, size);
        Map<ShiftedExp, V, T>(new ShiftedExp(largest), ref x, ref y, size);
        return Reductions.Sum<V, T>(ref y, size);
    }

    private readonly struct ShiftedExp(double shift) : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged => Functions.Exp<V, T>(x - V.Constant(shift));
    }

    private readonly struct Affine(double factor, double addend) : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged =>
            V.MultiplyAdd(x, V.Constant(factor), V.Constant(addend));
    }

    internal readonly struct Product(double factor) : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged => x * V.Constant(factor);
    }
}
