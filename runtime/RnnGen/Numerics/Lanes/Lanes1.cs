using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>One <see cref="float"/>: for machines without vectors, and for what is left over beside them.</summary>
public readonly partial struct Float1 : ILanes<Float1, float>
{
    private readonly float lane;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Float1(float lane) => this.lane = lane;

    /// <inheritdoc/>
    public static int Count => 1;

    /// <inheritdoc/>
    public static Float1 Zero => default;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Broadcast(float value) => new(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Constant(double value) => new((float)value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Load(ref float source, nint offset) => new(Unsafe.Add(ref source, offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nint offset) => Unsafe.Add(ref destination, offset) = lane;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator +(Float1 left, Float1 right) => new(left.lane + right.lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator -(Float1 left, Float1 right) => new(left.lane - right.lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator *(Float1 left, Float1 right) => new(left.lane * right.lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator /(Float1 left, Float1 right) => new(left.lane / right.lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator -(Float1 value) => new(-value.lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 MultiplyAdd(Float1 a, Float1 b, Float1 c) => new(MathF.FusedMultiplyAdd(a.lane, b.lane, c.lane));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Sqrt(Float1 value) => new(MathF.Sqrt(value.lane));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Abs(Float1 value) => new(MathF.Abs(value.lane));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 CopySign(Float1 magnitude, Float1 sign) => new(MathF.CopySign(magnitude.lane, sign.lane));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Round(Float1 value) => new(MathF.Round(value.lane));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Scale(Float1 value, Float1 exponent) =>
        new(value.lane * BitConverter.Int32BitsToSingle(((int)exponent.lane + 127) << 23));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Significand(Float1 value, out Float1 exponent)
    {
        int bits = BitConverter.SingleToInt32Bits(value.lane);
        exponent = new((bits >> 23) - 127);
        return new(BitConverter.Int32BitsToSingle((bits & 0x7FFFFF) | 0x3F800000));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Clamp(Float1 value, Float1 low, Float1 high) =>
        value.lane < low.lane ? low : value.lane > high.lane ? high : value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Max(Float1 left, Float1 right) => left.lane > right.lane ? left : right;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 IfGreater(Float1 left, Float1 right, Float1 then, Float1 otherwise) => left.lane > right.lane ? then : otherwise;
}

/// <summary>One <see cref="double"/>: for machines without vectors, and for what is left over beside them.</summary>
public readonly struct Double1 : ILanes<Double1, double>
{
    private readonly double lane;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Double1(double lane) => this.lane = lane;

    /// <inheritdoc/>
    public static int Count => 1;

    /// <inheritdoc/>
    public static Double1 Zero => default;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Broadcast(double value) => new(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Constant(double value) => new(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Load(ref double source, nint offset) => new(Unsafe.Add(ref source, offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double destination, nint offset) => Unsafe.Add(ref destination, offset) = lane;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 operator +(Double1 left, Double1 right) => new(left.lane + right.lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 operator -(Double1 left, Double1 right) => new(left.lane - right.lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 operator *(Double1 left, Double1 right) => new(left.lane * right.lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 operator /(Double1 left, Double1 right) => new(left.lane / right.lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 operator -(Double1 value) => new(-value.lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 MultiplyAdd(Double1 a, Double1 b, Double1 c) => new(Math.FusedMultiplyAdd(a.lane, b.lane, c.lane));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Sqrt(Double1 value) => new(Math.Sqrt(value.lane));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Abs(Double1 value) => new(Math.Abs(value.lane));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 CopySign(Double1 magnitude, Double1 sign) => new(Math.CopySign(magnitude.lane, sign.lane));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Round(Double1 value) => new(Math.Round(value.lane));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Scale(Double1 value, Double1 exponent) =>
        new(value.lane * BitConverter.Int64BitsToDouble(((long)exponent.lane + 1023) << 52));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Significand(Double1 value, out Double1 exponent)
    {
        long bits = BitConverter.DoubleToInt64Bits(value.lane);
        exponent = new((bits >> 52) - 1023);
        return new(BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Clamp(Double1 value, Double1 low, Double1 high) =>
        value.lane < low.lane ? low : value.lane > high.lane ? high : value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 Max(Double1 left, Double1 right) => left.lane > right.lane ? left : right;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double1 IfGreater(Double1 left, Double1 right, Double1 then, Double1 otherwise) =>
        left.lane > right.lane ? then : otherwise;
}
