using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RnnGen.Numerics;

/// <summary>
/// Operations on words of 32 bits that hold two or four weights: those by which a unit multiplies neighbouring numbers of a vector. Words,
/// and integers, travel in the lanes as the bits of a float; no float operation touches them.
/// </summary>
internal interface IPackedLanes<V>
    where V : struct, IPackedLanes<V>
{
    /// <summary>The bfloat16 in the lower half of each word, as a float.</summary>
    static abstract V Low(V words);

    /// <summary>The bfloat16 in the upper half of each word, as a float.</summary>
    static abstract V High(V words);

    /// <summary>A signed byte of each word, 0 being the lowest, as a float.</summary>
    static abstract V Byte(V words, int place);

    /// <summary>
    /// Integer sums + the four products of signed bytes (weights) and unsigned bytes (inputs) in each word. Exact, but for multiples of
    /// 2^32.
    /// </summary>
    /// <param name="sums">The sums.</param>
    /// <param name="weights">Words of weights: taken from memory here, so that an instruction can take them from there.</param>
    /// <param name="offset">From there to the first of them.</param>
    /// <param name="inputs">The inputs.</param>
    static abstract V Dot(V sums, ref float weights, nint offset, V inputs);

    /// <summary>Integers as floats, rounded to nearest even.</summary>
    static abstract V ToSingle(V integers);
}

