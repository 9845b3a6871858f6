namespace RnnGen.Onnx;

/// <summary>RNN, LSTM and GRU: what they compute, and in which cell.</summary>
internal static class RecurrentOperators
{
    private const int LargestHidden = 16_384;

    public static void Apply(NodeContext node)
    {
        string direction = node.Text("direction", "forward").ToLowerInvariant();
        int directions = direction == "bidirectional" ? 2 : 1;
        if (direction is not ("forward" or "reverse" or "bidirectional"))
            throw new NotTakenException($"its direction is '{direction}'");
        long layout = node.Whole("layout", 0);
        if (layout is not (0 or 1))
            throw new NotTakenException($"its layout is {layout}");

        var (gates, names) = GatesOf(node.Operator);
        ConstantTensor w = node.Constant(1, "W"), r = node.Constant(2, "R");
        if (w.Dims is not [_, var rows, var inputSize] || w.Reals is null || rows < 1 || inputSize < 1)
            throw new NotTakenException($"its W is {w.What}, not [{directions}, {gates} · hidden, inputs]");
        long hidden = node.Whole("hidden_size", rows / gates);
        if (hidden is < 1 or > LargestHidden)
            throw new NotTakenException($"its hidden_size is {hidden}; RnnGen has 1 to {LargestHidden}");
        Check(w, "W", [directions, gates * hidden, inputSize]);
        Check(r, "R", [directions, gates * hidden, hidden]);
        ConstantTensor? b = node.Optional(3) is null ? null : node.Constant(3, "B");
        if (b is not null)
            Check(b, "B", [directions, 2 * gates * hidden]);
        ConstantTensor? p = node.Operator == "LSTM" && node.Optional(7) is not null ? node.Constant(7, "P") : null;
        if (p is not null)
            Check(p, "P", [directions, 3 * hidden]);
        Function[][] functions = RecurrentFunctions.Read(node, directions, names);

        CheckStates(node);
        var (pieces, time, batch) = TakeInput(node, inputSize, layout == 1);
        bool coupled = node.Operator == "LSTM" && node.Whole("input_forget", 0) != 0;
        double clip = node.Real("clip", 0);
        if (!(clip >= 0) || double.IsInfinity(clip))
            throw new NotTakenException($"its clip is {clip}");

        node.Reader.Reserve((long)w.Count + r.Count + (b?.Count ?? 0) + (p?.Count ?? 0));
        string cell = (node.Operator, coupled, p is not null) switch
        {
            ("RNN", _, _) => nameof(SimpleRnn),
            ("GRU", _, _) => node.Whole("linear_before_reset", 0) != 0 ? nameof(Gru) : nameof(GruResetBefore),
            (_, true, true) => nameof(CoupledPeepholeLstm),
            (_, true, false) => nameof(CoupledLstm),
            (_, false, true) => nameof(PeepholeLstm),
            _ => nameof(Lstm),
        };
        RecurrentTensors tensors = new(cell, new((int)hidden, (int)inputSize, directions, b is not null));
        tensors.LoadOnnx(new[] { ("W", w), ("R", r), ("B", b), ("P", p) }.Where(t => t.Item2 is not null)
            .Select(t => SafetensorsTensor.Create<float>(t.Item1, [.. t.Item2!.Dims.Select(d => (int)d)], t.Item2.Reals)));
        int pair = node.Reader.NextPair();
        List<RnnElement> elements = [];
        for (int d = 0; d < directions; d++)
        {
            var f = functions[d];
            elements.Add(node.Reader.AddOrFind(new RnnElement(node.Reader.NextIndex, pieces)
            {
                Node = node.Name,
                Cell = cell,
                Hidden = (int)hidden,
                IsReverse = direction == "reverse" || d == 1,
                Pair = pair,
                Candidate = node.Operator == "RNN" ? f[0] : f[1],
                Gate = node.Operator == "RNN" ? null : f[0],
                Output = node.Operator == "LSTM" ? f[2] : null,
                Clip = clip,
                Tensors = tensors.Of(d),
            }));
        }

        SetOutputs(node, elements, time, batch, layout == 1);
    }

