using Google.FlatBuffers;

namespace RnnGen.Formats;

/// <summary>A tensor of a TensorFlow Lite model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Type">Its type's number in TensorFlow Lite's schema.</param>
/// <param name="Data">A constant's numbers; empty of others.</param>
/// <param name="Scales">The factors of quantised numbers, one or one for each row; empty of others.</param>
/// <param name="ZeroPoints">What stands for 0, as many.</param>
internal sealed record LiteTensor(string Name, int[] Shape, int Type, ReadOnlyMemory<byte> Data, float[] Scales, long[] ZeroPoints)
{
    public const int Float = 0, Half = 1, Int32 = 2, Byte = 3, Int64 = 4, SByte = 9;

    public bool IsConstant => Data.Length > 0;
}

/// <summary>An operator of a TensorFlow Lite model.</summary>
/// <param name="Code">Its number in TensorFlow Lite's schema.</param>
/// <param name="Inputs">Tensors; -1 is none.</param>
/// <param name="Outputs">Tensors.</param>
/// <param name="Options">Its options' bytes and floats, by field.</param>
internal sealed record LiteOperator(int Code, int[] Inputs, int[] Outputs, LiteOptions Options);

/// <summary>The table of an operator's options.</summary>
internal readonly struct LiteOptions(Table? table)
{
    public int Byte(int field) => Place(field) is { } place ? table!.Value.bb.Get(place) : 0;

    public float Float(int field) => Place(field) is { } place ? table!.Value.bb.GetFloat(place) : 0;

    public int Int(int field) => Place(field) is { } place ? table!.Value.bb.GetInt(place) : 0;

    private int? Place(int field) => table is { } t && t.__offset(4 + (2 * field)) is var offset and not 0 ? t.bb_pos + offset : null;
}

/// <summary>
/// Reads the first graph of a TensorFlow Lite model: a FlatBuffer (tensorflow/lite/schema/schema.fbs), whose fields are read one by one,
/// each within the file.
/// </summary>
internal sealed class LiteModel
{
    private readonly ByteBuffer buffer;
    private readonly byte[] file;

    private LiteModel(byte[] file) => (this.file, buffer) = (file, new(file));

    public List<LiteTensor> Tensors { get; } = [];

    public List<LiteOperator> Operators { get; } = [];

    public int[] Inputs { get; private set; } = [];

    public int[] Outputs { get; private set; } = [];

    /// <exception cref="InvalidDataException">It is no such model, or broken.</exception>
    public static LiteModel Read(byte[] file) => Guarded.Call("The TensorFlow Lite model", () =>
    {
        LiteModel model = new(file);
        model.Read();
        return model;
    });

    private void Read()
    {
        Table root = new(buffer.GetInt(0), buffer);
        List<Table> graphs = Tables(root, 2), buffers = Tables(root, 4);
        if (graphs.Count != 1)
            throw new InvalidDataException($"it has {graphs.Count} graphs");
        // The first field was too small for later operators, and is as large as it can be for them.
        List<int> codes =
            [.. Tables(root, 1).Select(code => Math.Max(Number(code, 0, b => buffer.GetSbyte(b)), Number(code, 3, buffer.GetInt)))];
        Table graph = graphs[0];
        foreach (Table tensor in Tables(graph, 0))
        {
            long data = Number(tensor, 2, p => (long)buffer.GetUint(p));
            int[] shape = Numbers(tensor, 0, 4, buffer.GetInt);
            if (Array.Exists(shape, size => size < 0))
                throw new InvalidDataException("a shape has a size below 0");
            Table? quantization = Tables(tensor, 4, isOne: true) is [var only] ? only : null;
            Tensors.Add(new(
                Text(tensor, 3), shape, Number(tensor, 1, p => (int)buffer.GetSbyte(p)),
                data < buffers.Count ? Bytes(buffers[(int)data], 0) : throw new InvalidDataException("a tensor's numbers are nowhere"),
                quantization is { } q ? Numbers(q, 2, 4, buffer.GetFloat) : [],
                quantization is { } z ? Numbers(z, 3, 8, buffer.GetLong) : []));
        }

        Inputs = Indices(graph, 1);
        Outputs = Indices(graph, 2);
        foreach (Table item in Tables(graph, 3))
        {
            long code = Number(item, 0, p => (long)buffer.GetUint(p));
            if (code >= codes.Count)
                throw new InvalidDataException("an operator has no code");
            Table? options = Tables(item, 4, isOne: true) is [var only] ? only : null;
            Operators.Add(new(codes[(int)code], Indices(item, 1), Indices(item, 2), new(options)));
        }
    }

    private int[] Indices(Table table, int field)
    {
        int[] indices = Numbers(table, field, 4, buffer.GetInt);
        return Array.TrueForAll(indices, i => i >= -1 && i < Tensors.Count)
            ? indices
            : throw new InvalidDataException("an operator takes a tensor that is nowhere");
    }

    private static T Number<T>(Table table, int field, Func<int, T> read) where T : struct =>
        table.__offset(4 + (2 * field)) is var offset and not 0 ? read(table.bb_pos + offset) : default;

    private T[] Numbers<T>(Table table, int field, int size, Func<int, T> read)
    {
        if (!Vector(table, field, size, out int start, out int count))
            return [];
        T[] numbers = new T[count];
        for (int i = 0; i < count; i++)
            numbers[i] = read(start + (i * size));
        return numbers;
    }

    /// <summary>A list of tables, or the one table that a field has.</summary>
    private List<Table> Tables(Table table, int field, bool isOne = false)
    {
        if (isOne)
            return table.__offset(4 + (2 * field)) is var offset and not 0 ? [new(table.__indirect(table.bb_pos + offset), buffer)] : [];
        List<Table> tables = [];
        if (Vector(table, field, 4, out int start, out int count))
        {
            for (int i = 0; i < count; i++)
                tables.Add(new(table.__indirect(start + (4 * i)), buffer));
        }

        return tables;
    }

    private ReadOnlyMemory<byte> Bytes(Table table, int field) =>
        Vector(table, field, 1, out int start, out int count) ? file.AsMemory(start, count) : default;

    private string Text(Table table, int field) => System.Text.Encoding.UTF8.GetString(Bytes(table, field).Span);

    /// <summary>A list that the file has room for.</summary>
    private bool Vector(Table table, int field, int size, out int start, out int count)
    {
        (start, count) = (0, 0);
        int offset = table.__offset(4 + (2 * field));
        if (offset == 0)
            return false;
        start = table.__vector(offset);
        count = table.__vector_len(offset);
        if (start < 0 || count < 0 || count > (file.Length - start) / size)
            throw new InvalidDataException($"a list of {count} items is longer than the file");
        return true;
    }
}
