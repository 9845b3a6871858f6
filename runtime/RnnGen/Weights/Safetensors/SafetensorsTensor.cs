using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen;

/// <summary>A named tensor of a safetensors file.</summary>
public sealed class SafetensorsTensor
{
    /// <summary>So many bytes of an open file are looked at at once: a multiple of every element's size.</summary>
    private const int Chunk = 8 << 10;

    private readonly long[] shape;
    private readonly ReadOnlyMemory<byte> memory;
    private readonly SafetensorsStorage? storage;
    private readonly long offset;

    internal SafetensorsTensor(string name, string type, long[] shape, ReadOnlyMemory<byte> data)
    {
        Name = name;
        Type = type;
        this.shape = shape;
        memory = data;
        ByteCount = data.Length;
    }

    internal SafetensorsTensor(string name, string type, long[] shape, SafetensorsStorage storage, long offset, long byteCount)
    {
        Name = name;
        Type = type;
        this.shape = shape;
        this.storage = storage;
        this.offset = offset;
        ByteCount = byteCount;
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>The element type as the file names it: F32, F64, F16, BF16, I64, …</summary>
    public string Type { get; }

    /// <summary>The dimensions, outermost first; empty for a single number.</summary>
    public ReadOnlySpan<long> Shape => shape;

    /// <summary>The elements as the file has them: row by row, little-endian. Those of an open file are read anew each time.</summary>
    /// <exception cref="InvalidDataException">The open file has been truncated.</exception>
    /// <exception cref="InvalidOperationException">The tensor takes more than 2 GB.</exception>
    /// <exception cref="ObjectDisposedException">The file has been closed.</exception>
    public ReadOnlyMemory<byte> Data
    {
        get
        {
            if (storage is null)
                return memory;
            if (ByteCount > Array.MaxLength)
                throw new InvalidOperationException($"{FileText.Quote(Name)} takes {ByteCount} bytes, "
                    + $"more than the {Array.MaxLength} of an array.");
            byte[] bytes = new byte[ByteCount];
            Read(bytes, 0);
            return bytes;
        }
    }

    /// <summary>The number of elements.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (long size in shape)
                count *= size;
            return count;
        }
    }

    /// <summary>True if the elements are F32, F64, F16 or BF16, so that <see cref="CopyTo"/> can convert them.</summary>
    public bool IsReal => Type is "F32" or "F64" or "F16" or "BF16";

    /// <summary>Makes a tensor from a copy of the values.</summary>
    /// <typeparam name="T">
    /// <see cref="float"/> (F32), <see cref="double"/> (F64), <see cref="Half"/> (F16), <see cref="bool"/> (BOOL), or an integer of 8 to 64
    /// bits (I8, U8, …, I64, U64): <see cref="int"/> writes symbols.
    /// </typeparam>
    /// <param name="name">Any text but <c>__metadata__</c>, which the format reserves.</param>
    /// <param name="shape">The dimensions, none negative; empty for a single number.</param>
    /// <param name="values">The elements row by row, as many as <paramref name="shape"/> says.</param>
    /// <exception cref="ArgumentException">The name is reserved or not valid Unicode, or the number of values contradicts the
    /// shape.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public static SafetensorsTensor Create<T>(string name, ReadOnlySpan<int> shape, ReadOnlySpan<T> values) where T : unmanaged
    {
        long[] dimensions = Check(name, shape, out Int128 count);
        if (count != values.Length)
            throw new ArgumentException(
                $"{FileText.Quote(name)} has the shape [{string.Join(", ", dimensions)}], {count} values, but {values.Length} were given.",
                nameof(values));
        return new(name, TypeName<T>(), dimensions, Encode(values));
    }

    /// <summary>Makes a tensor of bytes that are there already, such as those of another format's file.</summary>
    /// <param name="name">Any text but <c>__metadata__</c>, which the format reserves.</param>
    /// <param name="type">The type of the elements as safetensors names it: F32, F64, F16, BF16, I64, …</param>
    /// <param name="shape">The dimensions, none negative; empty for a single number.</param>
    /// <param name="data">The elements row by row, little-endian. The tensor keeps pointing there.</param>
    /// <exception cref="ArgumentException">The name is reserved or not valid Unicode, the type is unknown, or the number of bytes
    /// contradicts type and shape.</exception>
    public static SafetensorsTensor FromBytes(string name, string type, ReadOnlySpan<int> shape, ReadOnlyMemory<byte> data)
    {
        ArgumentNullException.ThrowIfNull(type);
        long[] dimensions = Check(name, shape, out Int128 count);
        int bits = SafetensorsHeader.BitsOf(type);
        if (bits == 0)
            throw new ArgumentException($"{FileText.Quote(name)} has the unknown type {FileText.Quote(type)}.", nameof(type));
        if (count * bits != (Int128)data.Length * 8)
            throw new ArgumentException(
                $"{FileText.Quote(name)} has {data.Length} bytes, but {type} {FileText.Shape(dimensions)} takes {count * bits / 8}.",
                nameof(data));
        return new(name, type, dimensions, data);
    }

    private static long[] Check(string name, ReadOnlySpan<int> shape, out Int128 count)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == SafetensorsHeader.MetadataKey)
            throw new ArgumentException($"{name} is reserved by the format.", nameof(name));
        if (!SafetensorsHeader.IsUnicode(name))
            throw new ArgumentException(
                $"{FileText.Quote(name)} has half of a surrogate pair, which could not be read back.", nameof(name));

        long[] dimensions = new long[shape.Length];
        count = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(shape[i], nameof(shape));
            dimensions[i] = shape[i];
            count *= shape[i];
            if (count > long.MaxValue)
                throw new ArgumentException(
                    $"{FileText.Quote(name)} has the shape [{string.Join(", ", shape.ToArray())}], which overflows.", nameof(shape));
        }

        return dimensions;
    }

    /// <summary>
    /// Copies the elements out, row by row, converted to the nearest <typeparamref name="T"/>. NaN and infinities are kept.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="destination">Exactly <see cref="Count"/> elements.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    /// <exception cref="InvalidDataException">The tensor is an open file's, and that has been truncated.</exception>
    /// <exception cref="InvalidOperationException">The elements are not <see cref="IsReal"/>.</exception>
    /// <exception cref="ObjectDisposedException">The tensor is an open file's, and that has been closed.</exception>
    public void CopyTo<T>(Span<T> destination) where T : unmanaged
    {
        if (destination.Length != Count)
            throw new ArgumentException(
                $"{FileText.Quote(Name)} has {Count} values, but the span has {destination.Length}.", nameof(destination));
        if (!IsReal)
            throw new InvalidOperationException($"{FileText.Quote(Name)} has elements of type {Type}, "
                + "which are no real numbers of 16, 32 or 64 bits.");
        if (storage is null)
        {
            Decode(memory.Span, destination);
            return;
        }

        Span<byte> chunk = stackalloc byte[Chunk];
        int size = destination.IsEmpty ? 1 : (int)(ByteCount / destination.Length);
        while (!destination.IsEmpty)
        {
            Span<T> part = destination[..Math.Min(Chunk / size, destination.Length)];
            Span<byte> bytes = chunk[..(part.Length * size)];
            Read(bytes, ByteCount - ((long)destination.Length * size));
            Decode(bytes, part);
            destination = destination[part.Length..];
        }
    }

    /// <summary>The number of bytes of the elements.</summary>
    internal long ByteCount { get; }

    /// <summary>Writes the elements as the file has them.</summary>
    internal void WriteTo(Stream stream)
    {
        if (storage is null)
        {
            stream.Write(memory.Span);
            return;
        }

        Span<byte> chunk = stackalloc byte[Chunk];
        for (long done = 0; done < ByteCount; done += Chunk)
        {
            Span<byte> bytes = chunk[..(int)Math.Min(Chunk, ByteCount - done)];
            Read(bytes, done);
            stream.Write(bytes);
        }
    }

    private void Read(Span<byte> destination, long first) => storage!.Read(destination, offset + first, "tensor", Name);

    private void Decode<T>(ReadOnlySpan<byte> bytes, Span<T> destination) where T : unmanaged
    {
        switch (Type)
        {
            case "F32":
                for (int i = 0; i < destination.Length; i++)
                    destination[i] = Element.FromDouble<T>(BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]));
                break;
            case "F64":
                for (int i = 0; i < destination.Length; i++)
                    destination[i] = Element.FromDouble<T>(BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]));
                break;
            case "F16":
                for (int i = 0; i < destination.Length; i++)
                    destination[i] = Element.FromDouble<T>((double)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]));
                break;
            default:
                // bfloat16 is the upper half of a float.
                for (int i = 0; i < destination.Length; i++)
                    destination[i] = Element.FromDouble<T>(BitConverter.Int32BitsToSingle(
                        BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16));
                break;
        }
    }

    /// <summary>The elements' bytes, little-endian.</summary>
    private static byte[] Encode<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        byte[] bytes = MemoryMarshal.AsBytes(values).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            int size = Unsafe.SizeOf<T>();
            for (int i = 0; i < bytes.Length; i += size)
                bytes.AsSpan(i, size).Reverse();
        }

        return bytes;
    }

    private static string TypeName<T>() where T : unmanaged => default(T) switch
    {
        Half => "F16",
        bool => "BOOL",
        sbyte => "I8",
        byte => "U8",
        short => "I16",
        ushort => "U16",
        int => "I32",
        uint => "U32",
        long => "I64",
        ulong => "U64",
        _ => Element.TypeName<T>(),
    };
}
