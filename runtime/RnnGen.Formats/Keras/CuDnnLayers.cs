namespace RnnGen.Formats;

/// <summary>
/// Turns what CuDNNLSTM and CuDNNGRU wrote into the layout of LSTM and GRU (with reset_after), as Keras itself does. Only the length of
/// the bias shows it: two biases of all gates, one behind the other.
/// </summary>
internal static class CuDnnLayers
{
    private const string Kernel = "kernel", Recurrent = "recurrent_kernel", Bias = "bias";

    /// <summary>Replaces the tensors of such layers, and returns the layers' paths.</summary>
    public static List<string> Convert(List<Hdf5Tensor> tensors)
    {
        List<string> converted = [];
        foreach (Hdf5Tensor bias in tensors.Where(t => t.Name.EndsWith($"/{Bias}", StringComparison.Ordinal)).ToList())
        {
            string layer = bias.Name[..^Bias.Length];
            int kernel = tensors.FindIndex(t => t.Name == layer + Kernel), recurrent = tensors.FindIndex(t => t.Name == layer + Recurrent);
            if (kernel < 0 || recurrent < 0)
                continue;
            if (tensors[kernel].Shape is not [var inputs, var columns]
                || tensors[recurrent].Shape is not [var units, var same]
                || columns != same
                || units == 0
                || columns % units != 0
                || columns / units is not (3 or 4)
                || !Array.TrueForAll([tensors[kernel], tensors[recurrent], bias], t => t.Type.Name[0] == 'F')
                || bias.Shape is not [var length]
                || length != 2 * columns)
                continue;
            // Gate by gate: the input kernel was [units, inputs] row by row, the recurrent one [to, from].
            tensors[kernel] = Permute(tensors[kernel], (gate, row, unit) =>
            {
                int place = (unit * inputs) + row;
                return (place / units, (gate * units) + (place % units));
            }, units);
            tensors[recurrent] = Permute(tensors[recurrent], (gate, row, unit) => (unit, (gate * units) + row), units);
            tensors[tensors.IndexOf(bias)] = columns / units == 4 ? Added(bias) : bias with { Shape = [2, columns] };
            converted.Add(layer.TrimEnd('/'));
        }

        return converted;
    }

    /// <summary>The matrix whose element [row, gate · units + unit] comes from the place that is returned.</summary>
    private static Hdf5Tensor Permute(Hdf5Tensor tensor, Func<int, int, int, (int Row, int Column)> from, int units)
    {
        int rows = tensor.Shape[0], columns = tensor.Shape[1], size = tensor.Type.Size;
        byte[] data = new byte[tensor.Data.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                var (sourceRow, sourceColumn) = from(column / units, row, column % units);
                tensor.Data.AsSpan(((sourceRow * columns) + sourceColumn) * size, size)
                    .CopyTo(data.AsSpan(((row * columns) + column) * size));
            }
        }

        return tensor with { Data = data };
    }

    /// <summary>One bias: an LSTM needs the sum of the two only.</summary>
    private static Hdf5Tensor Added(Hdf5Tensor bias)
    {
        int count = bias.Shape[0] / 2;
        double[] values = new double[2 * count];
        SafetensorsTensor.FromBytes(bias.Name, bias.Type.Name, bias.Shape, bias.Data).CopyTo<double>(values);
        float[] sums = [.. Enumerable.Range(0, count).Select(i => (float)(values[i] + values[count + i]))];
        return new(bias.Name, ElementType.Real(4), [count], SafetensorsTensor.Create<float>("", [count], sums).Data.ToArray());
    }
}
