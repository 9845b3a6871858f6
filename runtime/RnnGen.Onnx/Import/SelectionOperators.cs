namespace RnnGen.Onnx;

/// <summary>Operators that put vectors together and take parts of them: directions, layers, the last step, symbols' vectors.</summary>
internal static class SelectionOperators
{
    private const int MostPieces = 256;
    private const int MostNumbers = 65_536;

    public static void Concat(NodeContext node)
    {
        List<Value> values = [.. Enumerable.Range(0, node.InputCount).Select(node.Input)];
        if (values.Count is 0 or > MostPieces)
            throw new NotTakenException($"it has {values.Count} inputs");
        if (values.Exists(v => v is Unmeasured)
            && values.TrueForAll(v => v is Unmeasured or ShapeTensor or ConstantTensor { Wholes: not null }))
        {
            node.Output(0, Unmeasured.Instance);
        }
        else if (Computing.Single(values[0]) is { } number && values.TrueForAll(v => IsThroughout(v, number)))
        {
            node.Output(0, new Uniform(number, values[0] is not Uniform { IsReal: false }));
        }
        else if (values.Count == 1)
        {
            node.Output(0, values[0]);
        }
        else if (values.TrueForAll(v => v is Signal))
        {
            try
            {
                ConcatSignals(node, [.. values.Cast<Signal>()]);
            }
            catch (NotTakenException) when (values.TrueForAll(v => Slices.TryPack(node.Reader, v) is not null))
            {
                ConcatNumbers(node, values);
            }
        }
        else if (values.Exists(v => v is Packed) && values.TrueForAll(v => Slices.TryPack(node.Reader, v) is not null))
        {
            ConcatNumbers(node, values);
        }
        else
        {
            ConcatSignals(node, [.. Enumerable.Range(0, values.Count).Select(node.Signal)]);
        }
    }

    public static void Slice(NodeContext node)
    {
        if (node.Input(0) is Uniform or Unmeasured)
        {
            node.Output(0, node.Input(0) is Uniform uniform ? new Uniform(uniform.Number, uniform.IsReal) : Unmeasured.Instance);
            return;
        }

        if (node.Input(0) is Unknown unknown)
            throw new NotTakenException($"it takes {unknown.What}");
        Ranges ranges = Ranges.Of(node);
        Value value = node.Input(0);
        if (ranges.Steps is not null && ranges.Steps.Any(s => s != 1))
            throw new NotTakenException("it skips steps or runs backwards; a layer in reverse has Direction = Direction.Reverse");
        for (int i = 0; i < ranges.Starts.Count; i++)
            value = SliceAxis(node, value, ranges.Axes?[i] ?? i, ranges.Starts[i], ranges.Ends[i]);
        node.Output(0, value);
    }

    public static void Split(NodeContext node)
    {
        int count = node.Node.Output.Count;
        if (node.Input(0) is Uniform whole)
        {
            for (int i = 0; i < count; i++)
                node.Output(i, new Uniform(whole.Number, whole.IsReal));
            return;
        }

        Signal x = node.Signal(0);
        if (x.Dims is not { } dims)
            throw new NotTakenException("which axis it splits depends on a condition");
        int axis = NodeContext.Place(node.Whole("axis", 0), dims.Count);
        if (count == 1)
        {
            node.Output(0, x);
            return;
        }

        long? known = dims[axis].HasNumbers ? x.Width : dims[axis].Size;
        IReadOnlyList<long> sizes = node.Has("split") ? node.Wholes("split")
            : node.Optional(1) is not null ? node.Integers(1, "list of sizes")
            : known is { } size && size % count == 0 ? [.. Enumerable.Repeat(size / count, count)]
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

        if (node.Input(1) is StepNumber step)
        {
            Loops.TakeStep(node, node.Signal(0), step, axis);
            return;
        }

        if (node.Input(0) is Unmeasured || (node.Input(0) is ShapeTensor && node.Input(1) is ShapeTensor or Unmeasured))
        {
            node.Output(0, Unmeasured.Instance);
            return;
        }

        if (Computing.Sizes(node.Input(1)) is not { Length: > 0 } places || places.Any(p => p.Value is null))
            throw new NotTakenException($"it takes the places {node.Input(1).What}, which are known only when it runs");
        bool isScalar = node.Input(1) is Listed { Dims.Length: 0 } or Uniform { Dims: [] };
        switch (node.Input(0))
        {
            case Signal { Dims: { } dims } x:
                int taken = NodeContext.Place(axis, dims.Count);
                long first = places[0].Value!.Value;
                Value part;
                if (places.Length == 1)
                    part = SliceAxis(node, x, axis, first, first == -1 ? long.MaxValue : first + 1);
                else if (dims[taken].HasNumbers || PackOf(node, x) is null)
                    part = PickNumbers(node, x, taken, [.. places.Select(p => p.Value!.Value)]);
                else
                    throw new NotTakenException("it takes several places of an input");
                if (isScalar)
                {
                    part = part switch
                    {
                        Signal signal => signal.With([.. signal.Dims!.Where((_, i) => i != taken)]),
                        Packed packed => packed.With([.. packed.Dims.Where((_, i) => i != taken)]),
                        _ => part,
                    };
                }

                node.Output(0, part);
                break;
            default:
                LayoutOperators.Pass(node);
                break;
        }
    }

