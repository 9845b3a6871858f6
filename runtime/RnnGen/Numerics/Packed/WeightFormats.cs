using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>
/// The format of a compressed matrix' weights: words of 32 bits, each with the weights by which one unit multiplies neighbouring numbers.
/// For generated code; there are <see cref="BFloat16Format"/> and <see cref="Int8Format"/>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IWeightFormat
{
    /// <summary>Weights in a word.</summary>
    internal static abstract int Pack { get; }

    /// <summary>Rows of [column][16 lanes] that stand in front of a block's words.</summary>
    internal static abstract int HeadRows { get; }

    /// <summary>The name of the weights' type in safetensors.</summary>
    internal static abstract string TypeName { get; }

    /// <summary>The scale of a row of weights, all of which are finite.</summary>
    internal static abstract float RowScale(ReadOnlySpan<float> row);

    /// <summary>A weight of a row with that scale, in its lowest bits; the others are 0.</summary>
    internal static abstract int Encode(float weight, float scale);

    /// <summary>True if products are taken with 256 bits where there are 512.</summary>
    internal static abstract bool IsNarrower { get; }

    /// <summary>Makes of vectors what the products take of them.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="a">The vectors, [rows][rowA].</param>
    /// <param name="rowA">From one to the next.</param>
    /// <param name="depth">Numbers of a vector.</param>
    /// <param name="rowX">From one result to the next.</param>
    internal static abstract ref float Prepare(int rows, ref float a, nint rowA, int depth, out nint rowX);

    /// <summary>By what the sums with a vector are scaled.</summary>
    /// <param name="x">The prepared vector.</param>
    /// <param name="words">Words of a unit's weights.</param>
    internal static abstract float ScaleOf(ref float x, nint words);

    /// <summary>The first value of a sum.</summary>
    /// <param name="head">The block's head.</param>
    /// <param name="place">From there to the lanes' second row of the head, if it has one.</param>
    /// <param name="init">The values to add to.</param>
    /// <param name="placeInit">From there to the lanes.</param>
    internal static abstract V Start<V>(ref float head, nint place, ref float init, nint placeInit)
        where V : struct, ILanes<V, float>, IPackedLanes<V>;

    /// <summary>The numbers that a word of weights is multiplied by.</summary>
    /// <param name="x">The prepared vector.</param>
    /// <param name="k">The word's number.</param>
    internal static abstract PackedInputs<V> Inputs<V>(ref float x, nint k)
        where V : struct, ILanes<V, float>, IPackedLanes<V>;

    /// <summary>The numbers that a word is multiplied by, if it may hold weights beyond the last number.</summary>
    /// <param name="x">The prepared vector.</param>
    /// <param name="k">The word's number.</param>
    /// <param name="depth">Numbers of the vector.</param>
    internal static abstract PackedInputs<V> LastInputs<V>(ref float x, nint k, nint depth)
        where V : struct, ILanes<V, float>, IPackedLanes<V>;

    /// <summary>Adds the products of a word's weights to the sums, in their order.</summary>
    /// <param name="sums">The sums.</param>
    /// <param name="words">A row of words.</param>
    /// <param name="offset">From there to the lanes.</param>
    /// <param name="inputs">The vectors that they multiply.</param>
    internal static abstract V MultiplyAdd<V>(V sums, ref float words, nint offset, in PackedInputs<V> inputs)
        where V : struct, ILanes<V, float>, IPackedLanes<V>;

    /// <summary>The result that sums stand for.</summary>
    /// <param name="sums">The sums.</param>
    /// <param name="head">The block's head.</param>
    /// <param name="place">From there to the lanes' first row of the head, if it has one.</param>
    /// <param name="init">The values to add to.</param>
    /// <param name="placeInit">From there to the lanes.</param>
    /// <param name="scale">By what the sums are scaled.</param>
    internal static abstract V Finish<V>(V sums, ref float head, nint place, ref float init, nint placeInit, V scale)
        where V : struct, ILanes<V, float>, IPackedLanes<V>;

    /// <summary>start + one weight of each word.</summary>
    /// <param name="start">The value that it is added to.</param>
    /// <param name="words">The words.</param>
    /// <param name="place">The index of the weight of each.</param>
    /// <param name="scales">The weights' scales, if there are any.</param>
    internal static abstract V Add<V>(V start, V words, int place, V scales)
        where V : struct, ILanes<V, float>, IPackedLanes<V>;
}

/// <summary>The numbers that a word's weights are multiplied by, in all lanes.</summary>
/// <param name="first">By what the first one is, or all of them as a word.</param>
/// <param name="second">By what the second one is.</param>
internal readonly struct PackedInputs<V>(V first, V second)
{
    public readonly V First = first;
    public readonly V Second = second;
}

