namespace RnnGen.Onnx;

/// <summary>Operators that put vectors together and take parts of them: directions, layers, the last step, symbols' vectors.</summary>
internal static class SelectionOperators
{
    private const int MostPieces = 256;

    public static void Concat(NodeContext node)
    {
        List<Value> values = [.. Enumerable.Range(0, node.InputCount).Select(node.Input)];
        if (values.Count is 0 or > MostPieces)
            throw new NotTakenException($"it has {values.Count} inputs");
        if (values.All(v => ShapeOperators.Items(v) is not null || v is ShapeVector))
        {
            var items = values.Select(ShapeOperators.Items).ToList();
            bool isKnown = items.All(i => i is not null) && items.Sum(i => i!.Length) <= MostPieces;
            node.Output(0, new ShapeVector(isKnown ? [.. items.SelectMany(i => i!)] : null));
        }
        else if (values.All(v => v is Zeros or ConstantTensor { IsZero: true }))
        {
            node.Output(0, Zeros.Instance);
        }
        else if (values.Exists(v => v is StateOut) && values.All(v => v is StateOut or Signal { IsState: true }))
        {
            node.Output(
                0, new StateOut([.. values.SelectMany(v => v is StateOut state ? state.From : ((Signal)v).Pieces).Take(MostPieces)]));
        }
        else
        {
            ConcatSignals(node, [.. Enumerable.Range(0, values.Count).Select(node.Signal)]);
        }
    }

    public static void Slice(NodeContext node)
    {
        if (node.Input(0) is Zeros or InputSlice or StateOut)
        {
            node.Output(0, node.Input(0));
            return;
        }

        if (node.Input(0) is Unknown unknown)
            throw new NotTakenException($"it takes {unknown.What}");
        bool isOld = node.Has("starts");
        var starts = isOld ? node.Wholes("starts") : node.Integers(1, "list of starts");
        var ends = isOld ? node.Wholes("ends") : node.Integers(2, "list of ends");
        var axes =
            isOld ? node.Has("axes") ? node.Wholes("axes") : null : node.Optional(3) is null ? null : node.Integers(3, "list of axes");
        var steps = isOld || node.Optional(4) is null ? null : node.Integers(4, "list of steps");
        if (ends.Count != starts.Count || (axes?.Count ?? starts.Count) != starts.Count || (steps?.Count ?? starts.Count) != starts.Count)
            throw new NotTakenException("its lists have different lengths");
        if (steps is not null && steps.Any(s => s != 1))
            throw new NotTakenException("it skips steps or runs backwards; a layer in reverse has Direction = Direction.Reverse");
        Value value = node.Input(0);
        for (int i = 0; i < starts.Count; i++)
            value = SliceAxis(node, value, axes?[i] ?? i, starts[i], ends[i]);
        node.Output(0, value);
    }

    public static void Split(NodeContext node)
    {
        int count = node.Node.Output.Count;
        if (node.Input(0) is Zeros or InputSlice)
        {
            for (int i = 0; i < count; i++)
                node.Output(i, node.Input(0));
            return;
        }

        Signal x = node.Signal(0);
        if (x.Dims is not { } dims)
            throw new NotTakenException("which axis it splits depends on a condition");
        int axis = NodeContext.Place(node.Whole("axis", 0), dims.Count);
        IReadOnlyList<long> sizes = node.Has("split") ? node.Wholes("split")
            : node.Optional(1) is not null ? node.Integers(1, "list of sizes")
            : dims[axis].Size is { } size && size % count == 0 ? [.. Enumerable.Repeat(size / count, count)]
            : throw new NotTakenException("the size of what it splits is known only when it runs");
        if (sizes.Count != count || sizes.Any(s => s is < 0 or > int.MaxValue))
            throw new NotTakenException($"it has {sizes.Count} sizes and {count} outputs");
        long start = 0;
        for (int i = 0; i < count; i++)
        {
            node.Output(i, SliceAxis(node, x, axis, start, start + sizes[i]));
            start += sizes[i];
        }
    }