    public static void OneHot(NodeContext node)
    {
        Signal x = node.Signal(0);
        if (Computing.Single(node.Input(1)) is not (> 1 and <= 65_536 and var depth))
            throw new NotTakenException("its depth is not a constant of 2 to 65,536");
        if (node.Constant(2, "values") is not ({ Reals: [0, 1] } or { Wholes: [0, 1] }))
            throw new NotTakenException("its values are not 0 and 1");
        if (x is not { IsSymbols: true, Source: { } source, Dims: { } dims }
            || NodeContext.Place(node.Whole("axis", -1), dims.Count + 1) != dims.Count)
            throw new NotTakenException("it is not the first thing that an input of symbols goes through");
        source.UseAs(SourceUse.Input);
        source.Embed((int)depth, (int)depth, null);
        node.Output(0, new Signal(x.Pieces, [.. dims, Axes.Features((int)depth)]));
    }

    public static Value SliceAxis(NodeContext node, Value value, long axisNumber, long start, long end)
    {
        if (value is Unmeasured)
            return value;
        if (value is Packed numbers)
        {
            int along = NodeContext.Place(axisNumber, numbers.Dims.Length);
            return Folding.Pick(node, numbers, along, Between(start, end, (int)numbers.Dims[along]));
        }

        if (value is not Signal { Dims: { } dims } x)
            throw new NotTakenException($"it takes a part of {value.What}");
        int place = NodeContext.Place(axisNumber, dims.Count);
        Axis axis = dims[place];
        if (start == 0 && (end == long.MaxValue || end >= (axis.Size ?? int.MaxValue)))
            return x;
        if (axis.IsOne && (start, end) is (0 or -1, _))
            return x;
        if (axis.HasNumbers)
            return PickNumbers(node, x, place, [.. Between(start, end, (int)(axis.Size ?? x.Width)).Select(p => (long)p)]);
        if (PackOf(node, x) is { } packed)
            return SliceAxis(node, packed, axisNumber, start, end);
        if (axis.Atoms.All(a => a.Role == AxisRole.Unknown) && place == Axes.FeatureAxis(x) && !IsLast(start, end, axis.Size))
        {
            Axes.TakeFeatures(x, place, Axes.WidthAlong(x, place));
            return PickNumbers(node, x, place, [.. Between(start, end, (int)x.Width).Select(p => (long)p)]);
        }

        if (axis.Is(AxisRole.Time) && IsLast(start, end, axis.Size))
            return new Signal([Pools.Pool(node.Reader, x.Pieces, Pooling.Last)], Axes.Replace(dims, place, new Axis()));
        if (axis.Is(AxisRole.Time) && start == 0 && end == 1 && x.Pieces is [RnnElement { IsReverse: true } reverse])
            return new Signal([Pools.Last(node.Reader, reverse)], Axes.Replace(dims, place, new Axis()));
        throw new NotTakenException(axis.Is(AxisRole.Time)
            ? $"it takes the steps from {start} to {end}; RnnGen takes the last one (Pooling.Last) or all"
            : "it takes a part along an axis that is not time's, the directions' or the vectors'");
    }

    /// <summary>An input that a graph has beside others is known number by number: it may be several states.</summary>
    private static Packed? PackOf(NodeContext node, Signal x) => node.Reader.PacksInputs ? Slices.PackInput(x) : null;

    private static bool IsThroughout(Value value, double number) => value switch
    {
        Uniform uniform => uniform.Number == number,
        ConstantTensor { Reals: { Length: > 0 } reals } => Array.TrueForAll(reals, r => r == number),
        _ => false,
    };

