namespace RnnGen.Onnx;

/// <summary>Weights of 8 bits become floats; activations that are quantised in use stay as exact as they are here.</summary>
internal static class QuantizedOperators
{
    /// <summary>(x − zero point) · scale, of constants.</summary>
    public static void Dequantize(NodeContext node)
    {
        if (node.Input(0) is QuantizedSignal activation)
        {
            if (!Same(activation.Scale, node.Input(1)) || !Same(activation.ZeroPoint, node.Optional(2)))
                throw new NotTakenException("it takes other scales than those that its numbers were quantised by");
            node.Output(0, activation.Of);
            return;
        }

        ConstantTensor x = node.Constant(0, "x"), scale = node.Constant(1, "x_scale");
        ConstantTensor? zero = node.Optional(2) is null ? null : node.Constant(2, "x_zero_point");
        node.Output(0, Dequantized(node, x, scale, zero, node.Whole("axis", 1), node.Whole("block_size", 0)));
    }

    /// <summary>What is quantised in use to be dequantised again is taken as it was: the file asks for less accuracy.</summary>
    public static void Quantize(NodeContext node)
    {
        Value value = node.Input(0);
        if (value is not (Signal or Packed))
            throw new NotTakenException($"it quantises {value.What}");
        const string Warning =
            "Numbers that the file rounds to 8 bits in use (QuantizeLinear) are not rounded here: outputs differ by that.";
        if (!node.Reader.Warnings.Contains(Warning))
            node.Reader.Warnings.Add(Warning);
        node.Output(0, new QuantizedSignal(value, node.Input(1), node.Optional(2)));
    }

    /// <summary>
    /// ONNX Runtime's LSTM with weights of 8 bits, [direction][input][gates]; its inputs are rounded in use, which is not done here.
    /// </summary>
    public static void Lstm(NodeContext node)
    {
        const string Warning =
            "DynamicQuantizeLSTM rounds its inputs and states to 8 bits in use, which is not done here: outputs differ by that.";
        if (!node.Reader.Warnings.Contains(Warning))
            node.Reader.Warnings.Add(Warning);
        RecurrentOperators.Apply(node, (input, name) =>
        {
            int first = input == 1 ? 8 : 10;
            ConstantTensor quantized = node.Constant(input, name);
            if (quantized is not { Dims: [var directions, _, var rows] })
                throw new NotTakenException($"its {name} is {quantized.What}");
            ConstantTensor scale = node.Constant(first, $"{name}_scale"), zero = node.Constant(first + 1, $"{name}_zero_point");
            ConstantTensor real = Dequantized(node, quantized, Spread(scale), Spread(zero), 1, 0);
            // [direction][input][gate] as ONNX has it: [direction][gate][input].
            int inputs = (int)quantized.Dims[1];
            int[] places = new int[real.Count];
            for (int i = 0; i < places.Length; i++)
            {
                int direction = i / (inputs * (int)rows), gate = i / inputs % (int)rows, k = i % inputs;
                places[i] = (((direction * inputs) + k) * (int)rows) + gate;
            }

            return real.Pick([directions, rows, inputs], places);

            ConstantTensor Spread(ConstantTensor numbers) => numbers.Count == directions * rows && numbers.Count > 1
                ? numbers.With([directions, 1, rows])
                : numbers.Count == directions ? numbers.With([directions, 1, 1])
                : numbers.Count == 1 ? numbers.With([1, 1, 1])
                : throw new NotTakenException($"its {name}'s scale is {numbers.What}");
        });
    }

    private static ConstantTensor Dequantized(
        NodeContext node, ConstantTensor x, ConstantTensor scale, ConstantTensor? zero, long axis, long block)
    {
        if (block != 0 || x.Wholes is not { } wholes || scale.Reals is not { } scales || (zero is not null && zero.Wholes is null))
            throw new NotTakenException("it dequantises in blocks, or what are no integers");
        if (scale.Dims.Length == 1 && scale.Count > 1)
        {
            int place = NodeContext.Place(axis, x.Dims.Length);
            long[] along = [.. Enumerable.Range(0, x.Dims.Length).Select(i => i == place ? scale.Count : 1L)];
            (scale, zero) = (scale.With(along), zero is null || zero.Count == 1 ? zero : zero.With(along));
        }
        else if (scale.Count == 1)
        {
            (scale, zero) = (scale.With([]), zero is { Count: 1 } ? zero.With([]) : zero);
        }

        var (dims, places) = Folding.Broadcast(node, zero is null ? [x.Dims, scale.Dims] : [x.Dims, scale.Dims, zero.Dims]);
        if (!dims.AsSpan().SequenceEqual(x.Dims))
            throw new NotTakenException($"its scale is {scale.What}, which does not fit {x.What}");
        float[] reals = new float[x.Count];
        for (int i = 0; i < reals.Length; i++)
            reals[i] = (wholes[places[0][i]] - (zero?.Wholes![places[2][i]] ?? 0)) * scales[places[1][i]];
        return new(x.Dims, reals);
    }

    private static bool Same(Value? a, Value? b) => ReferenceEquals(a, b) || (a is ConstantTensor x && b is ConstantTensor y && x.Same(y));
}

/// <summary>Computed numbers on their way through 8 bits.</summary>
internal sealed class QuantizedSignal(Value of, Value scale, Value? zeroPoint) : Value
{
    public Value Of { get; } = of;

    public Value Scale { get; } = scale;

    public Value? ZeroPoint { get; } = zeroPoint;

    public override string What => "numbers of 8 bits";
}
