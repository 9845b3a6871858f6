using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace RnnGen.Formats.Tests;

/// <summary>Writes what <c>torch.save</c> writes: a pickle of protocol 2, and the storages beside it.</summary>
internal sealed class TorchArchive
{
    private readonly ArrayBufferWriter<byte> pickle = new();
    private readonly Dictionary<string, byte[]> storages = [];
    private int memos;

    public TorchArchive() => Write([0x80, 2]);

    /// <summary>A state_dict with tensors that lie row by row, each in a storage of its own.</summary>
    public static byte[] StateDict(params (string Name, int[] Shape, float[] Values)[] tensors)
    {
        TorchArchive archive = new();
        archive.Begin();
        foreach (var (name, shape, values) in tensors)
            archive.Text(name).Tensor(archive.Storage("Float", Bytes(values)), values.Length, 0, shape, Strides(shape));
        return archive.End().ToBytes();
    }

    public static byte[] Bytes(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    public static int[] Strides(int[] shape)
    {
        int[] strides = new int[shape.Length];
        for (int i = shape.Length - 1, stride = 1; i >= 0; stride *= shape[i], i--)
            strides[i] = stride;
        return strides;
    }

    /// <summary>Adds a storage, and returns its key and type.</summary>
    public (string Key, string Type) Storage(string type, byte[] bytes)
    {
        string key = $"{storages.Count}";
        storages[key] = bytes;
        return (key, type);
    }

    /// <summary>collections.OrderedDict, and the mark before its entries.</summary>
    public TorchArchive Begin() => Global("collections", "OrderedDict").Write(")R"u8).Memo().Write("("u8);

    /// <summary>The entries are set.</summary>
    public TorchArchive End() => Write("u"u8);

    public TorchArchive Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return Write("X"u8).Write(length).Write(bytes).Memo();
    }

    public TorchArchive Whole(long value)
    {
        if (value is >= 0 and < 256)
            return Write([(byte)'K', (byte)value]);
        return value is >= int.MinValue and <= int.MaxValue
            ? Write([(byte)'J', .. BitConverter.GetBytes((int)value)])
            : Write([0x8A, 8, .. BitConverter.GetBytes(value)]);
    }

    public TorchArchive Global(string module, string name) => Write(Encoding.UTF8.GetBytes($"c{module}\n{name}\n")).Memo();

    /// <summary>torch._utils._rebuild_tensor_v2(storage, offset, size, stride, False, OrderedDict()).</summary>
    public TorchArchive Tensor((string Key, string Type) storage, int count, long offset, int[] shape, int[] strides)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Write("(("u8).Text("storage").Global("torch", $"{storage.Type}Storage").Text(storage.Key)
            .Text("cpu").Whole(count).Write("t"u8).Memo().Write("Q"u8).Whole(offset);
        Tuple(shape);
        Tuple(strides);
        return Write([0x89]).Global("collections", "OrderedDict").Write(")R"u8).Memo().Write("t"u8).Memo().Write("R"u8).Memo();
    }

    public TorchArchive Write(ReadOnlySpan<byte> bytes)
    {
        pickle.Write(bytes);
        return this;
    }

    public TorchArchive Memo() => memos < 256
        ? Write([(byte)'q', (byte)memos++])
        : Write([(byte)'r', .. BitConverter.GetBytes(memos++)]);

    /// <param name="isScript">True for what marks an archive of TorchScript.</param>
    public byte[] ToBytes(bool isScript = false)
    {
        Write("."u8);
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create))
        {
            Add(zip, "archive/data.pkl", pickle.WrittenSpan.ToArray());
            Add(zip, "archive/byteorder", "little"u8.ToArray());
            foreach (var (key, bytes) in storages)
                Add(zip, $"archive/data/{key}", bytes);
            if (isScript)
                Add(zip, "archive/constants.pkl", [0x80, 2, (byte)')', (byte)'.']);
        }

        return stream.ToArray();
    }

    private void Tuple(int[] values)
    {
        Write("("u8);
        foreach (int value in values)
            Whole(value);
        Write("t"u8).Memo();
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        using Stream entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(bytes);
    }
}
