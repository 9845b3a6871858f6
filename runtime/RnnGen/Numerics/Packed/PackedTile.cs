using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>
/// The product of one vector with compressed panels: <typeparamref name="TRun"/> neighbouring vectors of lanes in each of
/// <typeparamref name="TBlocks"/> blocks, at most 12 in all, whose sums stay in registers while the panels are read once, from front to
/// back.
/// </summary>
/// <remarks>
/// Eight sums or more that do not wait for each other are what keeps the units for products busy: a product of bytes takes five cycles, and
/// two are begun in each. Several rows are not taken together: the panels of a few blocks stay in the first-level cache. All blocks of a
/// single row are one call: the first weights of the next ones arrive while the last sums are finished.
/// </remarks>
internal static class PackedTile<V, TFormat, TRun, TBlocks>
    where V : struct, ILanes<V, float>, IPackedLanes<V>
    where TFormat : struct, IWeightFormat
    where TRun : struct, ICount
    where TBlocks : struct, ICount
{
    private static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TRun.Value * TBlocks.Value;
    }

    /// <param name="product">The product.</param>
    /// <param name="x">The prepared vector.</param>
    /// <param name="block">The first block, at the first of the lanes.</param>
    /// <param name="init">The values that the product is added to, at the first of the lanes.</param>
    /// <param name="y">Receives the result, at the first of the lanes; may be <paramref name="init"/>.</param>
    /// <param name="times">The number of times that <typeparamref name="TBlocks"/> blocks are taken.</param>
    /// <param name="next">From one time to the next, in blocks.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        in PackedPanels<TFormat>.Product product, ref float x, ref float block, ref float init, ref float y, nint times, nint next)
    {
        nint depth = product.Shape.Depth, run = product.Run;
        nint blockSize = product.BlockSize, blockInit = product.BlockInit, blockY = product.Shape.BlockStride;
        nint words = (depth + TFormat.Pack - 1) / TFormat.Pack, pairs = depth / (2 * TFormat.Pack) * 2;
        V scale = V.Broadcast(TFormat.ScaleOf(ref x, words));
        for (nint time = 0; time < times; time++)
        {
            V s0 = Start(0, ref block, blockSize, run, ref init, blockInit);
            V s1 = Count > 1 ? Start(1, ref block, blockSize, run, ref init, blockInit) : default;
            V s2 = Count > 2 ? Start(2, ref block, blockSize, run, ref init, blockInit) : default;
            V s3 = Count > 3 ? Start(3, ref block, blockSize, run, ref init, blockInit) : default;
            V s4 = Count > 4 ? Start(4, ref block, blockSize, run, ref init, blockInit) : default;
            V s5 = Count > 5 ? Start(5, ref block, blockSize, run, ref init, blockInit) : default;
            V s6 = Count > 6 ? Start(6, ref block, blockSize, run, ref init, blockInit) : default;
            V s7 = Count > 7 ? Start(7, ref block, blockSize, run, ref init, blockInit) : default;
            V s8 = Count > 8 ? Start(8, ref block, blockSize, run, ref init, blockInit) : default;
            V s9 = Count > 9 ? Start(9, ref block, blockSize, run, ref init, blockInit) : default;
            V s10 = Count > 10 ? Start(10, ref block, blockSize, run, ref init, blockInit) : default;
            V s11 = Count > 11 ? Start(11, ref block, blockSize, run, ref init, blockInit) : default;
            ref float word = ref Unsafe.Add(ref block, TFormat.HeadRows * run);
            nint k = 0;
            for (; k < pairs; k += 2)
            {
                PackedInputs<V> even = TFormat.Inputs<V>(ref x, k), odd = TFormat.Inputs<V>(ref x, k + 1);
                ref float second = ref Unsafe.Add(ref word, run);
                s0 = Word(0, Word(0, s0, ref word, blockSize, even), ref second, blockSize, odd);
                if (Count > 1)
                    s1 = Word(1, Word(1, s1, ref word, blockSize, even), ref second, blockSize, odd);
                if (Count > 2)
                    s2 = Word(2, Word(2, s2, ref word, blockSize, even), ref second, blockSize, odd);
                if (Count > 3)
                    s3 = Word(3, Word(3, s3, ref word, blockSize, even), ref second, blockSize, odd);
                if (Count > 4)
                    s4 = Word(4, Word(4, s4, ref word, blockSize, even), ref second, blockSize, odd);
                if (Count > 5)
                    s5 = Word(5, Word(5, s5, ref word, blockSize, even), ref second, blockSize, odd);
                if (Count > 6)
                    s6 = Word(6, Word(6, s6, ref word, blockSize, even), ref second, blockSize, odd);
                if (Count > 7)
                    s7 = Word(7, Word(7, s7, ref word, blockSize, even), ref second, blockSize, odd);
                if (Count > 8)
                    s8 = Word(8, Word(8, s8, ref word, blockSize, even), ref second, blockSize, odd);
                if (Count > 9)
                    s9 = Word(9, Word(9, s9, ref word, blockSize, even), ref second, blockSize, odd);
                if (Count > 10)
                    s10 = Word(10, Word(10, s10, ref word, blockSize, even), ref second, blockSize, odd);
                if (Count > 11)
                    s11 = Word(11, Word(11, s11, ref word, blockSize, even), ref second, blockSize, odd);
                word = ref Unsafe.Add(ref second, run);
            }

            for (; k < words; k++)
            {
                var last = TFormat.LastInputs<V>(ref x, k, depth);
                s0 = Word(0, s0, ref word, blockSize, last);
                if (Count > 1)
                    s1 = Word(1, s1, ref word, blockSize, last);
                if (Count > 2)
                    s2 = Word(2, s2, ref word, blockSize, last);
                if (Count > 3)
                    s3 = Word(3, s3, ref word, blockSize, last);
                if (Count > 4)
                    s4 = Word(4, s4, ref word, blockSize, last);
                if (Count > 5)
                    s5 = Word(5, s5, ref word, blockSize, last);
                if (Count > 6)
                    s6 = Word(6, s6, ref word, blockSize, last);
                if (Count > 7)
                    s7 = Word(7, s7, ref word, blockSize, last);
                if (Count > 8)
                    s8 = Word(8, s8, ref word, blockSize, last);
                if (Count > 9)
                    s9 = Word(9, s9, ref word, blockSize, last);
                if (Count > 10)
                    s10 = Word(10, s10, ref word, blockSize, last);
                if (Count > 11)
                    s11 = Word(11, s11, ref word, blockSize, last);
                word = ref Unsafe.Add(ref word, run);
            }

            Finish(0, s0, scale, ref block, blockSize, ref init, blockInit, ref y, blockY);
            if (Count > 1)
                Finish(1, s1, scale, ref block, blockSize, ref init, blockInit, ref y, blockY);
            if (Count > 2)
                Finish(2, s2, scale, ref block, blockSize, ref init, blockInit, ref y, blockY);
            if (Count > 3)
                Finish(3, s3, scale, ref block, blockSize, ref init, blockInit, ref y, blockY);
            if (Count > 4)
                Finish(4, s4, scale, ref block, blockSize, ref init, blockInit, ref y, blockY);
            if (Count > 5)
                Finish(5, s5, scale, ref block, blockSize, ref init, blockInit, ref y, blockY);
            if (Count > 6)
                Finish(6, s6, scale, ref block, blockSize, ref init, blockInit, ref y, blockY);
            if (Count > 7)
                Finish(7, s7, scale, ref block, blockSize, ref init, blockInit, ref y, blockY);
            if (Count > 8)
                Finish(8, s8, scale, ref block, blockSize, ref init, blockInit, ref y, blockY);
            if (Count > 9)
                Finish(9, s9, scale, ref block, blockSize, ref init, blockInit, ref y, blockY);
            if (Count > 10)
                Finish(10, s10, scale, ref block, blockSize, ref init, blockInit, ref y, blockY);
            if (Count > 11)
                Finish(11, s11, scale, ref block, blockSize, ref init, blockInit, ref y, blockY);
            block = ref Unsafe.Add(ref block, next * blockSize);
            init = ref Unsafe.Add(ref init, next * blockInit);
            y = ref Unsafe.Add(ref y, next * blockY);
        }
    }

    /// <summary>The place of a sum's lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Place(int sum, nint perBlock) => (sum / TRun.Value * perBlock) + (sum % TRun.Value * V.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Start(int sum, ref float block, nint blockSize, nint run, ref float init, nint blockInit) =>
        TFormat.Start<V>(ref block, Place(sum, blockSize) + run, ref init, Place(sum, blockInit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Word(int sum, V value, ref float word, nint blockSize, in PackedInputs<V> inputs) =>
        TFormat.MultiplyAdd(value, ref word, Place(sum, blockSize), inputs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(
        int sum, V value, V scale, ref float block, nint blockSize, ref float init, nint blockInit, ref float y, nint blockY) =>
        TFormat.Finish(value, ref block, Place(sum, blockSize), ref init, Place(sum, blockInit), scale).Store(ref y, Place(sum, blockY));
}
