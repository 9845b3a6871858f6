using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using RnnGen.Onnx.Protos;
using DataType = RnnGen.Onnx.Protos.TensorProto.Types.DataType;

namespace RnnGen.Onnx;

/// <summary>
/// A tensor whose numbers the file has, or that follows from such tensors: real numbers as floats, all others as integers.
/// </summary>
internal sealed class ConstantTensor : Listed
{
    public ConstantTensor(long[] dims, float[] reals) : base(Checked(dims)) => Reals = reals;

    public ConstantTensor(long[] dims, long[] wholes) : base(Checked(dims)) => Wholes = wholes;

    public float[]? Reals { get; }

    public long[]? Wholes { get; }

    public override int Count => Reals?.Length ?? Wholes!.Length;

    public bool IsZero => Reals is null ? Wholes!.All(w => w == 0) : Reals.All(r => r == 0);

    public override string What => $"a constant [{string.Join(", ", Dims)}]";

    /// <summary>Reads a tensor of a file.</summary>
    /// <exception cref="NotTakenException">Its numbers lie elsewhere, have a type that is not read, or do not fit its
    /// dimensions.</exception>
    public static ConstantTensor Of(TensorProto tensor, WeightFolder folder)
    {
        long[] dims = Checked([.. tensor.Dims]);
        long count = dims.Aggregate(1L, (product, dim) => product * dim);

        bool isExternal = tensor.DataLocation == TensorProto.Types.DataLocation.External;
        ReadOnlySpan<byte> raw = isExternal ? folder.Read(tensor, count) : tensor.RawData.Span;
        return (DataType)tensor.DataType switch
        {
            DataType.Float => new(dims, Take<float, float>(raw, tensor.FloatData, count, v => v)),
            DataType.Double => new(dims, Take<double, double>(raw, tensor.DoubleData, count, v => v).ConvertAll(v => (float)v)),
            DataType.Float16 =>
                new(
                    dims,
                    Take<Half, int>(raw, tensor.Int32Data, count, v => BitConverter.UInt16BitsToHalf((ushort)v)).ConvertAll(v => (float)v)),
            DataType.Bfloat16 =>
                new(
                    dims,
                    Take<ushort, int>(
                        raw, tensor.Int32Data, count, v => (ushort)v).ConvertAll(v => BitConverter.Int32BitsToSingle(v << 16))),
            DataType.Int64 => new(dims, Take<long, long>(raw, tensor.Int64Data, count, v => v)),
            DataType.Int32 => new(dims, Take<int, int>(raw, tensor.Int32Data, count, v => v).ConvertAll(v => (long)v)),
            DataType.Bool or DataType.Uint8 =>
                new(dims, Take<byte, int>(raw, tensor.Int32Data, count, v => (byte)v).ConvertAll(v => (long)v)),
            DataType.Int16 => new(dims, Take<short, int>(raw, tensor.Int32Data, count, v => (short)v).ConvertAll(v => (long)v)),
            DataType.Uint16 => new(dims, Take<ushort, int>(raw, tensor.Int32Data, count, v => (ushort)v).ConvertAll(v => (long)v)),
            DataType.Uint32 => new(dims, Take<uint, ulong>(raw, tensor.Uint64Data, count, v => (uint)v).ConvertAll(v => (long)v)),
            DataType.Int8 => new(dims, Take<sbyte, int>(raw, tensor.Int32Data, count, v => (sbyte)v).ConvertAll(v => (long)v)),
            var type => throw new NotTakenException($"it has numbers of the type {type}"),
        };
    }

    /// <summary>The tensor's numbers under other dimensions.</summary>
    public override ConstantTensor With(long[] dims) => Reals is null ? new(dims, Wholes!) : new(dims, Reals);

    /// <summary>A tensor of chosen numbers of this one, by their places.</summary>
    public override ConstantTensor Pick(long[] dims, int[] places) =>
        Reals is null ? new(dims, Array.ConvertAll(places, p => Wholes![p])) : new(dims, Array.ConvertAll(places, p => Reals[p]));

    public bool Same(ConstantTensor other) => Dims.AsSpan().SequenceEqual(other.Dims) && (Reals is null
        ? other.Wholes is not null && Wholes!.AsSpan().SequenceEqual(other.Wholes)
        : other.Reals is not null && Reals.AsSpan().SequenceEqual(other.Reals));

    /// <summary>Dimensions whose product can be computed in any order, even where one of them is 0.</summary>
    private static long[] Checked(long[] dims)
    {
        long product = 1;
        foreach (long dim in dims)
        {
            if (dim < 0 || dims.Length > 64 || product > int.MaxValue / Math.Max(dim, 1))
                throw new NotTakenException($"its dimensions [{string.Join(", ", dims.Take(16))}] are impossible");
            product *= Math.Max(dim, 1);
        }

        return dims;
    }

    /// <summary>
    /// The numbers, from the bytes or from the list, whichever the file uses. Nothing is reserved before their number is known to be there.
    /// </summary>
    private static T[] Take<T, TField>(
        ReadOnlySpan<byte> raw, RepeatedField<TField> field, long count, Func<TField, T> convert) where T : unmanaged
    {
        if (raw.Length == 0 && field.Count == count)
            return [.. field.Select(convert)];
        int size = Marshal.SizeOf<T>();
        if (raw.Length != count * size)
            throw new NotTakenException($"its dimensions say {count} numbers, but it has "
                + $"{(raw.Length == 0 ? $"{field.Count}" : $"{raw.Length} bytes")}");
        // ONNX is little-endian, and so is every machine that RnnGen runs on.
        return MemoryMarshal.Cast<byte, T>(raw).ToArray();
    }
}

file static class Arrays
{
    public static TTo[] ConvertAll<TFrom, TTo>(this TFrom[] from, Converter<TFrom, TTo> convert) => Array.ConvertAll(from, convert);
}
