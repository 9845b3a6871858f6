using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace RnnGen;

/// <summary>Writes RTNeural's JSON.</summary>
internal static class RtNeuralWriter
{
    private static readonly string[] Weights = ["kernel", "recurrent_kernel", "bias", "alpha"];

    public static byte[] Write(SafetensorsFile file)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            if (file.Metadata.ContainsKey("layers.0.type"))
                WriteLayers(writer, file);
            else
                WriteStateDict(writer, file);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteStateDict(Utf8JsonWriter writer, SafetensorsFile file)
    {
        if (file.Find("layers") is not null)
            throw new ArgumentException("A tensor is named layers, which would be read as a list of layers.", nameof(file));
        foreach (SafetensorsTensor tensor in file.Tensors)
            WriteTensor(writer, tensor, tensor.Name);
    }

    private static void WriteLayers(Utf8JsonWriter writer, SafetensorsFile file)
    {
        HashSet<string> written = new(StringComparer.Ordinal);
        for (int number = 0; file.Metadata.TryGetValue($"layers.{number}.type", out string? type); number++)
        {
            string name = $"layers.{number}";
            if (!int.TryParse(
                file.Metadata.GetValueOrDefault($"{name}.units"), NumberStyles.None, CultureInfo.InvariantCulture,
                out int units) || units == 0)
                throw new ArgumentException($"{name} has no number of units in the text {name}.units.", nameof(file));
            if (number == 0)
            {
                SafetensorsTensor? kernel = file.Find($"{name}.kernel");
                WriteShape(writer, "in_shape", kernel is { Shape: [.., var inputs, _] } ? inputs : units);
                foreach (string setting in RtNeuralFile.Settings)
                {
                    if (file.Metadata.TryGetValue(setting, out string? value))
                        WriteNumber(writer, setting, value);
                }

                writer.WriteStartArray("layers");
            }

            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteString("activation", file.Metadata.GetValueOrDefault($"{name}.activation"));
            WriteShape(writer, "shape", units);
            if (type == "conv1d")
            {
                foreach (string setting in RtNeuralFile.ConvolutionSettings)
                {
                    writer.WriteStartArray(setting);
                    WriteNumber(writer, null, file.Metadata.GetValueOrDefault($"{name}.{setting}") ?? "");
                    writer.WriteEndArray();
                }
            }

            writer.WriteStartArray("weights");
            foreach (SafetensorsTensor tensor in Weights.Select(weight => file.Find($"{name}.{weight}")).OfType<SafetensorsTensor>())
            {
                WriteTensor(writer, tensor);
                written.Add(tensor.Name);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (file.Tensors.FirstOrDefault(tensor => !written.Contains(tensor.Name)) is { } left)
            throw new ArgumentException(
                $"{FileText.Quote(left.Name)} is no weight of a layer that a text layers.N.type names.", nameof(file));
    }

    private static void WriteNumber(Utf8JsonWriter writer, string? name, string value)
    {
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
            throw new ArgumentException($"The text {name} is no number: {FileText.Quote(value)}.");
        if (name is not null)
            writer.WritePropertyName(name);
        writer.WriteRawValue(value);
    }

    /// <summary>[null, null, units]: rows and steps are not known.</summary>
    private static void WriteShape(Utf8JsonWriter writer, string name, long units)
    {
        writer.WriteStartArray(name);
        writer.WriteNullValue();
        writer.WriteNullValue();
        writer.WriteNumberValue(units);
        writer.WriteEndArray();
    }

    private static void WriteTensor(Utf8JsonWriter writer, SafetensorsTensor tensor, string? name = null)
    {
        if (!tensor.IsReal)
            throw new ArgumentException(
                $"{FileText.Quote(tensor.Name)} has the type {tensor.Type}, which is none of F32, F64, F16, BF16.", nameof(tensor));
        double[] values = new double[tensor.Count];
        tensor.CopyTo<double>(values);
        if (!Array.TrueForAll(values, double.IsFinite))
            throw new ArgumentException($"{FileText.Quote(tensor.Name)} is not finite, and JSON has no such number.", nameof(tensor));
        if (name is not null)
            writer.WritePropertyName(name);
        WriteRows(writer, tensor.Shape, values);
    }

    private static void WriteRows(Utf8JsonWriter writer, ReadOnlySpan<long> shape, ReadOnlySpan<double> values)
    {
        if (shape.IsEmpty)
        {
            writer.WriteNumberValue(values[0]);
            return;
        }

        writer.WriteStartArray();
        for (int row = 0, size = values.Length / (int)Math.Max(shape[0], 1); row < shape[0]; row++)
            WriteRows(writer, shape[1..], values.Slice(row * size, size));
        writer.WriteEndArray();
    }
}
