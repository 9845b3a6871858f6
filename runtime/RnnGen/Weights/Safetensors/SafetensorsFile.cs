using System.Buffers.Binary;

namespace RnnGen;

/// <summary>
/// A file of named tensors in the safetensors format: 8 bytes with the header's length, the header in JSON, the data.
/// </summary>
/// <remarks>
/// The whole of the format (github.com/huggingface/safetensors) is enforced: headers over 100 MB, duplicate names, unknown types, tensors
/// that overlap or leave holes, missing and surplus bytes are refused. Nothing is reserved that the file does not hold: reading a file of n
/// bytes allocates at most 16 KB + 32 n, whatever it says. <c>Read</c> takes files up to 2 GB into memory; <see cref="Open"/> leaves the
/// tensors where they are, of files of any size.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    private const int LengthField = 8;

    private readonly Dictionary<string, SafetensorsTensor> byName = new(StringComparer.Ordinal);
    private SafetensorsStorage? storage;

    /// <summary>Puts tensors together, in the order in which <see cref="Write(string)"/> will store them.</summary>
    /// <param name="tensors">Tensors with different names.</param>
    /// <param name="metadata">Texts to keep beside them, each with a key of its own, all of them Unicode; they are copied.</param>
    /// <exception cref="ArgumentException">Two tensors have the same name, or a text could not be read back: it is null, has half of a
    /// surrogate pair, or its key occurs twice.</exception>
    public SafetensorsFile(IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
        : this(tensors, SafetensorsHeader.CheckMetadata(metadata))
    {
    }

    private SafetensorsFile(IEnumerable<SafetensorsTensor> tensors, Dictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Tensors = [.. tensors];
        Metadata = metadata;
        foreach (SafetensorsTensor tensor in Tensors)
        {
            if (!byName.TryAdd(tensor.Name, tensor))
                throw new ArgumentException($"Two tensors are named {FileText.Quote(tensor.Name)}.", nameof(tensors));
        }
    }

    /// <summary>The tensors in the order of the header.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>The texts under <c>__metadata__</c>; empty if there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of that name.</summary>
    /// <param name="name">The name, letter by letter.</param>
    /// <exception cref="KeyNotFoundException">There is none; the message lists the first of those there are.</exception>
    public SafetensorsTensor this[string name]
    {
        get
        {
            if (Find(name) is { } tensor)
                return tensor;
            string names = string.Join(", ", Tensors.Take(ProblemList.MostSaid).Select(t => FileText.Quote(t.Name)));
            string more = Tensors.Count > ProblemList.MostSaid ? $", and {Tensors.Count - ProblemList.MostSaid} more" : "";
            throw new KeyNotFoundException($"No tensor is named {FileText.Quote(name)}. The tensors are: {names}{more}.");
        }
    }

    /// <summary>The tensor of that name, or null.</summary>
    /// <param name="name">The name, letter by letter.</param>
    public SafetensorsTensor? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Opens a file without reading its tensors: each comes from the disk when it is asked for, and none is held.</summary>
    /// <remarks>
    /// Opening a file with a header of n bytes allocates at most 16 KB + 32 n. While it is open it can be read and replaced by others
    /// (<see cref="Write(string)"/> replaces), but not changed where the system keeps programs from that. The file is read, not mapped into
    /// memory: if one that is mapped is truncated, the process ends; here that is an <see cref="InvalidDataException"/>, as is any other
    /// end before a tensor's.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <returns>The file, to be disposed of. Its tensors must not be read after that.</returns>
    /// <exception cref="InvalidDataException">It breaks the format; the message says where and how.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafetensorsStorage storage = new(path);
        try
        {
            byte[] field = new byte[LengthField];
            long available = storage.Length - LengthField;
            storage.Read(field, 0, "the length of the header");
            byte[] json = new byte[HeaderLength(field, available)];
            storage.Read(json, LengthField, "the header");
            SafetensorsHeader header = SafetensorsHeader.Parse(json);
            CheckEnd(header, available - json.Length);
            long start = LengthField + json.Length;
            return new(
                header.Tensors.Select(t => new SafetensorsTensor(t.Name, t.Type, t.Shape, storage, start + t.Begin, t.End - t.Begin)),
                header.Metadata)
            { storage = storage };
        }
        catch
        {
            storage.Dispose();
            throw;
        }
    }

    /// <summary>Closes a file from <see cref="Open"/>; any other holds nothing to be closed.</summary>
    public void Dispose() => storage?.Dispose();

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It breaks the format; the message says where and how.</exception>
    public static SafetensorsFile Read(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Read(stream);
    }

    /// <summary>Reads a stream from its position to its end.</summary>
    /// <param name="stream">A readable stream; it need not be seekable.</param>
    /// <exception cref="InvalidDataException">It breaks the format; the message says where and how.</exception>
    public static SafetensorsFile Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        long available = stream.CanSeek ? Math.Max(stream.Length - stream.Position, 0) : long.MaxValue;
        byte[] field = Take(stream, LengthField, ref available, "the length of the header");
        int headerLength = HeaderLength(field, available);
        SafetensorsHeader header = SafetensorsHeader.Parse(Take(stream, headerLength, ref available, "the header"));
        byte[] data = Take(stream, header.DataLength, ref available, "the tensors");
        if (stream.ReadByte() >= 0)
            throw Bad($"bytes follow the last tensor's end at offset {header.DataLength}.");
        return Create(header, data);
    }

    /// <summary>Reads a file that is in memory. The tensors keep pointing there.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">It breaks the format; the message says where and how.</exception>
    public static SafetensorsFile Read(ReadOnlyMemory<byte> file)
    {
        SafetensorsHeader header = ReadHeader(file.Span, out int dataStart);
        return Create(header, file[dataStart..]);
    }

    /// <inheritdoc cref="Read(ReadOnlyMemory{byte})"/>
    public static SafetensorsFile Read(byte[] file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Read(file.AsMemory());
    }

    /// <summary>Reads a file that is in memory and may go away, such as the data of an embedded resource: the tensors are a copy.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">It breaks the format; the message says where and how. Nothing has been copied.</exception>
    public static SafetensorsFile Read(ReadOnlySpan<byte> file)
    {
        SafetensorsHeader header = ReadHeader(file, out int dataStart);
        return Create(header, file[dataStart..].ToArray());
    }

    /// <summary>
    /// Writes a file, as a whole or not at all: killed processes, full disks and power failures leave what was there before, and when this
    /// returns the new file is on the disk.
    /// </summary>
    /// <remarks>
    /// The new file grows beside the old one, as <c>NAME.rnngen-xxxxxxxx.tmp</c>. What a killed process left of one is removed by the next
    /// that writes to the same path; others' that are still being written are left alone.
    /// </remarks>
    /// <param name="path">A new or a regular file, which is replaced and keeps its Unix mode. A symbolic link stays one: the file at its
    /// end is replaced.</param>
    /// <exception cref="InvalidOperationException">The names and texts take more than the 100 MB that a header may have.</exception>
    /// <exception cref="IOException">The path is a folder, a device, a pipe or a socket, or there was no room. It is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to. The path is as it was.</exception>
    public void Write(string path) => AtomicFile.Write(path, Write);

    /// <summary>Writes to a stream. The same tensors and texts always give the same bytes.</summary>
    /// <param name="stream">A writable stream.</param>
    /// <exception cref="InvalidOperationException">The names and texts take more than the 100 MB that a header may have. Nothing has been
    /// written.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(SafetensorsHeader.Format(Tensors, Metadata));
        foreach (SafetensorsTensor tensor in Tensors)
            tensor.WriteTo(stream);
    }

    private static SafetensorsFile Create(SafetensorsHeader header, ReadOnlyMemory<byte> data) => new(
        header.Tensors.Select(entry => new SafetensorsTensor(entry.Name, entry.Type, entry.Shape, data[(int)entry.Begin..(int)entry.End])),
        header.Metadata);

    private static SafetensorsHeader ReadHeader(ReadOnlySpan<byte> file, out int dataStart)
    {
        if (file.Length < LengthField)
            throw Bad($"it has {file.Length} bytes, and the length of the header alone takes {LengthField}.");
        int headerLength = HeaderLength(file, file.Length - LengthField);
        dataStart = LengthField + headerLength;
        SafetensorsHeader header = SafetensorsHeader.Parse(file[LengthField..dataStart]);
        CheckEnd(header, file.Length - dataStart);
        return header;
    }

    private static void CheckEnd(SafetensorsHeader header, long dataLength)
    {
        if (dataLength != header.DataLength)
            throw Bad($"the tensors end at offset {header.DataLength}, the file at offset {dataLength} behind the header.");
    }

    private static int HeaderLength(ReadOnlySpan<byte> field, long available)
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(field);
        if (length > SafetensorsHeader.MaxLength)
            throw Bad($"its header claims {length} bytes, more than the {SafetensorsHeader.MaxLength} the format allows.");
        if ((long)length > available)
            throw Bad($"its header claims {length} bytes, but only {available} follow.");
        return (int)length;
    }

    /// <summary>Reads bytes that are only claimed to be there: memory grows with what arrives, not with the claim.</summary>
    private static byte[] Take(Stream stream, long count, ref long available, string what)
    {
        if (count > available)
            throw Bad($"{what} should take {count} bytes, but only {available} are left.");
        if (count > Array.MaxLength)
            throw Bad($"{what} takes {count} bytes, and more than {Array.MaxLength} are not supported.");
        available -= count;
        byte[] bytes = new byte[stream.CanSeek ? count : Math.Min(count, 1 << 12)];
        int read = 0;
        while (read < count)
        {
            if (read == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(count, 2L * read));
            int more = stream.Read(bytes, read, bytes.Length - read);
            if (more == 0)
                throw Bad($"{what} should take {count} bytes, but only {read} are left.");
            read += more;
        }

        return bytes;
    }

    private static InvalidDataException Bad(string reason) => new($"The safetensors file is broken: {reason}");
}