    public static void Gather(NodeContext node)
    {
        long axis = node.Whole("axis", 0);
        if (node.Input(0) is ConstantTensor table && node.Input(1) is Signal indices)
        {
            Embed(node, table, indices, axis);
            return;
        }

        if (ShapeOperators.Items(node.Input(1)) is not [{ Value: { } index }])
            throw new NotTakenException($"it takes the places {node.Input(1).What}; one that is constant is taken");
        bool isScalar = node.Input(1) is ConstantTensor { Dims.Length: 0 } or ShapeVector { IsScalar: true };
        switch (node.Input(0))
        {
            case ShapeVector vector:
                long place = vector.Items is { } items && index < 0 ? index + items.Length : index;
                node.Output(
                    0, new ShapeVector(vector.Items is { } known && place >= 0 && place < known.Length ? [known[place]] : null, isScalar));
                break;
            case Signal { Dims: { } dims } x:
                int taken = NodeContext.Place(axis, dims.Count);
                Value part = SliceAxis(node, x, axis, index, index == -1 ? long.MaxValue : index + 1);
                node.Output(0, part is Signal signal && isScalar ? signal.With([.. signal.Dims!.Where((_, i) => i != taken)]) : part);
                break;
            default:
                LayoutOperators.Pass(node);
                break;
        }
    }

    public static void OneHot(NodeContext node)
    {
        Signal x = node.Signal(0);
        if (ShapeOperators.Number(node.Input(1)) is not (> 1 and <= 65_536 and var depth))
            throw new NotTakenException("its depth is not a constant of 2 to 65,536");
        if (node.Constant(2, "values").Reals is not [0, 1])
            throw new NotTakenException("its values are not 0 and 1");
        if (x.Source is not { IsInteger: true } source
            || x.Dims is not { } dims
            || NodeContext.Place(node.Whole("axis", -1), dims.Count + 1) != dims.Count)
            throw new NotTakenException("it is not the first thing that an input of symbols goes through");
        source.UseAs(SourceUse.Input);
        source.Embed((int)depth, (int)depth, null);
        node.Output(0, x.With([.. dims, Axes.Features(depth)]));
    }

    private static void Embed(NodeContext node, ConstantTensor table, Signal indices, long axis)
    {
        if (table is not { Reals: { } vectors, Dims: [> 1 and <= 1_048_576 and var symbols, > 0 and var width] } || axis is not (0 or -2))
            throw new NotTakenException($"it takes rows of {table.What}");
        if (indices.Source is not { IsInteger: true } source || indices.Dims is not { } dims)
            throw new NotTakenException("it is not the first thing that an input of symbols goes through");
        source.UseAs(SourceUse.Input);
        source.Embed((int)symbols, (int)width, vectors);
        node.Output(0, indices.With([.. dims, Axes.Features(width)]));
    }

    /// <summary>Vectors side by side, or states of layers and directions on each other.</summary>
    private static void ConcatSignals(NodeContext node, List<Signal> parts)
    {
        if (parts[0].Dims is not { } first || parts.Exists(p => p.Dims?.Count != first.Count))
            throw new NotTakenException("its inputs have different numbers of axes, or ones that depend on a condition");
        int axis = NodeContext.Place(node.Whole("axis", 0), first.Count);
        if (parts.Sum(p => p.Pieces.Count) > MostPieces)
            throw new NotTakenException($"it joins more than {MostPieces} vectors");
        List<Element> pieces = [.. parts.SelectMany(p => p.Pieces)];
        bool stacks = parts.All(p => p.Dims![axis].Atoms.Count == 0 ? p.Pieces.Count == 1 : p.Dims[axis].Is(AxisRole.Stack))
            && pieces.TrueForAll(p => p.Width == pieces[0].Width) && pieces[0].Width > 1;
        if (stacks)
        {
            node.Output(
                0,
                new Signal(
                    pieces, Axes.Replace(first, axis, new Axis(new Atom(AxisRole.Stack, pieces.Count))), parts.TrueForAll(p => p.IsState)));
            return;
        }

        foreach (Signal part in parts)
        {
            for (int i = 0; i < first.Count; i++)
            {
                if (i != axis
                    && !part.Dims![i].Same(first[i])
                    && part.Dims[i].Atoms.Concat(first[i].Atoms).Any(a => a.Role == AxisRole.Stack))
                    throw new NotTakenException("it joins vectors of directions that are still apart");
            }

            Axes.TakeFeatures(part, axis, Axes.WidthAlong(part, axis));
        }

        long width = parts.Sum(p => p.Width);
        if (width > 65_536)
            throw new NotTakenException($"it joins {width} numbers; a layer takes at most 65,536");
        node.Output(0, new Signal(pieces, Axes.Replace(first, axis, Axes.Features(width))));
    }

