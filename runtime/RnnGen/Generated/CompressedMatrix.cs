using System.Globalization;
using System.Runtime.InteropServices;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>A compressed matrix in PyTorch's shape and order; its weights stay in the words where the kernels want them.</summary>
/// <remarks>
/// Its <see cref="ParameterSlice"/>s count in words: row r and column k are in the word <c>Offset + head + (r / Lanes) · BlockStride + r %
/// Lanes + k / pack · DepthStride</c>. In an embedding, whose rows are symbols, a word has weights of neighbouring blocks instead.
/// </remarks>
/// <param name="info">Its name and shape, and where its slices are.</param>
/// <param name="buffer">The words, of which those of the matrix are 0 when it is set.</param>
internal readonly struct CompressedMatrix<TFormat>(ParameterInfo info, AlignedBuffer<float> buffer)
    where TFormat : struct, IWeightFormat
{
    /// <summary>The name of a scale's tensor, after the matrix' name.</summary>
    public const string ScaleSuffix = ".scale";

    public static bool HasScales => TFormat.HeadRows > 0;

    /// <summary>Bytes of a weight in a file.</summary>
    public static int Size => PackedLayout.Bits<TFormat>() / 8;

    public string Name => info.Name;

    /// <summary>Weights of a row.</summary>
    public int Width => info.Columns;

    public long[] Shape => [.. info.Shape.Select(size => (long)size)];

    /// <summary>Sets a row from weights that are finite.</summary>
    /// <exception cref="InvalidOperationException">A weight is beyond what the format can hold.</exception>
    public void Compress(int row, ReadOnlySpan<float> weights)
    {
        float scale = TFormat.RowScale(weights);
        Span<byte> codes = new byte[weights.Length * Size];
        for (int k = 0; k < weights.Length; k++)
            WriteCode(codes, k, TFormat.Encode(weights[k], scale));
        if (Problem(codes) is { } place)
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The model cannot be compressed: {Name}[{row}, {place}] is {weights[place]}, which {TFormat.TypeName} cannot hold."));
        Set(row, codes, scale);
    }

    /// <summary>Sets a row from a file's bytes and its scale.</summary>
    public void Set(int row, ReadOnlySpan<byte> codes, float scale)
    {
        ParameterSlice slice = SliceOf(row);
        int sum = 0;
        for (int k = 0; k < info.Columns; k++)
        {
            int code = ReadCode(codes, k);
            var (word, shift) = PlaceOf(slice, row, k);
            Word(word) |= code << shift;
            sum += (sbyte)code;
        }

        if (!HasScales)
            return;
        buffer.Span[ScaleOf(slice, row)] = scale;
        // An embedding's vectors are not multiplied.
        if (slice.Role != ParameterRole.Embedding)
            Word(ScaleOf(slice, row) + slice.DepthStride) = -128 * sum;
    }

    /// <summary>Writes a row as a file has it.</summary>
    /// <returns>The row's scale.</returns>
    public float Get(int row, Span<byte> codes)
    {
        ParameterSlice slice = SliceOf(row);
        for (int k = 0; k < info.Columns; k++)
        {
            var (word, shift) = PlaceOf(slice, row, k);
            WriteCode(codes, k, Word(word) >> shift);
        }

        return HasScales ? buffer.Span[ScaleOf(slice, row)] : 1;
    }

    /// <summary>The first weight that is not finite, or null.</summary>
    public static int? Problem(ReadOnlySpan<byte> codes)
    {
        for (int k = 0; Size == 2 && k < codes.Length / 2; k++)
        {
            if ((ReadCode(codes, k) & 0x7F80) == 0x7F80)
                return k;
        }

        return null;
    }

    private static int ReadCode(ReadOnlySpan<byte> codes, int k) => Size == 1 ? codes[k] : codes[2 * k] | (codes[(2 * k) + 1] << 8);

    private static void WriteCode(Span<byte> codes, int k, int code)
    {
        codes[Size * k] = (byte)code;
        if (Size == 2)
            codes[(2 * k) + 1] = (byte)(code >> 8);
    }

    private ParameterSlice SliceOf(int row)
    {
        foreach (ParameterSlice slice in info.Slices)
        {
            if (slice.Covers(row))
                return slice;
        }

        throw new InvalidOperationException($"Row {row} of {Name} has no parameter of its own.");
    }

    private static int ScaleOf(ParameterSlice slice, int row) =>
        slice.Role == ParameterRole.Embedding ? slice.Offset + row : slice.IndexOf(row, 0);

    /// <summary>The word that a weight is in, and the bit at which it begins there.</summary>
    private (int Word, int Shift) PlaceOf(ParameterSlice slice, int row, int k)
    {
        int bits = PackedLayout.Bits<TFormat>();
        k = info.DepthOf(k);
        if (slice.Role != ParameterRole.Embedding)
            return (slice.IndexOf(row, TFormat.HeadRows + (k / TFormat.Pack)), k % TFormat.Pack * bits);
        int block = k / Panels.Lanes;
        int first = slice.Offset + PackedLayout.EmbeddingHead<TFormat>(info.Rows) + (row * slice.BlockStride);
        return (checked(first + (block / TFormat.Pack * Panels.Lanes) + (k % Panels.Lanes)), block % TFormat.Pack * bits);
    }

    private ref int Word(int place) => ref MemoryMarshal.Cast<float, int>(buffer.Span)[place];
}
