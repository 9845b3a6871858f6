using System.Buffers.Binary;
using System.Text;

namespace RnnGen.Formats;

/// <summary>Reads NumPy's files: one array (<c>.npy</c>), or named arrays in a zip file (<c>.npz</c>), compressed or not.</summary>
/// <remarks>
/// The format is NumPy's NEP 1. Numbers of 16, 32 and 64 bits, integers and booleans are read, in either order of bytes, row by row or in
/// Fortran's order. Arrays of objects are pickles and never read; they, texts and structures are left out of an archive and become texts
/// that say so. A file of n bytes takes at most 32 MB + 256 n.
/// </remarks>
public static class NumpyFile
{
    /// <summary>The name of the tensor of an <c>.npy</c> file, which has none itself.</summary>
    public const string ArrayName = "array";

    private const string Extension = ".npy";

    /// <summary>Reads a file: the arrays of an archive under their names, or one as <see cref="ArrayName"/>.</summary>
    /// <param name="path">The file, up to 2 GB.</param>
    /// <exception cref="InvalidDataException">It is no such file, or broken; the message says how.</exception>
    public static SafetensorsFile Read(string path) => Read(File.ReadAllBytes(path));

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">It is no such file, or broken; the message says how.</exception>
    public static SafetensorsFile Read(byte[] file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (IsArray(file))
            return new([ReadArray(file, ArrayName)]);
        using Archive archive = new(file, "The NumPy archive");
        List<SafetensorsTensor> tensors = [];
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        foreach (string entry in archive.Names)
        {
            string name = entry.EndsWith(Extension, StringComparison.Ordinal) ? entry[..^Extension.Length] : entry;
            TensorNames.Check("The NumPy archive", name);
            byte[] array = archive.Read(entry);
            if (!IsArray(array))
                throw new InvalidDataException($"The NumPy archive's entry {FileText.Quote(entry)} is no array.");
            if (ReadArray(array, name, out string? reason) is { } tensor)
                tensors.Add(tensor);
            else
                metadata[name] = $"not read: {reason}";
        }

        return TensorNames.File("The NumPy archive", tensors, metadata);
    }

    /// <summary>Reads one array, an <c>.npy</c> file, under a name.</summary>
    /// <param name="file">The whole file; the tensor may keep pointing there.</param>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="InvalidDataException">It is no such file, or broken, or has elements of another kind; the message says
    /// how.</exception>
    public static SafetensorsTensor ReadArray(ReadOnlyMemory<byte> file, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ReadArray(file, name, out string? reason) ?? throw Bad(name, reason!);
    }

    /// <summary>True if a file begins as an array does.</summary>
    internal static bool IsArray(ReadOnlySpan<byte> file) => file is [0x93, ..] && file[1..].StartsWith("NUMPY"u8);

    private static SafetensorsTensor? ReadArray(ReadOnlyMemory<byte> file, string name, out string? reason)
    {
        ReadOnlySpan<byte> span = file.Span;
        if (!IsArray(span) || span.Length < 10)
            throw Bad(name, "it does not begin as an array does");
        int field = span[6] switch { 1 => 2, 2 or 3 => 4, _ => throw Bad(name, $"its version is {span[6]}, not 1, 2 or 3") };
        long length = span.Length < 8 + field ? long.MaxValue
            : field == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(span[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(span[8..]);
        if (length > span.Length - 8 - field)
            throw Bad(name, "its header is longer than the file");
        NumpyHeader header = NumpyHeader.Parse(Encoding.Latin1.GetString(span.Slice(8 + field, (int)length)), text => Bad(name, text));
        ReadOnlyMemory<byte> data = file[(8 + field + (int)length)..];
        if (header.Type is not { } type)
        {
            reason = $"elements of type {FileText.Quote(header.Description)}";
            return null;
        }

        reason = null;
        long count = StridedBytes.Count(header.Shape) ?? throw Bad(name, "its shape is beyond what an array can have");
        if (data.Length != count * type.Size)
            throw Bad(
                name,
                $"it has {data.Length} bytes of elements, but {type.Name} [{string.Join(", ", header.Shape)}] takes {count * type.Size}");
        if (header.IsBigEndian && type.Size > 1)
            data = Swapped(data.Span, type.Size);
        if (header.IsFortran && header.Shape.Length > 1)
        {
            // The first index runs fastest: the strides of the reversed shape, reversed.
            long[] strides = StridedBytes.RowByRow([.. header.Shape.Reverse()]);
            Array.Reverse(strides);
            data = StridedBytes.Copy(data.Span, header.Shape, strides, type.Size);
        }

        return SafetensorsTensor.FromBytes(name, type.Name, header.Shape, data);
    }

    private static byte[] Swapped(ReadOnlySpan<byte> data, int size)
    {
        byte[] bytes = data.ToArray();
        for (int i = 0; i < bytes.Length; i += size)
            bytes.AsSpan(i, size).Reverse();
        return bytes;
    }

    private static InvalidDataException Bad(string name, string reason) =>
        new($"The NumPy array {FileText.Quote(name)} is broken: {reason}.");
}
