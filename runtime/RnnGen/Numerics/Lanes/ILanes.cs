namespace RnnGen.Numerics;

/// <summary>
/// A hardware vector of <typeparamref name="T"/>: the one interface behind which every kernel is written once and
/// compiled for 512, 256 and 128 bits and for plain scalars.
/// </summary>
/// <remarks>
/// A lane is always one output (one unit of a layer), never a part of a sum, and every operation here is correctly
/// rounded or exact. A kernel therefore gives the same bits at every width.
/// </remarks>
/// <typeparam name="V">The implementing vector.</typeparam>
/// <typeparam name="T">The element: <see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ILanes<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    /// <summary>The number of elements that a vector holds: a power of two, at most 16.</summary>
    static abstract int Count { get; }

    /// <summary>The vector of zeros.</summary>
    static abstract V Zero { get; }

    /// <summary>The vector with <paramref name="value"/> in every lane.</summary>
    static abstract V Broadcast(T value);

    /// <summary>The vector with the same real constant in every lane, rounded to <typeparamref name="T"/> once.</summary>
    static abstract V Constant(double value);

    /// <summary>
    /// Reads <see cref="Count"/> elements that start <paramref name="offset"/> elements after <paramref name="source"/>. No bounds are
    /// checked.
    /// </summary>
    static abstract V Load(ref T source, nint offset);

    /// <summary>
    /// Writes <see cref="Count"/> elements that start <paramref name="offset"/> elements after <paramref name="destination"/>. No bounds
    /// are checked.
    /// </summary>
    void Store(ref T destination, nint offset);

    /// <summary>Lane-wise sum.</summary>
    static abstract V operator +(V left, V right);

    /// <summary>Lane-wise difference.</summary>
    static abstract V operator -(V left, V right);

    /// <summary>Lane-wise product.</summary>
    static abstract V operator *(V left, V right);

    /// <summary>Lane-wise quotient, correctly rounded.</summary>
    static abstract V operator /(V left, V right);

    /// <summary>Lane-wise negation.</summary>
    static abstract V operator -(V value);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>Adds a product in place: sum += a · b, rounded once.</summary>
    /// <remarks>For sums in the registers of a tile: what is returned the JIT computes beside the sum and copies there.</remarks>
    static virtual void AddProduct(ref V sum, V a, V b) => sum = V.MultiplyAdd(a, b, sum);

    /// <summary>Lane-wise square root, correctly rounded.</summary>
    static abstract V Sqrt(V value);

    /// <summary>Lane-wise absolute value.</summary>
    static abstract V Abs(V value);

    /// <summary><paramref name="magnitude"/> with the sign bit of <paramref name="sign"/>.</summary>
    static abstract V CopySign(V magnitude, V sign);

    /// <summary>Lane-wise nearest integer, halves to even.</summary>
    static abstract V Round(V value);

    /// <summary>
    /// value · 2^exponent for integral exponents in the normal range of <typeparamref name="T"/> (−126…127, −1022…1023); exact unless the
    /// result is subnormal.
    /// </summary>
    static abstract V Scale(V value, V exponent);

    /// <summary>
    /// The significand s of value = s · 2^exponent, from 1 to below 2, and that exponent, for values that are positive and normal.
    /// </summary>
    static abstract V Significand(V value, out V exponent);

    /// <summary>Lane-wise min(max(value, low), high); a NaN stays a NaN.</summary>
    static abstract V Clamp(V value, V low, V high);

    /// <summary>The larger of the two in every lane; where either is NaN, the result is <paramref name="right"/>.</summary>
    static abstract V Max(V left, V right);

    /// <summary><paramref name="then"/> in the lanes where left &gt; right, elsewhere <paramref name="otherwise"/>.</summary>
    static abstract V IfGreater(V left, V right, V then, V otherwise);
}
