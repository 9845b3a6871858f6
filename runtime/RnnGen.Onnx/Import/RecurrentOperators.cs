namespace RnnGen.Onnx;

/// <summary>RNN, LSTM and GRU: what they compute, and in which cell.</summary>
internal static class RecurrentOperators
{
    private const int LargestHidden = 16_384;

    public static void Apply(NodeContext node) => Apply(node, (i, what) => node.Constant(i, what));

    /// <param name="node">The node.</param>
    /// <param name="constant">Its W and R, by their place.</param>
    public static void Apply(NodeContext node, Func<int, string, ConstantTensor> constant)
    {
        bool isLstm = node.Operator.EndsWith("LSTM", StringComparison.Ordinal);
        string direction = node.Text("direction", "forward").ToLowerInvariant();
        int directions = direction == "bidirectional" ? 2 : 1;
        if (direction is not ("forward" or "reverse" or "bidirectional"))
            throw new NotTakenException($"its direction is '{direction}'");
        long layout = node.Whole("layout", 0);
        if (layout is not (0 or 1))
            throw new NotTakenException($"its layout is {layout}");

        var (gates, names) = GatesOf(node.Operator);
        ConstantTensor w = constant(1, "W"), r = constant(2, "R");
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
        ConstantTensor? p = isLstm && node.Optional(7) is not null ? node.Constant(7, "P") : null;
        if (p is not null)
            Check(p, "P", [directions, 3 * hidden]);
        Function[][] functions = RecurrentFunctions.Read(node, directions, names);

        var initials = Initials(node);
        var (pieces, order, time, batch, isAlong) = TakeInput(node, inputSize, layout == 1);
        if (isAlong && (directions == 2 || initials.Any(i => i is not null)))
            throw new NotTakenException("along the positions of a step it runs in both directions, or begins in other states than zeros");
        bool coupled = isLstm && node.Whole("input_forget", 0) != 0;
        double clip = node.Real("clip", 0);
        if (!(clip >= 0) || double.IsInfinity(clip))
            throw new NotTakenException($"its clip is {clip}");

        (pieces, w, b) = Prepared(node, pieces, order, w, b, directions, gates * (int)hidden);
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
                IsAlongPositions = isAlong,
                Pair = pair,
                Candidate = node.Operator == "RNN" ? f[0] : f[1],
                Gate = node.Operator == "RNN" ? null : f[0],
                Output = isLstm ? f[2] : null,
                States = isLstm ? 2 : 1,
                Clip = clip,
                Tensors = tensors.Of(d),
            }));
        }

        if (node.Operator == "GRU" && cell == nameof(GruResetBefore)
            && node.Reader.Producer.Contains("pytorch", StringComparison.OrdinalIgnoreCase))
            node.Reader.Warnings.Add(
                $"{node.Name} has linear_before_reset = 0, but PyTorch's GRU resets after the product: the exporter was "
                + "wrong, or the network is not nn.GRU. It is taken as the file says.");
        SetStates(elements, initials, (int)hidden, layout == 1);
        SetOutputs(node, elements, time, batch, layout == 1);
    }

    /// <summary>A node's initial states are those of its directions, one after the other.</summary>
    private static void SetStates(
        List<RnnElement> elements, List<(SourceElement Source, int[] Places)?> initials, int hidden, bool batchFirst)
    {
        _ = batchFirst;
        for (int state = 0; state < initials.Count; state++)
        {
            if (initials[state] is not var (source, places))
                continue;
            if (places.Length != elements.Count * hidden)
                throw new NotTakenException($"it begins in {places.Length} numbers of {source.What}, not {elements.Count * hidden}");
            for (int d = 0; d < elements.Count; d++)
                elements[d].Begin(state, (source, places[(d * hidden)..((d + 1) * hidden)]));
        }
    }

    /// <summary>W for inputs that stand in another order, or that a layer before only scales and shifts.</summary>
    private static (IReadOnlyList<Element> Pieces, ConstantTensor W, ConstantTensor? B) Prepared(
        NodeContext node, IReadOnlyList<Element> pieces, int[]? order, ConstantTensor w, ConstantTensor? b, int directions, int rows)
    {
        if (order is not null)
            w = new(w.Dims, DenseOperators.Permuted(node, w.Reals!, order));
        if (pieces is not [DenseElement { Diagonal: not null, Function.Kind: Activation.Linear } before]
            || (b is null && before.Bias is not null))
            return (pieces, w, b);
        float[] sums = new float[directions * rows];
        for (int d = 0; b is not null && d < directions; d++)
            Array.Copy(b.Reals!, d * 2 * rows, sums, d * rows, rows);
        var (inputs, matrix, bias) = DenseOperators.Fold(node, before, w.Reals!, sums);
        if (b is null)
            return (inputs, new(w.Dims, matrix), null);
        float[] biases = [.. b.Reals!];
        for (int d = 0; d < directions; d++)
            Array.Copy(bias!, d * rows, biases, d * 2 * rows, rows);
        return (inputs, new(w.Dims, matrix), new(b.Dims, biases));
    }

    /// <summary>The number of an operator's gates, and its default functions.</summary>
    private static (int Gates, IReadOnlyList<Activation> Functions) GatesOf(string name) => name switch
    {
        "LSTM" or "DynamicQuantizeLSTM" => (4, [Activation.Sigmoid, Activation.Tanh, Activation.Tanh]),
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
    public static (SourceElement Source, int[] Places)? InitialOf(Value? value, string what)
    {
        switch (value)
        {
            case null or Uniform { IsZero: true } or ConstantTensor { IsZero: true }:
                return null;
            case Packed { Source: { Node: null } source } packed:
                source.UseAs(SourceUse.State);
                return (source, Array.ConvertAll(packed.Numbers, n => n.Unit));
            case Signal { Source: { Node: null } source, IsSymbols: false } whole:
                source.UseAs(SourceUse.State);
                // Its axes may have been turned since, which changes the order of numbers only where several of them have a size.
                return Slices.PackInput(whole) is { } all ? (source, Array.ConvertAll(all.Numbers, n => n.Unit))
                    : throw new NotTakenException($"{what} is {source.What}, whose sizes are not known");
            case var other:
                throw new NotTakenException($"{what} is {other.What}; RnnGen starts with zeros or the State it is given");
        }
    }

    private static List<(SourceElement Source, int[] Places)?> Initials(NodeContext node)
    {
        if (node.Optional(4) is { } lengths and not Uniform)
        {
            if (lengths is not Signal { Source: { Node: null } source })
                throw new NotTakenException($"its sequence_lens is {lengths.What}; RnnGen takes lengths as an argument");
            source.UseAs(SourceUse.Lengths);
        }

        List<(SourceElement, int[])?> initials = [];
        foreach (int input in node.Operator.EndsWith("LSTM", StringComparison.Ordinal) ? [5, 6] : new[] { 5 })
            initials.Add(InitialOf(node.Optional(input), $"its {(input == 5 ? "initial_h" : "initial_c")}"));
        return initials;
    }

    private static (IReadOnlyList<Element> Pieces, int[]? Order, Axis Time, Axis Batch, bool IsAlongPositions) TakeInput(
        NodeContext node, long inputSize, bool batchFirst)
    {
        Axis newBatch = new(new Atom(AxisRole.Batch, null));
        if (node.Input(0) is Unknown unknown)
            return (
                [node.Reader.Cut(unknown, node.Node.Input[0], inputSize)], null,
                unknown.IsStep ? new Axis() : new Axis(new Atom(AxisRole.Time, null)), newBatch, false);
        Signal x = node.Signal(0);
        if (x.Dims is not { Count: 3 } dims)
            throw new NotTakenException($"its X is {x.What} with "
                + $"{(x.Dims is null ? "axes that depend on a condition" : $"{x.Dims.Count} axes")}, not 3");
        Axis time = dims[batchFirst ? 1 : 0], batch = dims[batchFirst ? 0 : 1];
        if (x is { Grid: { } grid, Pad: null, Pieces: [var whole] }
            && time.Atoms is [var place] && place.Root == grid[0].Root && !time.IsOne
            && dims[2].Atoms is [var channel] && channel.Root == grid[1].Root && whole.Width == whole.Positions * inputSize)
        {
            // Steps and rows may be one axis: each of them has a grid.
            if (batch.Atoms.Count == 1)
                Axes.Claim(batch, AxisRole.Batch, "X's batch");
            Axes.CheckVectors(x);
            return (x.Pieces, null, time, batch, true);
        }

        Axes.Claim(time, AxisRole.Time, "X's time");
        Axes.Claim(batch, AxisRole.Batch, "X's batch");
        int[]? order = Axes.Take(x, 2, inputSize);
        if (x.Pieces[0].IsOnce)
            throw new NotTakenException($"its X is {x.What}: one vector per sequence, not one per step");
        return (x.Pieces, order, time, batch, false);
    }

    private static void SetOutputs(NodeContext node, List<RnnElement> elements, Axis time, Axis batch, bool batchFirst)
    {
        int directions = elements.Count;
        Axis stack = directions == 1 ? new() : new(new Atom(AxisRole.Stack, directions));
        Axis feature = new(new Atom(AxisRole.Feature, elements[0].Hidden));
        node.Output(0, new Signal(elements, batchFirst ? [batch, time, stack, feature] : [time, stack, batch, feature])
        {
            Grid = elements[0].IsAlongPositions ? [time.Atoms[0], feature.Atoms[0]] : null,
        });
        // Where there is one step, its output is the last state; a stream then goes on with it.
        IReadOnlyList<Element> last = time.IsOne ? elements : [.. elements.Select(e => Pools.Last(node.Reader, e))];
        IReadOnlyList<Axis> dims = batchFirst ? [batch, stack, feature] : [stack, batch, feature];
        node.Output(1, new Signal(last, dims, isState: true));
        if (elements[0].States > 1)
            node.Output(2, new Signal([.. elements.Select(e => Pools.Last(node.Reader, e, 1))], dims, isState: true));
    }
}
