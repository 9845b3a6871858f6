using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>
/// The product of one vector with compressed panels: <typeparamref name="TRun"/> neighbouring vectors of lanes in each of <typeparamref name="TBlocks"/> blocks, at most 8 in all, whose
/// sums stay in registers while the panels are read once, from front to back.
/// </summary>
/// <remarks>Eight sums that do not wait for each other are what keeps the units for products busy. Several rows are not taken together: the panels of a few blocks stay in the first-level cache.</remarks>
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

    /// <param name="depth">Numbers of the vector.</param>
    /// <param name="x">The prepared vector.</param>
    /// <param name="block">The first block, at the first of the lanes.</param>
    /// <param name="blockSize">From a block to the next.</param>
    /// <param name="run">Lanes of a block in all, those of all columns.</param>
    /// <param name="init">What the product is added to, at the first of the lanes.</param>
    /// <param name="blockInit">From a block's to the next's.</param>
    /// <param name="y">Receives the result; may be <paramref name="init"/>.</param>
    /// <param name="blockY">From a block's to the next's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(nint depth, ref float x, ref float block, nint blockSize, nint run, ref float init, nint blockInit, ref float y, nint blockY)
    {
        V s0 = Start(0, ref block, blockSize, run, ref init, blockInit);
        V s1 = Count > 1 ? Start(1, ref block, blockSize, run, ref init, blockInit) : default;
        V s2 = Count > 2 ? Start(2, ref block, blockSize, run, ref init, blockInit) : default;
        V s3 = Count > 3 ? Start(3, ref block, blockSize, run, ref init, blockInit) : default;
        V s4 = Count > 4 ? Start(4, ref block, blockSize, run, ref init, blockInit) : default;
        V s5 = Count > 5 ? Start(5, ref block, blockSize, run, ref init, blockInit) : default;
        V s6 = Count > 6 ? Start(6, ref block, blockSize, run, ref init, blockInit) : default;
        V s7 = Count > 7 ? Start(7, ref block, blockSize, run, ref init, blockInit) : default;
        nint words = (depth + TFormat.Pack - 1) / TFormat.Pack;
        ref float row = ref Unsafe.Add(ref block, TFormat.HeadRows * run);
        for (nint k = 0; k < words; k++)
        {
            var inputs = TFormat.Inputs<V>(ref x, k, depth);
            s0 = TFormat.MultiplyAdd(s0, V.Load(ref row, Place(0, blockSize)), inputs);
            if (Count > 1)
                s1 = TFormat.MultiplyAdd(s1, V.Load(ref row, Place(1, blockSize)), inputs);
            if (Count > 2)
                s2 = TFormat.MultiplyAdd(s2, V.Load(ref row, Place(2, blockSize)), inputs);
            if (Count > 3)
                s3 = TFormat.MultiplyAdd(s3, V.Load(ref row, Place(3, blockSize)), inputs);
            if (Count > 4)
                s4 = TFormat.MultiplyAdd(s4, V.Load(ref row, Place(4, blockSize)), inputs);
            if (Count > 5)
                s5 = TFormat.MultiplyAdd(s5, V.Load(ref row, Place(5, blockSize)), inputs);
            if (Count > 6)
                s6 = TFormat.MultiplyAdd(s6, V.Load(ref row, Place(6, blockSize)), inputs);
            if (Count > 7)
                s7 = TFormat.MultiplyAdd(s7, V.Load(ref row, Place(7, blockSize)), inputs);
            row = ref Unsafe.Add(ref row, run);
        }

        float scale = TFormat.ScaleOf(ref x, (int)depth);
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
    }

    /// <summary>Where the lanes of a sum are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Place(int sum, nint perBlock) => (sum / TRun.Value * perBlock) + (sum % TRun.Value * V.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Start(int sum, ref float block, nint blockSize, nint run, ref float init, nint blockInit) =>
        TFormat.Start<V>(ref Unsafe.Add(ref block, Place(sum, blockSize)), run, ref Unsafe.Add(ref init, Place(sum, blockInit)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(int sum, V value, float scale, ref float block, nint blockSize, ref float init, nint blockInit, ref float y, nint blockY) =>
        TFormat.Finish(value, ref Unsafe.Add(ref block, Place(sum, blockSize)), ref Unsafe.Add(ref init, Place(sum, blockInit)), scale).Store(ref y, Place(sum, blockY));
}
