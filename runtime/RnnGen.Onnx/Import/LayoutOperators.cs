namespace RnnGen.Onnx;

/// <summary>Operators that change no number, only where it stands.</summary>
internal static class LayoutOperators
{
    public static void Identity(NodeContext node) => node.Output(0, node.Input(0));

    /// <summary>Between real types nothing changes that matters here, and so between integers.</summary>
    public static void Cast(NodeContext node)
    {
        bool toReal = node.Whole("to", 1) is 1 or 10 or 11 or 16;
        node.Output(0, node.Input(0) switch
        {
            ConstantTensor { Reals: { } reals } constant when !toReal => new ConstantTensor(
                constant.Dims, node.Whole("to", 1) == 9 ? Array.ConvertAll(reals, r => r != 0 ? 1L : 0) : Array.ConvertAll(reals, Whole)),
            ConstantTensor { Wholes: { } wholes } constant =>
                toReal ? new ConstantTensor(constant.Dims, Array.ConvertAll(wholes, w => (float)w))
                : node.Whole("to", 1) == 9 ? new ConstantTensor(constant.Dims, Array.ConvertAll(wholes, w => w != 0 ? 1L : 0))
                : constant,
            ShapeTensor shape when node.Whole("to", 1) == 9 => Computing.Made(
                shape.Dims, Array.ConvertAll(shape.Items, i => i.Value is { } known ? (known != 0 ? 1 : 0) : Size.Unknown)),
            ShapeTensor shape => Computing.Made(shape.Dims, shape.Items, toReal),
            Uniform uniform => new Uniform(toReal ? uniform.Number : Math.Truncate(uniform.Number), toReal, uniform.Dims),
            Signal { IsSymbols: true } symbols => symbols,
            Signal { Source: { } source } signal when !toReal && source.Symbols == 0 => Symbols(source, signal),
            Signal when !toReal => throw new NotTakenException("it makes integers of real numbers"),
            var value => value,
        });

        static long Whole(float real) => float.IsFinite(real) && MathF.Abs(real) < 9e18f
            ? (long)real
            : throw new NotTakenException("it makes an integer of a number that is none");
    }

    private static Signal Symbols(SourceElement source, Signal signal)
    {
        source.UseAsSymbols();
        return new(signal.Pieces, signal.Dims) { IsSymbols = true };
    }

    public static void Dropout(NodeContext node)
    {
        if (node.Optional(2) is { } training && training is not (ConstantTensor { IsZero: true } or Uniform { IsZero: true }))
            throw new NotTakenException("it drops numbers in use, not in training only");
        node.Output(0, node.Input(0));
    }

    public static void Transpose(NodeContext node)
    {
        switch (node.Input(0))
        {
            case Unknown unknown:
                node.Output(0, new Unknown(unknown.Origin, unknown.Node));
                break;
            case Uniform or Unmeasured:
                node.Output(0, node.Input(0));
                break;
            default:
                Signal x = node.Signal(0);
                var permutation = node.Wholes("perm");
                node.Output(0, x.With(x.Dims is not { } dims ? null
                    : permutation.Count == 0 ? [.. dims.Reverse()]
                    : permutation.Order().SequenceEqual(Enumerable.Range(0, dims.Count).Select(i => (long)i))
                        ? [.. permutation.Select(p => dims[(int)p])]
                    : throw new NotTakenException($"its perm is no order of {dims.Count} axes")));
                break;
        }
    }

    public static void Squeeze(NodeContext node)
    {
        var axes = node.Axes(1);
        switch (node.Input(0))
        {
            case Signal { Dims: { } dims } x:
                List<int> gone = axes is null
                    ? [.. Enumerable.Range(0, dims.Count).Where(i => dims[i].IsOne)]
                    : [.. axes.Select(a => NodeContext.Place(a, dims.Count))];
                foreach (int axis in gone)
                    CheckSingle(dims[axis], axis);
                node.Output(0, x.With([.. dims.Where((_, i) => !gone.Contains(i))]));
                break;
            default:
                Pass(node);
                break;
        }
    }

    public static void Unsqueeze(NodeContext node)
    {
        var axes = node.Axes(1) ?? throw new NotTakenException("it has no axes");
        switch (node.Input(0))
        {
            case Unknown unknown:
                node.Output(0, new Unknown(unknown.Origin, unknown.Node, isStep: axes is [0]));
                break;
            case Signal { Dims: { } dims } x:
                int rank = dims.Count + axes.Count;
                var places = axes.Select(a => NodeContext.Place(a, rank)).ToHashSet();
                if (places.Count != axes.Count || rank > 16)
                    throw new NotTakenException("its axes repeat, or are too many");
                Queue<Axis> rest = new(dims);
                node.Output(0, x.With([.. Enumerable.Range(0, rank).Select(i => places.Contains(i) ? new Axis() : rest.Dequeue())]));
                break;
            default:
                Pass(node);
                break;
        }
    }

    /// <summary>For what has no axes to speak of: it goes through as it is.</summary>
    public static void Pass(NodeContext node) => node.Output(0, node.Input(0) switch
    {
        Unknown unknown => new Unknown(unknown.Origin, unknown.Node),
        Uniform uniform => new Uniform(uniform.Number, uniform.IsReal),
        Unmeasured or Signal { Dims: null } => node.Input(0),
        var value => throw new NotTakenException($"it takes {value.What}"),
    });

    public static void CheckSingle(Axis axis, int place)
    {
        if (axis.Size is { } size && size != 1)
            throw new NotTakenException($"its axis {place} has the size {size}, not 1");
    }
}
