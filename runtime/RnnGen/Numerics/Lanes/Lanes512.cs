using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RnnGen.Numerics;

/// <summary>Sixteen <see cref="float"/> lanes in a <see cref="Vector512{T}"/>.</summary>
public readonly partial struct Float512 : ILanes<Float512, float>
{
    private readonly Vector512<float> lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Float512(Vector512<float> lanes) => this.lanes = lanes;

    /// <inheritdoc/>
    public static int Count => 16;

    /// <inheritdoc/>
    public static Float512 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<float>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Broadcast(float value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Constant(double value) => new(Vector512.Create((float)value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Load(ref float source, nint offset) => new(Vector512.LoadUnsafe(ref source, (nuint)offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nint offset) => lanes.StoreUnsafe(ref destination, (nuint)offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 operator +(Float512 left, Float512 right) => new(left.lanes + right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 operator -(Float512 left, Float512 right) => new(left.lanes - right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 operator *(Float512 left, Float512 right) => new(left.lanes * right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 operator /(Float512 left, Float512 right) => new(left.lanes / right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 operator -(Float512 value) => new(value.lanes ^ Vector512.Create(-0.0f));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 MultiplyAdd(Float512 a, Float512 b, Float512 c) => new(Vector512.FusedMultiplyAdd(a.lanes, b.lanes, c.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Float512 sum, Float512 a, Float512 b) =>
        Unsafe.As<Float512, Vector512<float>>(ref sum) = Vector512.FusedMultiplyAdd(a.lanes, b.lanes, sum.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Sqrt(Float512 value) => new(Vector512.Sqrt(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Abs(Float512 value) => new(Vector512.Abs(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 CopySign(Float512 magnitude, Float512 sign) =>
        new(Vector512.ConditionalSelect(Vector512.Create(-0.0f), sign.lanes, magnitude.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Round(Float512 value) => new(Vector512.Round(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Scale(Float512 value, Float512 exponent)
    {
        // Adding 1.5 · 2^23 leaves the biased exponent in the lowest bits, from where the shift moves it into its field.
        Vector512<int> biased = (exponent.lanes + Vector512.Create(12582912f + 127)).AsInt32();
        return new(value.lanes * Vector512.ShiftLeft(biased, 23).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Significand(Float512 value, out Float512 exponent)
    {
        // The biased exponent as the last bits of 2^23, which the difference takes away again.
        Vector512<int> bits = value.lanes.AsInt32(), biased = Vector512.ShiftRightLogical(bits, 23) | Vector512.Create(0x4B000000);
        exponent = new(biased.AsSingle() - Vector512.Create(8388608f + 127));
        return new(((bits & Vector512.Create(0x7FFFFF)) | Vector512.Create(0x3F800000)).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Clamp(Float512 value, Float512 low, Float512 high) => Min(high, Max(low, value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 Max(Float512 left, Float512 right) => new(Avx512F.IsSupported
        ? Avx512F.Max(left.lanes, right.lanes)
        : Vector512.ConditionalSelect(Vector512.GreaterThan(left.lanes, right.lanes), left.lanes, right.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float512 IfGreater(Float512 left, Float512 right, Float512 then, Float512 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(left.lanes, right.lanes), then.lanes, otherwise.lanes));

    // As Max: where either is NaN, the result is the right one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float512 Min(Float512 left, Float512 right) => new(Avx512F.IsSupported
        ? Avx512F.Min(left.lanes, right.lanes)
        : Vector512.ConditionalSelect(Vector512.LessThan(left.lanes, right.lanes), left.lanes, right.lanes));
}

/// <summary>Eight <see cref="double"/> lanes in a <see cref="Vector512{T}"/>.</summary>
public readonly struct Double512 : ILanes<Double512, double>
{
    private readonly Vector512<double> lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Double512(Vector512<double> lanes) => this.lanes = lanes;

    /// <inheritdoc/>
    public static int Count => 8;

    /// <inheritdoc/>
    public static Double512 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<double>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Broadcast(double value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Constant(double value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Load(ref double source, nint offset) => new(Vector512.LoadUnsafe(ref source, (nuint)offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double destination, nint offset) => lanes.StoreUnsafe(ref destination, (nuint)offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 operator +(Double512 left, Double512 right) => new(left.lanes + right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 operator -(Double512 left, Double512 right) => new(left.lanes - right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 operator *(Double512 left, Double512 right) => new(left.lanes * right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 operator /(Double512 left, Double512 right) => new(left.lanes / right.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 operator -(Double512 value) => new(value.lanes ^ Vector512.Create(-0.0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 MultiplyAdd(Double512 a, Double512 b, Double512 c) =>
        new(Vector512.FusedMultiplyAdd(a.lanes, b.lanes, c.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Double512 sum, Double512 a, Double512 b) =>
        Unsafe.As<Double512, Vector512<double>>(ref sum) = Vector512.FusedMultiplyAdd(a.lanes, b.lanes, sum.lanes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Sqrt(Double512 value) => new(Vector512.Sqrt(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Abs(Double512 value) => new(Vector512.Abs(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 CopySign(Double512 magnitude, Double512 sign) =>
        new(Vector512.ConditionalSelect(Vector512.Create(-0.0), sign.lanes, magnitude.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Round(Double512 value) => new(Vector512.Round(value.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Scale(Double512 value, Double512 exponent)
    {
        // Adding 1.5 · 2^52 leaves the biased exponent in the lowest bits, from where the shift moves it into its field.
        Vector512<long> biased = (exponent.lanes + Vector512.Create(6755399441055744.0 + 1023)).AsInt64();
        return new(value.lanes * Vector512.ShiftLeft(biased, 52).AsDouble());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Significand(Double512 value, out Double512 exponent)
    {
        // The biased exponent as the last bits of 2^52, which the difference takes away again.
        Vector512<long> bits = value.lanes.AsInt64(), biased = Vector512.ShiftRightLogical(bits, 52) | Vector512.Create(0x4330000000000000);
        exponent = new(biased.AsDouble() - Vector512.Create(4503599627370496.0 + 1023));
        return new(((bits & Vector512.Create(0xFFFFFFFFFFFFF)) | Vector512.Create(0x3FF0000000000000)).AsDouble());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Clamp(Double512 value, Double512 low, Double512 high) => Min(high, Max(low, value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 Max(Double512 left, Double512 right) => new(Avx512F.IsSupported
        ? Avx512F.Max(left.lanes, right.lanes)
        : Vector512.ConditionalSelect(Vector512.GreaterThan(left.lanes, right.lanes), left.lanes, right.lanes));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double512 IfGreater(Double512 left, Double512 right, Double512 then, Double512 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(left.lanes, right.lanes), then.lanes, otherwise.lanes));

    // As Max: where either is NaN, the result is the right one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Double512 Min(Double512 left, Double512 right) => new(Avx512F.IsSupported
        ? Avx512F.Min(left.lanes, right.lanes)
        : Vector512.ConditionalSelect(Vector512.LessThan(left.lanes, right.lanes), left.lanes, right.lanes));
}
