using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RnnGen.Numerics;

/// <summary>
/// Numbers as bytes: x ≈ scale · q with integers q from −127 to 127 and scale = max|x| / 127. Everything is rounded to nearest even,
/// element by element, so the bits are the same whatever the machine.
/// </summary>
internal static class Quantization
{
    /// <summary>The largest |q|.</summary>
    public const int Largest = 127;

    /// <summary>Vectors without a number of this size count as zeros: 127 / max would leave the range of a float.</summary>
    public const float Smallest = 7.8886090522101181e-31f;

    private const int Infinity = 0x7F800000;
    private const int Magnitude = 0x7FFFFFFF;

    /// <summary>Adding 1.5 · 2^23 rounds to an integer and leaves it, in two's complement, in the lowest bits.</summary>
    private const float Rounding = 12582912f;

    /// <summary>Quantises a vector to bytes of q + 128.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="count">The number of them.</param>
    /// <param name="bytes">Receives as many bytes.</param>
    /// <returns>The scale. If a number is not finite, NaN: then so is everything that is scaled by it.</returns>
    public static float Quantize(ref float x, int count, ref byte bytes)
    {
        float largest = BitConverter.Int32BitsToSingle(LargestMagnitude(ref x, count));
        if (!(largest >= Smallest) || !float.IsFinite(largest))
        {
            MemoryMarshal.CreateSpan(ref bytes, count).Fill(128);
            return float.IsFinite(largest) ? 0 : float.NaN;
        }

        Round(ref x, count, Largest / largest, ref bytes);
        return largest / Largest;
    }

    /// <summary>The scale of a row of finite weights.</summary>
    public static float Scale(ReadOnlySpan<float> row)
    {
        float largest = 0;
        foreach (float weight in row)
            largest = Math.Max(largest, Math.Abs(weight));
        return largest >= Smallest ? largest / Largest : 0;
    }

    /// <summary>The q of a weight in a row with that scale.</summary>
    public static int Quantize(float weight, float scale) =>
        scale == 0 ? 0 : (int)Math.Clamp(Math.Round((double)weight / scale, MidpointRounding.ToEven), -Largest, Largest);

    /// <summary>The largest |x|, as bits: those of magnitudes are ordered as the numbers are, infinity and NaN above all others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int LargestMagnitude(ref float x, nint count)
    {
        nint i = 0;
        int largest = 0;
        if (Vector512.IsHardwareAccelerated && count >= 16)
        {
            Vector512<int> all = Vector512<int>.Zero;
            for (; i + 16 <= count; i += 16)
                all = Vector512.Max(all, Vector512.LoadUnsafe(ref x, (nuint)i).AsInt32() & Vector512.Create(Magnitude));
            Vector256<int> half = Vector256.Max(all.GetLower(), all.GetUpper());
            largest = Reduce(Vector128.Max(half.GetLower(), half.GetUpper()));
        }
        else if (Vector128.IsHardwareAccelerated && count >= 4)
        {
            Vector128<int> all = Vector128<int>.Zero;
            for (; i + 4 <= count; i += 4)
                all = Vector128.Max(all, Vector128.LoadUnsafe(ref x, (nuint)i).AsInt32() & Vector128.Create(Magnitude));
            largest = Reduce(all);
        }

        for (; i < count; i++)
            largest = Math.Max(largest, BitConverter.SingleToInt32Bits(Unsafe.Add(ref x, i)) & Magnitude);
        return largest;
    }

    private static int Reduce(Vector128<int> all) => Math.Max(Math.Max(all[0], all[1]), Math.Max(all[2], all[3]));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Round(ref float x, nint count, float inverse, ref byte bytes)
    {
        nint i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i + 16 <= count; i += 16)
            {
                Vector512<int> q = ((Vector512.LoadUnsafe(ref x, (nuint)i) * inverse) + Vector512.Create(Rounding)).AsInt32();
                (Avx512F.ConvertToVector128SByte(q) ^ Vector128.Create(sbyte.MinValue)).AsByte().StoreUnsafe(ref bytes, (nuint)i);
            }
        }

        if (Vector128.IsHardwareAccelerated)
        {
            for (; i + 16 <= count; i += 16)
            {
                Vector128<ushort> low = Vector128.Narrow(Word(ref x, i, inverse), Word(ref x, i + 4, inverse));
                Vector128<ushort> high = Vector128.Narrow(Word(ref x, i + 8, inverse), Word(ref x, i + 12, inverse));
                Vector128.Narrow(low, high).StoreUnsafe(ref bytes, (nuint)i);
            }
        }

        for (; i < count; i++)
            Unsafe.Add(ref bytes, i) = (byte)(BitConverter.SingleToInt32Bits((Unsafe.Add(ref x, i) * inverse) + Rounding) + 128);
    }

    /// <summary>Four of q + 128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Word(ref float x, nint i, float inverse)
    {
        Vector128<int> q = ((Vector128.LoadUnsafe(ref x, (nuint)i) * inverse) + Vector128.Create(Rounding)).AsInt32();
        return ((q + Vector128.Create(128)) & Vector128.Create(255)).AsUInt32();
    }
}
