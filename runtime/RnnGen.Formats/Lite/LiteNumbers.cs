using System.Buffers.Binary;

namespace RnnGen.Formats;

/// <summary>The numbers of a TensorFlow Lite model's constants.</summary>
internal static class LiteNumbers
{
    /// <summary>A matrix of a constant, [rows, columns].</summary>
    public static Weight Matrix(LiteTensor tensor) => tensor.Shape is [var rows, var columns]
        ? new(rows, columns, Floats(tensor))
        : throw new InvalidDataException($"{FileText.Quote(tensor.Name)} is no matrix");

    /// <summary>A constant's numbers; quantised ones are the numbers that they stand for.</summary>
    public static float[] Floats(LiteTensor tensor)
    {
        int size = tensor.Type switch
        {
            LiteTensor.Float => 4,
            LiteTensor.Half => 2,
            LiteTensor.SByte or LiteTensor.Byte => 1,
            _ => throw new InvalidDataException($"{FileText.Quote(tensor.Name)} has elements of type {tensor.Type}"),
        };
        long count = StridedBytes.Count(tensor.Shape) ?? 0;
        if (count * size != tensor.Data.Length)
            throw new InvalidDataException($"{FileText.Quote(tensor.Name)} has {tensor.Data.Length} bytes instead of {count * size}");
        ReadOnlySpan<byte> data = tensor.Data.Span;
        float[] values = new float[count];
        int scales = tensor.Scales.Length;
        if (size == 1 && (scales == 0 || count % scales != 0 || tensor.ZeroPoints.Length != scales))
            throw new InvalidDataException($"{FileText.Quote(tensor.Name)} has no scale");
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = size switch
            {
                4 => BinaryPrimitives.ReadSingleLittleEndian(data[(4 * i)..]),
                2 => (float)BinaryPrimitives.ReadHalfLittleEndian(data[(2 * i)..]),
                // One scale for all, or one for each row.
                _ when i / (values.Length / tensor.Scales.Length) is var row =>
                    tensor.Scales[row] * ((tensor.Type == LiteTensor.SByte ? (sbyte)data[i] : data[i]) - tensor.ZeroPoints[row]),
                _ => 0,
            };
        }

        return Array.TrueForAll(values, float.IsFinite)
            ? values
            : throw new InvalidDataException($"{FileText.Quote(tensor.Name)} has numbers that are not finite");
    }
}
