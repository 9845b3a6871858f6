using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RnnGen.Numerics;

/// <summary>Eight <see cref="float"/> lanes in a <see cref="Vector256{T}"/>.</summary>
public readonly partial struct Float256 : ILanes<Float256, float>
{
    private readonly Vector256<float> lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Float256(Vector256<float> lanes) => this.lanes = lanes;

    /// <inheritdoc/>
    public static int Count => 8;

    /// <inheritdoc/>
    public static Float256 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<float>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Broadcast(float value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Constant(double value) => new(Vector256.Create((float)value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Load(ref float source, nint offset) => new(Vector256.LoadUnsafe(ref source, (nuint)offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nint offset) => lanes.StoreUnsafe(ref destination, (nuint)offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 operator +(Float256 left, Float256 right) => new(left.lanes + right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 operator -(Float256 left, Float256 right) => new(left.lanes - right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 operator *(Float256 left, Float256 right) => new(left.lanes * right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 operator /(Float256 left, Float256 right) => new(left.lanes / right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 operator -(Float256 value) => new(value.lanes ^ Vector256.Create(-0.0f));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 MultiplyAdd(Float256 a, Float256 b, Float256 c) => new(Vector256.FusedMultiplyAdd(a.lanes, b.lanes, c.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Sqrt(Float256 value) => new(Vector256.Sqrt(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Abs(Float256 value) => new(Vector256.Abs(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 CopySign(Float256 magnitude, Float256 sign) =>
        new(Vector256.ConditionalSelect(Vector256.Create(-0.0f), sign.lanes, magnitude.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Round(Float256 value) => new(Vector256.Round(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Scale(Float256 value, Float256 exponent)
    {
        // Adding 1.5 · 2^23 leaves the biased exponent in the lowest bits, from where the shift moves it into its field.
        Vector256<int> biased = (exponent.lanes + Vector256.Create(12582912f + 127)).AsInt32();
        return new(value.lanes * Vector256.ShiftLeft(biased, 23).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Significand(Float256 value, out Float256 exponent)
    {
        // The biased exponent as the last bits of 2^23, which the difference takes away again.
        Vector256<int> bits = value.lanes.AsInt32(), biased = Vector256.ShiftRightLogical(bits, 23) | Vector256.Create(0x4B000000);
        exponent = new(biased.AsSingle() - Vector256.Create(8388608f + 127));
        return new(((bits & Vector256.Create(0x7FFFFF)) | Vector256.Create(0x3F800000)).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Clamp(Float256 value, Float256 low, Float256 high) => Min(high, Max(low, value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 Max(Float256 left, Float256 right) => new(Avx.IsSupported
        ? Avx.Max(left.lanes, right.lanes)
        : Vector256.ConditionalSelect(Vector256.GreaterThan(left.lanes, right.lanes), left.lanes, right.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float256 IfGreater(Float256 left, Float256 right, Float256 then, Float256 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(left.lanes, right.lanes), then.lanes, otherwise.lanes));

    // As Max: where either is NaN, the result is the right one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float256 Min(Float256 left, Float256 right) => new(Avx.IsSupported
        ? Avx.Min(left.lanes, right.lanes)
        : Vector256.ConditionalSelect(Vector256.LessThan(left.lanes, right.lanes), left.lanes, right.lanes));
}

/// <summary>Four <see cref="double"/> lanes in a <see cref="Vector256{T}"/>.</summary>
public readonly struct Double256 : ILanes<Double256, double>
{
    private readonly Vector256<double> lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Double256(Vector256<double> lanes) => this.lanes = lanes;

    /// <inheritdoc/>
    public static int Count => 4;

    /// <inheritdoc/>
    public static Double256 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<double>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Broadcast(double value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Constant(double value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Load(ref double source, nint offset) => new(Vector256.LoadUnsafe(ref source, (nuint)offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double destination, nint offset) => lanes.StoreUnsafe(ref destination, (nuint)offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 operator +(Double256 left, Double256 right) => new(left.lanes + right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 operator -(Double256 left, Double256 right) => new(left.lanes - right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 operator *(Double256 left, Double256 right) => new(left.lanes * right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 operator /(Double256 left, Double256 right) => new(left.lanes / right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 operator -(Double256 value) => new(value.lanes ^ Vector256.Create(-0.0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 MultiplyAdd(Double256 a, Double256 b, Double256 c) =>
        new(Vector256.FusedMultiplyAdd(a.lanes, b.lanes, c.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Sqrt(Double256 value) => new(Vector256.Sqrt(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Abs(Double256 value) => new(Vector256.Abs(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 CopySign(Double256 magnitude, Double256 sign) =>
        new(Vector256.ConditionalSelect(Vector256.Create(-0.0), sign.lanes, magnitude.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Round(Double256 value) => new(Vector256.Round(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Scale(Double256 value, Double256 exponent)
    {
        // Adding 1.5 · 2^52 leaves the biased exponent in the lowest bits, from where the shift moves it into its field.
        Vector256<long> biased = (exponent.lanes + Vector256.Create(6755399441055744.0 + 1023)).AsInt64();
        return new(value.lanes * Vector256.ShiftLeft(biased, 52).AsDouble());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Significand(Double256 value, out Double256 exponent)
    {
        // The biased exponent as the last bits of 2^52, which the difference takes away again.
        Vector256<long> bits = value.lanes.AsInt64(), biased = Vector256.ShiftRightLogical(bits, 52) | Vector256.Create(0x4330000000000000);
        exponent = new(biased.AsDouble() - Vector256.Create(4503599627370496.0 + 1023));
        return new(((bits & Vector256.Create(0xFFFFFFFFFFFFF)) | Vector256.Create(0x3FF0000000000000)).AsDouble());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Clamp(Double256 value, Double256 low, Double256 high) => Min(high, Max(low, value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 Max(Double256 left, Double256 right) => new(Avx.IsSupported
        ? Avx.Max(left.lanes, right.lanes)
        : Vector256.ConditionalSelect(Vector256.GreaterThan(left.lanes, right.lanes), left.lanes, right.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double256 IfGreater(Double256 left, Double256 right, Double256 then, Double256 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(left.lanes, right.lanes), then.lanes, otherwise.lanes));

    // As Max: where either is NaN, the result is the right one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Double256 Min(Double256 left, Double256 right) => new(Avx.IsSupported
        ? Avx.Min(left.lanes, right.lanes)
        : Vector256.ConditionalSelect(Vector256.LessThan(left.lanes, right.lanes), left.lanes, right.lanes));
}
