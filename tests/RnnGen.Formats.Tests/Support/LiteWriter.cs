using Google.FlatBuffers;

namespace RnnGen.Formats.Tests;

/// <summary>Writes TensorFlow Lite models.</summary>
internal sealed class LiteWriter
{
    private readonly List<(int[] Shape, int Type, byte[] Data, float[] Scales)> tensors = [];
    private readonly List<(int Code, int[] Inputs, int[] Outputs, (int Field, object Value)[] Options)> operators = [];

    /// <summary>Adds a tensor of floats; one without numbers is computed.</summary>
    public int Tensor(int[] shape, params float[] values) => Tensor(shape, 0, TorchArchive.Bytes(values));

    /// <summary>Adds a tensor.</summary>
    public int Tensor(int[] shape, int type, byte[] data, params float[] scales)
    {
        tensors.Add((shape, type, data, scales));
        return tensors.Count - 1;
    }

    /// <summary>Adds an operator; options are bytes, floats or ints by field.</summary>
    public void Operator(int code, int[] inputs, int output, params (int Field, object Value)[] options) =>
        operators.Add((code, inputs, [output], options));

    public byte[] ToBytes(int input, int output)
    {
        FlatBufferBuilder builder = new(1024);
        int[] codes = [.. operators.Select(o => o.Code).Distinct()];
        int codeList = Offsets(builder, [.. codes.Select(code => Table(builder, 4, (0, (sbyte)Math.Min(code, 127)), (3, code)))]);
        // Buffer 0 is empty, as it is in all models.
        int buffers = Offsets(builder, [Table(builder, 1), .. tensors.Select(t => t.Data.Length == 0 ? Table(builder, 1) : Bytes(builder, t.Data))]);
        int tensorList = Offsets(builder, [.. tensors.Select((t, i) => WriteTensor(builder, t, i))]);
        int operatorList = Offsets(builder, [.. operators.Select(o =>
        {
            int inputs = Ints(builder, o.Inputs), outputs = Ints(builder, o.Outputs), options = Table(builder, 6, o.Options);
            builder.StartTable(9);
            builder.AddUint(0, (uint)Array.IndexOf(codes, o.Code), 0);
            builder.AddOffset(1, inputs, 0);
            builder.AddOffset(2, outputs, 0);
            builder.AddByte(3, 1, 0);
            builder.AddOffset(4, options, 0);
            return builder.EndTable();
        })]);
        int graphInputs = Ints(builder, [input]), graphOutputs = Ints(builder, [output]);
        builder.StartTable(5);
        builder.AddOffset(0, tensorList, 0);
        builder.AddOffset(1, graphInputs, 0);
        builder.AddOffset(2, graphOutputs, 0);
        builder.AddOffset(3, operatorList, 0);
        int graphs = Offsets(builder, [builder.EndTable()]);
        builder.StartTable(5);
        builder.AddUint(0, 3, 0);
        builder.AddOffset(1, codeList, 0);
        builder.AddOffset(2, graphs, 0);
        builder.AddOffset(4, buffers, 0);
        builder.Finish(builder.EndTable(), "TFL3");
        return builder.SizedByteArray();
    }

    private static int WriteTensor(FlatBufferBuilder builder, (int[] Shape, int Type, byte[] Data, float[] Scales) tensor, int index)
    {
        int shape = Ints(builder, tensor.Shape), name = builder.CreateString($"tensor{index}").Value, quantization = 0;
        if (tensor.Scales.Length > 0)
        {
            builder.StartVector(4, tensor.Scales.Length, 4);
            foreach (float scale in tensor.Scales.Reverse())
                builder.AddFloat(scale);
            int scales = builder.EndVector().Value;
            builder.StartVector(8, tensor.Scales.Length, 8);
            foreach (float _ in tensor.Scales)
                builder.AddLong(0);
            int zeros = builder.EndVector().Value;
            builder.StartTable(6);
            builder.AddOffset(2, scales, 0);
            builder.AddOffset(3, zeros, 0);
            quantization = builder.EndTable();
        }

        builder.StartTable(7);
        builder.AddOffset(0, shape, 0);
        builder.AddSbyte(1, (sbyte)tensor.Type, 0);
        builder.AddUint(2, (uint)index + 1, 0);
        builder.AddOffset(3, name, 0);
        builder.AddOffset(4, quantization, 0);
        return builder.EndTable();
    }

    private static int Table(FlatBufferBuilder builder, int fields, params (int Field, object Value)[] values)
    {
        builder.StartTable(fields);
        foreach (var (field, value) in values)
        {
            switch (value)
            {
                case float number:
                    builder.AddFloat(field, number, 0);
                    break;
                case int number:
                    builder.AddInt(field, number, 0);
                    break;
                case sbyte number:
                    builder.AddSbyte(field, number, 0);
                    break;
                default:
                    builder.AddByte(field, (byte)value, 0);
                    break;
            }
        }

        return builder.EndTable();
    }

    private static int Bytes(FlatBufferBuilder builder, byte[] data)
    {
        builder.StartVector(1, data.Length, 16);
        foreach (byte value in data.Reverse())
            builder.AddByte(value);
        int vector = builder.EndVector().Value;
        builder.StartTable(1);
        builder.AddOffset(0, vector, 0);
        return builder.EndTable();
    }

    private static int Ints(FlatBufferBuilder builder, int[] values)
    {
        builder.StartVector(4, values.Length, 4);
        foreach (int value in values.Reverse())
            builder.AddInt(value);
        return builder.EndVector().Value;
    }

    private static int Offsets(FlatBufferBuilder builder, int[] offsets)
    {
        builder.StartVector(4, offsets.Length, 4);
        foreach (int offset in offsets.Reverse())
            builder.AddOffset(offset);
        return builder.EndVector().Value;
    }
}
