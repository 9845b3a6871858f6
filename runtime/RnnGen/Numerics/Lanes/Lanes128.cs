using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RnnGen.Numerics;

/// <summary>Four <see cref="float"/> lanes in a <see cref="Vector128{T}"/>.</summary>
public readonly partial struct Float128 : ILanes<Float128, float>
{
    private readonly Vector128<float> lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Float128(Vector128<float> lanes) => this.lanes = lanes;

    /// <inheritdoc/>
    public static int Count => 4;

    /// <inheritdoc/>
    public static Float128 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128<float>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 Broadcast(float value) => new(Vector128.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 Constant(double value) => new(Vector128.Create((float)value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 Load(ref float source, nint offset) => new(Vector128.LoadUnsafe(ref source, (nuint)offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nint offset) => lanes.StoreUnsafe(ref destination, (nuint)offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 operator +(Float128 left, Float128 right) => new(left.lanes + right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 operator -(Float128 left, Float128 right) => new(left.lanes - right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 operator *(Float128 left, Float128 right) => new(left.lanes * right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 operator /(Float128 left, Float128 right) => new(left.lanes / right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 operator -(Float128 value) => new(value.lanes ^ Vector128.Create(-0.0f));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 MultiplyAdd(Float128 a, Float128 b, Float128 c) => new(Vector128.FusedMultiplyAdd(a.lanes, b.lanes, c.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 Sqrt(Float128 value) => new(Vector128.Sqrt(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 Abs(Float128 value) => new(Vector128.Abs(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 CopySign(Float128 magnitude, Float128 sign) =>
        new(Vector128.ConditionalSelect(Vector128.Create(-0.0f), sign.lanes, magnitude.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 Round(Float128 value) => new(Vector128.Round(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 Scale(Float128 value, Float128 exponent)
    {
        // Adding 1.5 · 2^23 leaves the biased exponent in the lowest bits, from where the shift moves it into its field.
        Vector128<int> biased = (exponent.lanes + Vector128.Create(12582912f + 127)).AsInt32();
        return new(value.lanes * Vector128.ShiftLeft(biased, 23).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 Significand(Float128 value, out Float128 exponent)
    {
        // The biased exponent as the last bits of 2^23, which the difference takes away again.
        Vector128<int> bits = value.lanes.AsInt32(), biased = Vector128.ShiftRightLogical(bits, 23) | Vector128.Create(0x4B000000);
        exponent = new(biased.AsSingle() - Vector128.Create(8388608f + 127));
        return new(((bits & Vector128.Create(0x7FFFFF)) | Vector128.Create(0x3F800000)).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 Clamp(Float128 value, Float128 low, Float128 high) => Min(high, Max(low, value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 Max(Float128 left, Float128 right) => new(Sse.IsSupported
        ? Sse.Max(left.lanes, right.lanes)
        : Vector128.ConditionalSelect(Vector128.GreaterThan(left.lanes, right.lanes), left.lanes, right.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float128 IfGreater(Float128 left, Float128 right, Float128 then, Float128 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(left.lanes, right.lanes), then.lanes, otherwise.lanes));

    // As Max: where either is NaN, the result is the right one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float128 Min(Float128 left, Float128 right) => new(Sse.IsSupported
        ? Sse.Min(left.lanes, right.lanes)
        : Vector128.ConditionalSelect(Vector128.LessThan(left.lanes, right.lanes), left.lanes, right.lanes));
}

/// <summary>Two <see cref="double"/> lanes in a <see cref="Vector128{T}"/>.</summary>
public readonly struct Double128 : ILanes<Double128, double>
{
    private readonly Vector128<double> lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Double128(Vector128<double> lanes) => this.lanes = lanes;

    /// <inheritdoc/>
    public static int Count => 2;

    /// <inheritdoc/>
    public static Double128 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128<double>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 Broadcast(double value) => new(Vector128.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 Constant(double value) => new(Vector128.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 Load(ref double source, nint offset) => new(Vector128.LoadUnsafe(ref source, (nuint)offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double destination, nint offset) => lanes.StoreUnsafe(ref destination, (nuint)offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 operator +(Double128 left, Double128 right) => new(left.lanes + right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 operator -(Double128 left, Double128 right) => new(left.lanes - right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 operator *(Double128 left, Double128 right) => new(left.lanes * right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 operator /(Double128 left, Double128 right) => new(left.lanes / right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 operator -(Double128 value) => new(value.lanes ^ Vector128.Create(-0.0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 MultiplyAdd(Double128 a, Double128 b, Double128 c) =>
        new(Vector128.FusedMultiplyAdd(a.lanes, b.lanes, c.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 Sqrt(Double128 value) => new(Vector128.Sqrt(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 Abs(Double128 value) => new(Vector128.Abs(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 CopySign(Double128 magnitude, Double128 sign) =>
        new(Vector128.ConditionalSelect(Vector128.Create(-0.0), sign.lanes, magnitude.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 Round(Double128 value) => new(Vector128.Round(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 Scale(Double128 value, Double128 exponent)
    {
        // Adding 1.5 · 2^52 leaves the biased exponent in the lowest bits, from where the shift moves it into its field.
        Vector128<long> biased = (exponent.lanes + Vector128.Create(6755399441055744.0 + 1023)).AsInt64();
        return new(value.lanes * Vector128.ShiftLeft(biased, 52).AsDouble());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 Significand(Double128 value, out Double128 exponent)
    {
        // The biased exponent as the last bits of 2^52, which the difference takes away again.
        Vector128<long> bits = value.lanes.AsInt64(), biased = Vector128.ShiftRightLogical(bits, 52) | Vector128.Create(0x4330000000000000);
        exponent = new(biased.AsDouble() - Vector128.Create(4503599627370496.0 + 1023));
        return new(((bits & Vector128.Create(0xFFFFFFFFFFFFF)) | Vector128.Create(0x3FF0000000000000)).AsDouble());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 Clamp(Double128 value, Double128 low, Double128 high) => Min(high, Max(low, value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 Max(Double128 left, Double128 right) => new(Sse2.IsSupported
        ? Sse2.Max(left.lanes, right.lanes)
        : Vector128.ConditionalSelect(Vector128.GreaterThan(left.lanes, right.lanes), left.lanes, right.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double128 IfGreater(Double128 left, Double128 right, Double128 then, Double128 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(left.lanes, right.lanes), then.lanes, otherwise.lanes));

    // As Max: where either is NaN, the result is the right one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Double128 Min(Double128 left, Double128 right) => new(Sse2.IsSupported
        ? Sse2.Min(left.lanes, right.lanes)
        : Vector128.ConditionalSelect(Vector128.LessThan(left.lanes, right.lanes), left.lanes, right.lanes));
}