    private static void ConcatNumbers(NodeContext node, List<Value> values)
    {
        List<Packed> parts = values.ConvertAll(v => Slices.Pack(v)!);
        if (parts.Sum(p => (long)p.Count) > MostNumbers)
            throw new NotTakenException($"it joins more than {MostNumbers} numbers");
        int axis = NodeContext.Place(node.Whole("axis", 0), parts[0].Dims.Length);
        node.Output(0, Folding.Concat(node, parts, axis));
    }

    private static void Embed(NodeContext node, ConstantTensor table, Signal indices, long axis)
    {
        if (table is not { Reals: { } vectors, Dims: [> 1 and <= 1_048_576 and var symbols, > 0 and var width] } || axis is not (0 or -2))
            throw new NotTakenException($"it takes rows of {table.What}");
        if (indices is not { IsSymbols: true, Source: { } source, Dims: { } dims })
            throw new NotTakenException("it is not the first thing that an input of symbols goes through");
        source.UseAs(SourceUse.Input);
        source.Embed((int)symbols, (int)width, vectors);
        node.Output(0, new Signal(indices.Pieces, [.. dims, Axes.Features(width)]));
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
            && pieces.TrueForAll(p => p.Width == pieces[0].Width) && pieces[0].Width > 1
            && parts.TrueForAll(p => p.Dims!.Where((_, i) => i != axis).Any(d => d.IsFeature));
        if (stacks)
        {
            node.Output(
                0,
                new Signal(
                    pieces, Axes.Replace(first, axis, new Axis(new Atom(AxisRole.Stack, pieces.Count))), parts.TrueForAll(p => p.IsState)));
            return;
        }

        if (parts.Exists(p => p.Grid is not null || p.Pieces.Any(e => e.Positions > 1)))
            throw new NotTakenException("it joins grids");
        List<Axis> joined = [.. first];
        foreach (Signal part in parts)
        {
            for (int i = 0; i < first.Count; i++)
            {
                Axis own = part.Dims![i];
                if (i == axis)
                    continue;
                if (!own.Same(joined[i]) && own.Atoms.Concat(joined[i].Atoms).Any(a => a.Role == AxisRole.Stack))
                    throw new NotTakenException("it joins vectors of directions that are still apart");
                if (!own.IsOne && !joined[i].IsOne && !own.Same(joined[i]))
                    Axes.Unite(joined[i], own);
                joined[i] = joined[i].IsOne ? own : joined[i];
            }

            Axes.TakeFeatures(part, axis, Axes.WidthAlong(part, axis));
        }

        long width = parts.Sum(p => p.Width);
        if (width > 65_536)
            throw new NotTakenException($"it joins {width} numbers; a layer takes at most 65,536");
        Axes.CheckVectors(pieces);
        node.Output(0, new Signal(pieces, Axes.Replace(joined, axis, Axes.Features(width))));
    }

    private static Signal PickNumbers(NodeContext node, Signal x, int place, IReadOnlyList<long> places)
    {
        Axes.CheckVectors(x);
        IReadOnlyList<Axis> dims = x.Dims!;
        Axis axis = dims[place];
        if (axis.Is(AxisRole.Stack) && axis.Size != x.Pieces.Count)
            throw new NotTakenException("it takes some of the directions of several layers");
        if (places.Count == 0)
            throw new NotTakenException("it takes nothing");
        long size = axis.Size ?? x.Width;
        if (places.Any(p => p < -size || p >= size))
            throw new NotTakenException("its places lie outside of what it takes from");
        List<int> taken = [.. places.Select(p => (int)(p < 0 ? p + size : p))];
        if (axis.Is(AxisRole.Stack))
        {
            return new(
                [.. taken.Select(t => x.Pieces[t])],
                Axes.Replace(dims, place, taken.Count == 1 ? new Axis() : new Axis(new Atom(AxisRole.Stack, taken.Count))), x.IsState);
        }

        if (x.Grid is { } grid)
            return GridOperators.PickChannels(node, x, grid, place, taken);
        if (size != x.Width)
            throw new NotTakenException("it takes a part of vectors whose numbers lie along other axes too");
        return new(Slices.Of(node.Reader, x.Pieces, taken), Axes.Replace(dims, place, Axes.Features(taken.Count)), x.IsState);
    }

    private static List<int> Between(long start, long end, int size)
    {
        int from = Bound(start), to = Bound(end);
        return [.. Enumerable.Range(from, Math.Max(to - from, 0))];

        int Bound(long place) => (int)Math.Clamp(place < 0 ? Math.Max(place, -size) + size : place, 0, size);
    }

    private static bool IsLast(long start, long end, long? size) =>
        (start == -1 && end > int.MaxValue / 2) || (size is { } s && start == s - 1 && end >= s) || (start == -1 && end == size);
}
