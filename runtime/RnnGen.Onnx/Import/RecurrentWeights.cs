namespace RnnGen.Onnx;

/// <summary>ONNX's stacked weights in RnnGen's order. LSTM: i, o, f, c becomes i, f, g, o; peepholes i, o, f; GRU: z, r, h becomes r, z, n.</summary>
internal static class RecurrentWeights
{
    private static readonly int[] LstmOrder = [0, 2, 3, 1];
    private static readonly int[] CoupledOrder = [0, 3, 1];
    private static readonly int[] GruOrder = [1, 0, 2];

    /// <summary>How many gates an operator has, and its default functions.</summary>
    public static (int Gates, IReadOnlyList<Activation> Functions) GatesOf(string name) => name switch
    {
        "LSTM" => (4, [Activation.Sigmoid, Activation.Tanh, Activation.Tanh]),
        "GRU" => (3, [Activation.Sigmoid, Activation.Tanh]),
        _ => (1, [Activation.Tanh]),
    };

    /// <summary>ONNX's place of each of RnnGen's gates.</summary>
    public static int[] Order(string name, bool coupled) => name switch
    {
        "LSTM" => coupled ? CoupledOrder : LstmOrder,
        "GRU" => GruOrder,
        _ => [0],
    };

    public static void Check(ConstantTensor tensor, string name, long[] dims)
    {
        if (tensor.Reals is null || !tensor.Dims.AsSpan().SequenceEqual(dims))
            throw new NotTakenException($"its {name} is {tensor.What}, not [{string.Join(", ", dims)}]");
    }

    public static List<(string, int[], float[])> Tensors(string name, bool coupled, int direction, int hidden, int inputs, ConstantTensor w, ConstantTensor r, ConstantTensor? b, ConstantTensor? p)
    {
        int[] order = Order(name, coupled);
        int gates = GatesOf(name).Gates, rows = order.Length * hidden;
        List<(string, int[], float[])> tensors =
        [
            ("weight_ih", [rows, inputs], Take(w, direction * gates * hidden * inputs, hidden * inputs)),
            ("weight_hh", [rows, hidden], Take(r, direction * gates * hidden * hidden, hidden * hidden)),
        ];
        if (b is not null)
        {
            int first = direction * 2 * gates * hidden;
            tensors.Add(("bias_ih", [rows], Take(b, first, hidden)));
            tensors.Add(("bias_hh", [rows], Take(b, first + (gates * hidden), hidden)));
        }

        if (p is not null)
        {
            foreach (var (peephole, place) in new[] { ("Pi", 0), ("Pf", 2), ("Po", 1) })
                tensors.Add((peephole, [hidden], p.Reals.AsSpan(((direction * 3) + place) * hidden, hidden).ToArray()));
        }

        return tensors;

        float[] Take(ConstantTensor from, int first, int gate)
        {
            float[] taken = new float[order.Length * gate];
            for (int i = 0; i < order.Length; i++)
                from.Reals.AsSpan(first + (order[i] * gate), gate).CopyTo(taken.AsSpan(i * gate));
            return taken;
        }
    }
}
