namespace RnnGen.Onnx;

/// <summary>Constants, and what exporters compute from shapes: sizes of zeros, and conditions.</summary>
internal static class ShapeOperators
{
    private const int MostItems = 1024;

    public static void Constant(NodeContext node)
    {
        if (node.Find("value")?.T is { } tensor)
            node.Output(0, ConstantTensor.Of(tensor));
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
        ConstantTensor? value = node.Find("value")?.T is { } tensor ? ConstantTensor.Of(tensor) : null;
        if (value is null or { Reals: not null, IsZero: true })
            node.Output(0, Zeros.Instance);
        else if (value.Wholes is [var whole] && node.Input(0) is ConstantTensor { Wholes: [>= 0 and <= MostItems and var count] })
            node.Output(0, new ShapeVector([.. Enumerable.Repeat(new Dim(whole, null), (int)count)]));
        else
            throw new NotTakenException("it computes numbers other than 0");
    }

    public static void Expand(NodeContext node) => node.Output(0, node.Input(0) switch
    {
        Zeros or ConstantTensor { IsZero: true, Reals: not null } => Zeros.Instance,
        InputSlice slice => slice,
        var value => throw new NotTakenException($"it repeats {value.What}"),
    });

    public static void Shape(NodeContext node) => node.Output(0, node.Input(0) switch
    {
        Signal { Dims: { } dims } => new ShapeVector(Range([.. dims.Select(Dim.Of)], node)),
        ConstantTensor constant => new ShapeVector(Range([.. constant.Dims.Select(d => new Dim(d, null))], node)),
        ShapeVector { Items: { } items, IsScalar: false } => new ShapeVector([new Dim(items.Length, null)]),
        _ => new ShapeVector(null),
    });

    public static void Size(NodeContext node) => node.Output(0, new ShapeVector(node.Input(0) switch
    {
        ShapeVector { Items: { } items } => [new Dim(items.Length, null)],
        ConstantTensor constant => [new Dim(constant.Count, null)],
        _ => null,
    }, isScalar: true));

    /// <summary>Conditions. Those on numbers that are known only in use are unknown.</summary>
    public static void Compare(NodeContext node)
    {
        long? a = Number(node.Input(0)), b = node.InputCount > 1 ? Number(node.Input(1)) : 0;
        bool? result = a is null || b is null ? null : node.Operator switch
        {
            "Equal" => a == b,
            "Not" => a == 0,
            "And" => a != 0 && b != 0,
            "Or" => a != 0 || b != 0,
            "Greater" => a > b,
            "GreaterOrEqual" => a >= b,
            "Less" => a < b,
            _ => a <= b,
        };
        node.Output(0, new ShapeVector(result is { } known ? [new Dim(known ? 1 : 0, null)] : null, isScalar: true));
    }

    /// <summary>Sums and products of sizes.</summary>
    public static bool TryArithmetic(NodeContext node)
    {
        if (Items(node.Input(0)) is not { } a
            || Items(node.Input(1)) is not { } b
            || (node.Input(0) is not ShapeVector && node.Input(1) is not ShapeVector))
            return false;
        int count = Math.Max(a.Length, b.Length);
        if ((a.Length != count && a.Length != 1) || (b.Length != count && b.Length != 1))
            throw new NotTakenException("its shapes have different lengths");
        node.Output(0, new ShapeVector(
            [.. Enumerable.Range(0, count)
                .Select(i => new Dim(Compute(node.Operator, a[a.Length == 1 ? 0 : i].Value, b[b.Length == 1 ? 0 : i].Value), null))],
            isScalar: node.Input(0) is ShapeVector { IsScalar: true } && b.Length == 1));
        return true;
    }

    /// <summary>A constant or a shape as dimensions; null for everything else.</summary>
    public static Dim[]? Items(Value value) => value switch
    {
        ConstantTensor { Wholes: { Length: <= MostItems } wholes } => [.. wholes.Select(w => new Dim(w, null))],
        ShapeVector { Items: { Length: <= MostItems } items } => items,
        _ => null,
    };

    /// <summary>The one integer that a value is, if it is known.</summary>
    public static long? Number(Value value) => Items(value) is [var only] ? only.Value : null;

    private static long? Compute(string name, long? a, long? b) => (name, a, b) switch
    {
        (_, null, _) or (_, _, null) => null,
        ("Add", _, _) => unchecked(a + b),
        ("Sub", _, _) => unchecked(a - b),
        ("Mul", _, _) => unchecked(a * b),
        (_, _, 0 or -1) => null,
        _ => a / b,
    };

    private static Dim[] Range(Dim[] dims, NodeContext node)
    {
        int first = Bound(node.Whole("start", 0)), end = Bound(node.Whole("end", dims.Length));
        return first < end ? dims[first..end] : [];

        int Bound(long place) => (int)Math.Clamp(place < 0 ? place + dims.Length : place, 0, dims.Length);
    }
}
