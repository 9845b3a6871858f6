namespace RnnGen.Onnx;

/// <summary>Constants, shapes, and what is made in a shape that is computed.</summary>
internal static class ShapeOperators
{
    private const int MostItems = 1024;

    public static void Constant(NodeContext node)
    {
        if (node.Find("value")?.T is { } tensor)
            node.Output(0, node.Reader.ConstantOf(tensor));
        else if (node.Find("value_float") is { } real)
            node.Output(0, new ConstantTensor([], [real.F]));
        else if (node.Find("value_floats") is { } reals)
            node.Output(0, new ConstantTensor([reals.Floats.Count], reals.Floats.ToArray()));
        else if (node.Find("value_int") is { } whole)
            node.Output(0, new ConstantTensor([], [whole.I]));
        else if (node.Find("value_ints") is { } wholes)
            node.Output(0, new ConstantTensor([wholes.Ints.Count], wholes.Ints.ToArray()));
        else
            throw new NotTakenException("its value is no tensor of numbers");
    }

    public static void ConstantOfShape(NodeContext node)
    {
        ConstantTensor value = node.Find("value")?.T is { } tensor ? node.Reader.ConstantOf(tensor) : new([1], [0f]);
        if (Computing.Single(value) is not { } number)
            throw new NotTakenException("its value is not one number");
        Size[]? shape = Computing.Sizes(node.Input(0));
        if (value.Wholes is [var whole]
            && shape is not null
            && Array.TrueForAll(shape, s => s.Value is >= 0 and <= MostItems)
            && shape.Aggregate(1.0, (p, s) => p * s.Value!.Value) <= MostItems)
        {
            long[] dims = Array.ConvertAll(shape, s => s.Value!.Value);
            long[] items = new long[dims.Aggregate(1L, (p, d) => p * d)];
            Array.Fill(items, whole);
            node.Output(0, new ConstantTensor(dims, items));
        }
        else
        {
            node.Output(0, new Uniform(number, value.Reals is not null, shape));
        }
    }

    /// <summary>What is repeated along other axes only is the same for whatever takes it.</summary>
    public static void Expand(NodeContext node)
    {
        Size[]? shape = node.Operator == "Expand" ? Computing.Sizes(node.Input(1)) : null;
        switch (node.Input(0))
        {
            case Uniform uniform:
                node.Output(0, new Uniform(uniform.Number, uniform.IsReal, shape));
                break;
            case ConstantTensor { Count: > 0 } constant when IsSame(constant):
                node.Output(0, new Uniform(Computing.Single(constant.Pick([], [0]))!.Value, constant.Reals is not null, shape));
                break;
            case Packed packed:
                node.Output(0, packed);
                break;
            case ConstantTensor constant when shape is not null && Array.TrueForAll(shape, s => s.Value is not null):
                var (dims, places) = Folding.Broadcast(node, [constant.Dims, Array.ConvertAll(shape, s => s.Value!.Value)]);
                node.Output(0, constant.Pick(dims, places[0]));
                break;
            case var value:
                throw new NotTakenException($"it repeats {value.What}");
        }
    }

    public static void Shape(NodeContext node)
    {
        Size[]? sizes = node.Input(0) switch
        {
            Signal { Dims: { } dims } => [.. dims.Select(Onnx.Size.Of)],
            Uniform { Dims: { } dims } => dims,
            Packed packed => [.. packed.Dims.Select(d => d == 1 ? Onnx.Size.Unknown : (Onnx.Size)d)],
            Listed listed => [.. listed.Dims.Select(d => (Onnx.Size)d)],
            _ => null,
        };
        if (sizes is null)
        {
            node.Output(0, Unmeasured.Instance);
            return;
        }

        int first = Bound(node.Whole("start", 0)), end = Bound(node.Whole("end", sizes.Length));
        sizes = first < end ? sizes[first..end] : [];
        node.Output(0, Computing.Made([sizes.Length], sizes));

        int Bound(long place) => (int)Math.Clamp(place < 0 ? place + sizes.Length : place, 0, sizes.Length);
    }

    public static void Size(NodeContext node) => node.Output(0, node.Input(0) switch
    {
        Listed listed and not Packed => new ConstantTensor([], [(long)listed.Count]),
        Signal { Dims: { } dims } => Computing.Made([], [dims.Aggregate((Onnx.Size)1, (p, d) => p * Onnx.Size.Of(d))]),
        _ => Unmeasured.Instance,
    });

    public static void Range(NodeContext node)
    {
        if (Computing.Whole(node.Input(0)) is not { } start
            || Computing.Whole(node.Input(1)) is not { } limit
            || Computing.Whole(node.Input(2)) is not { } delta
            || delta == 0)
            throw new NotTakenException("its numbers are known only when it runs");
        double count = Math.Max(Math.Ceiling((limit - start) / (double)delta), 0);
        if (count > MostItems)
            throw new NotTakenException($"it has more than {MostItems} numbers");
        node.Output(0, new ConstantTensor([(long)count], [.. Enumerable.Range(0, (int)count).Select(i => start + (i * delta))]));
    }

    /// <summary>Products, sums, the smallest and the largest of sizes.</summary>
    public static bool TryReduce(NodeContext node)
    {
        if (node.Input(0) is Unmeasured)
        {
            node.Output(0, Unmeasured.Instance);
            return true;
        }

        if (node.Input(0) is not Listed { Dims.Length: 1 } || Computing.Sizes(node.Input(0)) is not { Length: > 0 } items)
            return false;
        Size? result = node.Operator switch
        {
            "ReduceProd" => items.Aggregate((Onnx.Size)1, (p, s) => p * s),
            "ReduceSum" => items.Aggregate((Onnx.Size)0, (p, s) => p + s),
            "ReduceMax" when Array.TrueForAll(items, i => i.Value is not null) => items.Max(i => i.Value!.Value),
            "ReduceMin" when Array.TrueForAll(items, i => i.Value is not null) => items.Min(i => i.Value!.Value),
            _ => null,
        };
        if (result is not null)
            node.Output(0, Computing.Made(node.Whole("keepdims", 1) != 0 ? [1] : [], [result]));
        return result is not null;
    }

    private static bool IsSame(ConstantTensor constant) => constant.Reals is { } reals
        ? Array.TrueForAll(reals, r => r == reals[0])
        : Array.TrueForAll(constant.Wholes!, w => w == constant.Wholes![0]);
}
