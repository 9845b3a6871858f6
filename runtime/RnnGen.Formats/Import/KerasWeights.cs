namespace RnnGen.Formats;

/// <summary>Weights of Keras' layers in PyTorch's order, as models have them.</summary>
internal static class KerasWeights
{
    /// <summary>Gates z, r, h as columns; PyTorch's rows are r, z, n.</summary>
    private static readonly int[] GruGates = [1, 0, 2];

    /// <param name="kernel">[inputs, 3 · units].</param>
    /// <param name="recurrent">[units, 3 · units].</param>
    /// <param name="bias">[3 · units], or null.</param>
    /// <param name="second">The second bias, or null.</param>
    public static RecurrentWeights Gru(Weight kernel, Weight recurrent, float[]? bias, float[]? second) => new(
        kernel.Transposed().Gates(GruGates), recurrent.Transposed().Gates(GruGates), Ordered(bias), Ordered(second));

    /// <summary>[outputs, channels · kernel] of a kernel [kernel, channels, outputs].</summary>
    public static Weight Convolution(SafetensorsTensor tensor)
    {
        int kernel = (int)tensor.Shape[0], channels = (int)tensor.Shape[1], outputs = (int)tensor.Shape[2];
        float[] from = Weight.ValuesOf(tensor), to = new float[from.Length];
        for (int k = 0; k < kernel; k++)
        {
            for (int c = 0; c < channels; c++)
            {
                for (int o = 0; o < outputs; o++)
                    to[(((o * channels) + c) * kernel) + k] = from[(((k * channels) + c) * outputs) + o];
            }
        }

        return new(outputs, channels * kernel, to);
    }

    private static float[]? Ordered(float[]? bias) => bias is null ? null : new Weight(bias.Length, 1, bias).Gates(GruGates).Values;
}
