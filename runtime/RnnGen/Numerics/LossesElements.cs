using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

// Losses in which every output has a target of its own.
public static partial class Losses
{
    internal readonly struct SigmoidKernel(nint size) : IKernel
    {
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            Map<Logistic, V, T>(default, ref x, ref y, size);
            return 0;
        }

        private readonly struct Logistic : IMap
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged => Functions.Sigmoid<V, T>(x);
        }
    }

    internal readonly struct SquaredErrorKernel(int rows, nint size, nint stride, double scale) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            Block<T> spareX = default, spareTarget = default;
            double loss = 0;
            for (int row = 0; row < rows; row++)
            {
                for (nint i = 0; i < size; i += Block<T>.Size)
                {
                    ref T output = ref spareX.Read(ref x, i, size, V.Zero);
                    ref T target = ref spareTarget.Read(ref z, i, size, V.Zero);
                    ref T difference = ref spareX.Write(ref y, i, size);
                    for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
                        (V.Load(ref output, lane) - V.Load(ref target, lane)).Store(ref difference, lane);
                    spareX.Written(ref y, i, size);
                }

                loss += new Reductions.SumKernel<Reductions.TotalOfSquares>(size).Run<V, T>(ref y, ref y, ref y, ref y);
                Map<Product, V, T>(new Product(2 * scale), ref y, ref y, size);
                ClearPadding(ref y, size, stride);
                x = ref Unsafe.Add(ref x, stride);
                y = ref Unsafe.Add(ref y, stride);
                z = ref Unsafe.Add(ref z, size);
            }

            return loss;
        }
    }

    internal readonly struct SigmoidCrossEntropyKernel(int rows, nint size, nint stride, double scale) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            Block<T> spareX = default, spareTarget = default, terms = default, powers = default;
            double loss = 0;
            for (int row = 0; row < rows; row++)
            {
                for (nint i = 0; i < size; i += Block<T>.Size)
                {
                    ref T score = ref spareX.Read(ref x, i, size, V.Zero);
                    ref T target = ref spareTarget.Read(ref z, i, size, V.Zero);
                    ref T gradient = ref spareX.Write(ref y, i, size);
                    for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
                    {
                        V s = V.Load(ref score, lane), t = V.Load(ref target, lane);
                        V power = Functions.Exp<V, T>(-V.Abs(s));
                        V p = V.IfGreater(V.Zero, s, power, V.Constant(1)) / (V.Constant(1) + power);
                        V.MultiplyAdd(-s, t, Functions.Relu<V, T>(s)).Store(ref terms.Start, lane);
                        power.Store(ref powers.Start, lane);
                        ((p - t) * V.Constant(scale)).Store(ref gradient, lane);
                    }

                    spareX.Written(ref y, i, size);
                    loss += Terms(terms, powers, (int)Math.Min(Block<T>.Size, size - i));
                }

                ClearPadding(ref y, size, stride);
                x = ref Unsafe.Add(ref x, stride);
                y = ref Unsafe.Add(ref y, stride);
                z = ref Unsafe.Add(ref z, size);
            }

            return loss;
        }

        // Σ terms + ln Π (1 + powers): one logarithm for up to 16 factors, each at most 2.
        private static double Terms<T>(in Block<T> terms, in Block<T> powers, int count) where T : unmanaged
        {
            double sum = 0, product = 1;
            for (int lane = 0; lane < count; lane++)
            {
                sum += Element.ToDouble(terms[lane]);
                product *= 1 + Element.ToDouble(powers[lane]);
            }

            return sum + Functions.Log(product);
        }
    }
}