    private static Value SliceAxis(NodeContext node, Value value, long axisNumber, long start, long end)
    {
        if (value is ShapeVector { Items: { } items })
        {
            int from = Bound(start, items.Length), to = Bound(end, items.Length);
            return new ShapeVector(from < to ? items[from..to] : []);
        }

        if (value is ShapeVector or InputSlice)
            return value;
        if (value is not Signal { Dims: { } dims } x)
            throw new NotTakenException($"it takes a part of {value.What}");
        int place = NodeContext.Place(axisNumber, dims.Count);
        Axis axis = dims[place];
        if (start == 0 && (end == long.MaxValue || end >= (axis.Size ?? int.MaxValue)))
            return x;
        if (axis.Atoms.Count == 0 && (start, end) is (0 or -1, _))
            return x;
        if (axis.Is(AxisRole.Stack) || axis.IsFeature)
            return SlicePieces(x, dims, place, start, end);
        if (x.Source is { Node: null } source && axis.Atoms.All(a => a.Role == AxisRole.Unknown))
            return new InputSlice(source);
        if (axis.Is(AxisRole.Time) && IsLast(start, end, axis.Size))
            return new Signal([Pools.Pool(node.Reader, x.Pieces, isMean: false)], Axes.Replace(dims, place, new Axis()));
        if (axis.Is(AxisRole.Time) && start == 0 && end == 1 && x.Pieces is [RnnElement { IsReverse: true } reverse])
            return new Signal([Pools.Last(node.Reader, reverse)], Axes.Replace(dims, place, new Axis()));
        throw new NotTakenException(axis.Is(AxisRole.Time)
            ? $"it takes the steps from {start} to {end}; RnnGen takes the last one (Pooling.Last) or all"
            : "it takes a part along an axis that is not time's, the directions' or the vectors'");
    }

    /// <summary>A part of the vectors that is the outputs of some of the elements as a whole.</summary>
    private static Signal SlicePieces(Signal x, IReadOnlyList<Axis> dims, int place, long start, long end)
    {
        Axis axis = dims[place];
        bool isStack = axis.Is(AxisRole.Stack);
        int size = (int)Math.Min(axis.Size ?? x.Width, int.MaxValue);
        int from = Bound(start, size), to = Bound(end, size);
        if (isStack && size != x.Pieces.Count)
            throw new NotTakenException("it takes some of the directions of several layers");
        List<Element> taken = [];
        int at = 0;
        foreach (Element piece in x.Pieces)
        {
            int length = isStack ? 1 : piece.Width;
            if (at >= from && at + length <= to)
                taken.Add(piece);
            else if (at < to && at + length > from)
                throw new NotTakenException($"it takes a part of {piece.What}; RnnGen joins whole vectors");
            at += length;
        }

        if (taken.Count == 0)
            throw new NotTakenException("it takes nothing");
        Axis left = !isStack ? Axes.Features(to - from) : taken.Count == 1 ? new Axis() : new Axis(new Atom(AxisRole.Stack, taken.Count));
        return new Signal(taken, Axes.Replace(dims, place, left), x.IsState);
    }

    private static bool IsLast(long start, long end, long? size) =>
        (start == -1 && end > int.MaxValue / 2) || (size is { } s && start == s - 1 && end >= s) || (start == -1 && end == size);

    private static int Bound(long place, int size) => (int)Math.Clamp(place < 0 ? Math.Max(place, -size) + size : place, 0, size);
}