    /// <summary>The number of an operator's gates, and its default functions.</summary>
    private static (int Gates, IReadOnlyList<Activation> Functions) GatesOf(string name) => name switch
    {
        "LSTM" => (4, [Activation.Sigmoid, Activation.Tanh, Activation.Tanh]),
        "GRU" => (3, [Activation.Sigmoid, Activation.Tanh]),
        _ => (1, [Activation.Tanh]),
    };

    private static void Check(ConstantTensor tensor, string name, long[] dims)
    {
        if (tensor.Reals is null || !tensor.Dims.AsSpan().SequenceEqual(dims))
            throw new NotTakenException($"its {name} is {tensor.What}, not [{string.Join(", ", dims)}]");
        if (!Array.TrueForAll(tensor.Reals, float.IsFinite))
            throw new NotTakenException($"its {name} has numbers that are not finite");
    }

    /// <summary>Initial states are zeros, or inputs of the graph: then they are RnnGen's State.</summary>
    private static void CheckStates(NodeContext node)
    {
        if (node.Optional(4) is { } lengths)
        {
            if (lengths is not Signal { Source: { Node: null } source })
                throw new NotTakenException($"its sequence_lens is {lengths.What}; RnnGen takes lengths as an argument");
            source.UseAs(SourceUse.Lengths);
        }

        foreach (int input in node.Operator == "LSTM" ? [5, 6] : new[] { 5 })
        {
            switch (node.Optional(input))
            {
                case null or Zeros or ConstantTensor { IsZero: true }:
                    break;
                case InputSlice slice:
                    slice.Source.UseAs(SourceUse.State);
                    break;
                case Signal { Source: { Node: null } source }:
                    source.UseAs(SourceUse.State);
                    break;
                case var other:
                    throw new NotTakenException($"its {(input == 5 ? "initial_h" : "initial_c")} is {other.What}; RnnGen starts with "
                        + "zeros or the State it is given");
            }
        }
    }

    private static (IReadOnlyList<Element> Pieces, Axis Time, Axis Batch) TakeInput(NodeContext node, long inputSize, bool batchFirst)
    {
        Axis newBatch = new(new Atom(AxisRole.Batch, null));
        if (node.Input(0) is Unknown unknown)
            return (
                [node.Reader.Cut(unknown, node.Node.Input[0], inputSize)],
                unknown.IsStep ? new Axis() : new Axis(new Atom(AxisRole.Time, null)), newBatch);
        Signal x = node.Signal(0);
        if (x.Dims is not { Count: 3 } dims)
            throw new NotTakenException($"its X is {x.What} with "
                + $"{(x.Dims is null ? "axes that depend on a condition" : $"{x.Dims.Count} axes")}, not 3");
        Axis time = dims[batchFirst ? 1 : 0], batch = dims[batchFirst ? 0 : 1];
        Axes.Claim(time, AxisRole.Time, "X's time");
        Axes.Claim(batch, AxisRole.Batch, "X's batch");
        Axes.TakeFeatures(x, 2, inputSize);
        if (x.Pieces[0].IsOnce)
            throw new NotTakenException($"its X is {x.What}: one vector per sequence, not one per step");
        return (x.Pieces, time, batch);
    }

    private static void SetOutputs(NodeContext node, List<RnnElement> elements, Axis time, Axis batch, bool batchFirst)
    {
        int directions = elements.Count;
        Axis stack = directions == 1 ? new() : new(new Atom(AxisRole.Stack, directions));
        Axis feature = new(new Atom(AxisRole.Feature, elements[0].Hidden));
        node.Output(0, new Signal(elements, batchFirst ? [batch, time, stack, feature] : [time, stack, batch, feature]));
        // Where there is one step, its output is the last state; a stream then goes on with it.
        IReadOnlyList<Element> last = time.Atoms.Count == 0 ? elements : [.. elements.Select(e => Pools.Last(node.Reader, e))];
        node.Output(1, new Signal(last, batchFirst ? [batch, stack, feature] : [stack, batch, feature], isState: true));
        node.Output(2, new StateOut(elements));
    }
}