/// <summary>
/// Two bfloat16 in a word, the one of the even k in the lower half. The products are those of floats, their sums run over k in its order.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct BFloat16Format : IWeightFormat
{
    static int IWeightFormat.Pack => 2;

    static int IWeightFormat.HeadRows => 0;

    static string IWeightFormat.TypeName => "BF16";

    static float IWeightFormat.RowScale(ReadOnlySpan<float> row) => 1;

    static int IWeightFormat.Encode(float weight, float scale)
    {
        uint bits = BitConverter.SingleToUInt32Bits(weight);
        return (int)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    static bool IWeightFormat.IsNarrower => false;

    static ref float IWeightFormat.Prepare(int rows, ref float a, nint rowA, int depth, out nint rowX)
    {
        rowX = rowA;
        return ref a;
    }

    static float IWeightFormat.ScaleOf(ref float x, nint words) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IWeightFormat.Start<V>(ref float head, nint place, ref float init, nint placeInit) => V.Load(ref init, placeInit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static PackedInputs<V> IWeightFormat.Inputs<V>(ref float x, nint k) =>
        new(V.Broadcast(Unsafe.Add(ref x, 2 * k)), V.Broadcast(Unsafe.Add(ref x, (2 * k) + 1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static PackedInputs<V> IWeightFormat.LastInputs<V>(ref float x, nint k, nint depth)
    {
        // Behind an odd end stands a weight of 0, and a sum + −0 · 0 is that sum, whatever it is.
        float second = (2 * k) + 1 < depth ? Unsafe.Add(ref x, (2 * k) + 1) : -0f;
        return new(V.Broadcast(Unsafe.Add(ref x, 2 * k)), V.Broadcast(second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IWeightFormat.MultiplyAdd<V>(V sums, ref float words, nint offset, in PackedInputs<V> inputs)
    {
        V both = V.Load(ref words, offset);
        return V.MultiplyAdd(inputs.Second, V.High(both), V.MultiplyAdd(inputs.First, V.Low(both), sums));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IWeightFormat.Finish<V>(V sums, ref float head, nint place, ref float init, nint placeInit, V scale) => sums;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IWeightFormat.Add<V>(V start, V words, int place, V scales) => start + (place == 0 ? V.Low(words) : V.High(words));
}

/// <summary>
/// Four signed bytes in a word, that of the lowest k in the lowest bits; in front of them each unit's scale, and −128 times the sum of its
/// weights: that the vectors' bytes are q + 128 is taken back by it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Int8Format : IWeightFormat
{
    static int IWeightFormat.Pack => 4;

    static int IWeightFormat.HeadRows => 2;

    static string IWeightFormat.TypeName => "I8";

    static float IWeightFormat.RowScale(ReadOnlySpan<float> row) => Quantization.Scale(row);

    static int IWeightFormat.Encode(float weight, float scale) => Quantization.Quantize(weight, scale) & 0xFF;

    /// <summary>There is an instruction for four products at once with 256 bits, but .NET knows none with 512.</summary>
    static bool IWeightFormat.IsNarrower => System.Runtime.Intrinsics.X86.AvxVnni.IsSupported;

    static ref float IWeightFormat.Prepare(int rows, ref float a, nint rowA, int depth, out nint rowX)
    {
        int words = (depth + 3) / 4;
        rowX = (words + Panels.Lanes) & -Panels.Lanes;
        ref float x = ref Unsafe.As<int, float>(ref Scratch<int>.Rent(checked(rows * (int)rowX)));
        for (nint row = 0; row < rows; row++)
        {
            ref float target = ref Unsafe.Add(ref x, row * rowX);
            Unsafe.Add(ref target, words) =
                Quantization.Quantize(ref Unsafe.Add(ref a, row * rowA), depth, ref Unsafe.As<float, byte>(ref target));
        }

        return ref x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float IWeightFormat.ScaleOf(ref float x, nint words) => Unsafe.Add(ref x, words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IWeightFormat.Start<V>(ref float head, nint place, ref float init, nint placeInit) => V.Load(ref head, place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static PackedInputs<V> IWeightFormat.Inputs<V>(ref float x, nint k) => new(V.Broadcast(Unsafe.Add(ref x, k)), V.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static PackedInputs<V> IWeightFormat.LastInputs<V>(ref float x, nint k, nint depth) => new(V.Broadcast(Unsafe.Add(ref x, k)), V.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IWeightFormat.MultiplyAdd<V>(V sums, ref float words, nint offset, in PackedInputs<V> inputs) =>
        V.Dot(sums, ref words, offset, inputs.First);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IWeightFormat.Finish<V>(V sums, ref float head, nint place, ref float init, nint placeInit, V scale) =>
        V.MultiplyAdd(V.ToSingle(sums), V.Load(ref head, place) * scale, V.Load(ref init, placeInit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IWeightFormat.Add<V>(V start, V words, int place, V scales) => V.MultiplyAdd(V.Byte(words, place), scales, start);
}
