using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>The magnitudes of complex numbers, whose parts are the halves or the pairs of a vector.</summary>
/// <remarks>Parts are <c>step</c> numbers apart, and a real part's imaginary part is <c>imaginary</c> numbers behind it. Nothing is checked
/// here.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Magnitudes
{
    /// <summary>y = √(re² + im²).</summary>
    /// <param name="vectors">The number of vectors.</param>
    /// <param name="size">Complex numbers of a vector.</param>
    /// <param name="step">From one real part to the next: 1 for halves, 2 for pairs.</param>
    /// <param name="imaginary">From a real part to its imaginary part: size for halves, 1 for pairs.</param>
    /// <param name="x">[vector][xStride].</param>
    /// <param name="xStride">From one vector to the next.</param>
    /// <param name="y">[vector][yStride]; the padding becomes 0.</param>
    /// <param name="yStride">From one result to the next: whole blocks.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Of<V, T>(nint vectors, int size, int step, int imaginary, ref T x, nint xStride, ref T y, nint yStride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Unsafe.SkipInit(out Block<T> re);
        Unsafe.SkipInit(out Block<T> im);
        for (nint vector = 0; vector < vectors; vector++)
        {
            for (int first = 0; first < size; first += Block<T>.Size)
            {
                ref T from = ref Unsafe.Add(ref x, (vector * xStride) + (first * step));
                Read(ref from, step, size - first, ref re.Start);
                Read(ref Unsafe.Add(ref from, imaginary), step, size - first, ref im.Start);
                ref T to = ref Unsafe.Add(ref y, (vector * yStride) + first);
                for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
                {
                    V a = V.Load(ref re.Start, lane), b = V.Load(ref im.Start, lane);
                    V.Sqrt(V.MultiplyAdd(a, a, b * b)).Store(ref to, lane);
                }
            }
        }
    }

    /// <summary>∂L/∂re = ∂L/∂y · re / y, and ∂L/∂im alike; both are 0 where y is 0, so that silence trains.</summary>
    /// <param name="vectors">The number of vectors.</param>
    /// <param name="size">Complex numbers of a vector.</param>
    /// <param name="step">From one real part to the next: 1 for halves, 2 for pairs.</param>
    /// <param name="imaginary">From a real part to its imaginary part: size for halves, 1 for pairs.</param>
    /// <param name="x">[vector][xStride].</param>
    /// <param name="xStride">From one vector to the next.</param>
    /// <param name="y">[vector][yStride].</param>
    /// <param name="dy">[vector][yStride].</param>
    /// <param name="yStride">From one result to the next: whole blocks.</param>
    /// <param name="dx">[vector][dxStride].</param>
    /// <param name="dxStride">From one gradient to the next.</param>
    /// <param name="accumulate">True if to add to dx; otherwise its padding becomes 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient<V, T>(
        nint vectors, int size, int step, int imaginary, ref T x, nint xStride, ref T y, ref T dy, nint yStride, ref T dx, nint dxStride,
        bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Unsafe.SkipInit(out Block<T> share);
        Unsafe.SkipInit(out Block<T> part);
        Unsafe.SkipInit(out Block<T> sum);
        for (nint vector = 0; vector < vectors; vector++)
        {
            for (int first = 0; first < size; first += Block<T>.Size)
            {
                nint place = (vector * yStride) + first;
                for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
                {
                    V length = V.Load(ref y, place + lane);
                    V.IfGreater(length, V.Zero, V.Load(ref dy, place + lane) / length, V.Zero).Store(ref share.Start, lane);
                }

                for (int side = 0; side < 2; side++)
                {
                    nint start = (first * step) + (side * imaginary);
                    ref T to = ref Unsafe.Add(ref dx, (vector * dxStride) + start);
                    Read(ref Unsafe.Add(ref x, (vector * xStride) + start), step, size - first, ref part.Start);
                    if (accumulate)
                        Read(ref to, step, size - first, ref sum.Start);
                    else
                        sum = default;
                    for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
                        V.MultiplyAdd(V.Load(ref share.Start, lane), V.Load(ref part.Start, lane), V.Load(ref sum.Start, lane))
                            .Store(ref sum.Start, lane);
                    for (nint i = 0; i < Math.Min(Block<T>.Size, size - first); i++)
                        Unsafe.Add(ref to, i * step) = Unsafe.Add(ref sum.Start, i);
                }
            }

            for (nint i = 2 * size; i < dxStride && !accumulate; i++)
                Unsafe.Add(ref dx, (vector * dxStride) + i) = default;
        }
    }

    /// <summary>Reads up to a block of numbers that lie apart; zeros behind them.</summary>
    private static void Read<T>(ref T from, nint step, int count, ref T block) where T : unmanaged
    {
        for (nint i = 0; i < Block<T>.Size; i++)
            Unsafe.Add(ref block, i) = i < count ? Unsafe.Add(ref from, i * step) : default;
    }
}
