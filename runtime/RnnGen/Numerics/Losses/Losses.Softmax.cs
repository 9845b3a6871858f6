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
    /// </summary>
    internal readonly ref struct SoftmaxCrossEntropyKernel(
        ReadOnlySpan<int> classes, int targetStride, bool weighted, int count, nint size, nint stride, double scale,
        nint offset = 0) : IKernel
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
                    double sum = Exponentials<V, T>(ref x, ref y, size, out double largest);
                    loss += weight * (Functions.Log(sum) - (score - largest));

                    double factor = scale * weight;
                    Map<Product, V, T>(new Product(factor / sum), ref y, ref y, size);
                    ref T atTarget = ref Unsafe.Add(ref y, target);
                    atTarget = Element.FromDouble<T>(Element.ToDouble(atTarget) - factor);
                    ClearPadding(ref y, size, room);
                }

                x = ref Unsafe.Add(ref x, stride);
                y = ref Unsafe.Add(ref y, stride);
            }

            return loss;
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

    internal readonly struct Product(double factor) : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged => x * V.Constant(factor);
    }
}