/// <content>Words of packed weights.</content>
public readonly partial struct Float512 : IPackedLanes<Float512>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float512 IPackedLanes<Float512>.Low(Float512 words) => new(Vector512.ShiftLeft(words.lanes.AsInt32(), 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float512 IPackedLanes<Float512>.High(Float512 words) =>
        new((words.lanes.AsInt32() & Vector512.Create(unchecked((int)0xFFFF0000))).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float512 IPackedLanes<Float512>.Byte(Float512 words, int place) =>
        new(Vector512.ConvertToSingle(Vector512.ShiftRightArithmetic(Vector512.ShiftLeft(words.lanes.AsInt32(), 24 - (8 * place)), 24)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float512 IPackedLanes<Float512>.ToSingle(Float512 integers) => new(Vector512.ConvertToSingle(integers.lanes.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float512 IPackedLanes<Float512>.Dot(Float512 sums, ref float weights, nint offset, Float512 inputs)
    {
        Vector512<int> sum = sums.lanes.AsInt32(), w = Load(ref weights, offset).lanes.AsInt32(), x = inputs.lanes.AsInt32();
        if (Avx512BW.IsSupported)
        {
            // Bytes 0 and 2, then 1 and 3, as 16-bit numbers: no product and no sum of two overflows.
            Vector512<short> even = Vector512.ShiftRightArithmetic(Vector512.ShiftLeft(w.AsInt16(), 8), 8);
            Vector512<short> odd = Vector512.ShiftRightArithmetic(w.AsInt16(), 8);
            sum += Avx512BW.MultiplyAddAdjacent(even, (x & Vector512.Create(0x00FF00FF)).AsInt16());
            sum += Avx512BW.MultiplyAddAdjacent(odd, Vector512.ShiftRightLogical(x.AsInt16(), 8));
            return new(sum.AsSingle());
        }

        for (int shift = 24; shift >= 0; shift -= 8)
            sum += Vector512.ShiftRightArithmetic(
                Vector512.ShiftLeft(w, shift), 24) * Vector512.ShiftRightLogical(Vector512.ShiftLeft(x, shift), 24);
        return new(sum.AsSingle());
    }
}

/// <content>Words of packed weights.</content>
public readonly partial struct Float256 : IPackedLanes<Float256>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float256 IPackedLanes<Float256>.Low(Float256 words) => new(Vector256.ShiftLeft(words.lanes.AsInt32(), 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float256 IPackedLanes<Float256>.High(Float256 words) =>
        new((words.lanes.AsInt32() & Vector256.Create(unchecked((int)0xFFFF0000))).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float256 IPackedLanes<Float256>.Byte(Float256 words, int place) =>
        new(Vector256.ConvertToSingle(Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(words.lanes.AsInt32(), 24 - (8 * place)), 24)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float256 IPackedLanes<Float256>.ToSingle(Float256 integers) => new(Vector256.ConvertToSingle(integers.lanes.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float256 IPackedLanes<Float256>.Dot(Float256 sums, ref float weights, nint offset, Float256 inputs)
    {
        if (AvxVnni.IsSupported)
            return new(AvxVnni.MultiplyWideningAndAdd(
                sums.lanes.AsInt32(), inputs.lanes.AsByte(), Vector256.LoadUnsafe(ref weights, (nuint)offset).AsSByte()).AsSingle());
        return DotWithoutVnni(sums, ref weights, offset, inputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float256 DotWithoutVnni(Float256 sums, ref float weights, nint offset, Float256 inputs)
    {
        Vector256<int> sum = sums.lanes.AsInt32(), w = Load(ref weights, offset).lanes.AsInt32(), x = inputs.lanes.AsInt32();
        if (Avx2.IsSupported)
        {
            Vector256<short> even = Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(w.AsInt16(), 8), 8);
            Vector256<short> odd = Vector256.ShiftRightArithmetic(w.AsInt16(), 8);
            sum += Avx2.MultiplyAddAdjacent(even, (x & Vector256.Create(0x00FF00FF)).AsInt16());
            sum += Avx2.MultiplyAddAdjacent(odd, Vector256.ShiftRightLogical(x.AsInt16(), 8));
            return new(sum.AsSingle());
        }

        for (int shift = 24; shift >= 0; shift -= 8)
            sum += Vector256.ShiftRightArithmetic(
                Vector256.ShiftLeft(w, shift), 24) * Vector256.ShiftRightLogical(Vector256.ShiftLeft(x, shift), 24);
        return new(sum.AsSingle());
    }
}

/// <content>Words of packed weights.</content>
public readonly partial struct Float128 : IPackedLanes<Float128>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float128 IPackedLanes<Float128>.Low(Float128 words) => new(Vector128.ShiftLeft(words.lanes.AsInt32(), 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float128 IPackedLanes<Float128>.High(Float128 words) =>
        new((words.lanes.AsInt32() & Vector128.Create(unchecked((int)0xFFFF0000))).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float128 IPackedLanes<Float128>.Byte(Float128 words, int place) =>
        new(Vector128.ConvertToSingle(Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(words.lanes.AsInt32(), 24 - (8 * place)), 24)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float128 IPackedLanes<Float128>.ToSingle(Float128 integers) => new(Vector128.ConvertToSingle(integers.lanes.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float128 IPackedLanes<Float128>.Dot(Float128 sums, ref float weights, nint offset, Float128 inputs)
    {
        Vector128<int> sum = sums.lanes.AsInt32(), w = Load(ref weights, offset).lanes.AsInt32(), x = inputs.lanes.AsInt32();
        if (Sse2.IsSupported)
        {
            Vector128<short> even = Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(w.AsInt16(), 8), 8);
            Vector128<short> odd = Vector128.ShiftRightArithmetic(w.AsInt16(), 8);
            sum += Sse2.MultiplyAddAdjacent(even, (x & Vector128.Create(0x00FF00FF)).AsInt16());
            sum += Sse2.MultiplyAddAdjacent(odd, Vector128.ShiftRightLogical(x.AsInt16(), 8));
            return new(sum.AsSingle());
        }

        for (int shift = 24; shift >= 0; shift -= 8)
            sum += Vector128.ShiftRightArithmetic(
                Vector128.ShiftLeft(w, shift), 24) * Vector128.ShiftRightLogical(Vector128.ShiftLeft(x, shift), 24);
        return new(sum.AsSingle());
    }
}

/// <content>Words of packed weights.</content>
public readonly partial struct Float1 : IPackedLanes<Float1>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float1 IPackedLanes<Float1>.Low(Float1 words) => new(BitConverter.Int32BitsToSingle(Bits(words) << 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float1 IPackedLanes<Float1>.High(Float1 words) => new(BitConverter.Int32BitsToSingle(Bits(words) & unchecked((int)0xFFFF0000)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float1 IPackedLanes<Float1>.Byte(Float1 words, int place) => new((sbyte)(Bits(words) >> (8 * place)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float1 IPackedLanes<Float1>.ToSingle(Float1 integers) => new(Bits(integers));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Float1 IPackedLanes<Float1>.Dot(Float1 sums, ref float weights, nint offset, Float1 inputs)
    {
        int sum = Bits(sums), w = BitConverter.SingleToInt32Bits(Unsafe.Add(ref weights, offset)), x = Bits(inputs);
        for (int shift = 0; shift < 32; shift += 8)
            sum += (sbyte)(w >> shift) * (byte)(x >> shift);
        return new(BitConverter.Int32BitsToSingle(sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Bits(Float1 value) => BitConverter.SingleToInt32Bits(value.lane);
}
