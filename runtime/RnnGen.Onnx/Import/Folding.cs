namespace RnnGen.Onnx;

/// <summary>
/// Moves the entries of tensors that are known one by one: exporters put weights together from parts, compute shapes, and take states out
/// of one tensor. Where an entry goes does not depend on what it is.
/// </summary>
internal static class Folding
{
    private const int MostAxes = 64;

    /// <summary>Computes a node of layout whose tensor is known entry by entry.</summary>
    public static bool TryApply(NodeContext node)
    {
        if (node.InputCount == 0)
            return false;
        if (node.Operator == "Concat")
            return TryConcat(node);
        if (node.Optional(0) is not Listed x)
            return false;
        switch (node.Operator)
        {
            case "Identity":
                node.Output(0, x);
                break;
            case "Transpose":
                node.Output(0, Transpose(node, x));
                break;
            case "Slice":
                node.Output(0, Slice(node, x));
                break;
            case "Gather" when node.Input(1) is ConstantTensor { Wholes: not null } places:
                node.Output(0, Gather(node, x, places));
                break;
            case "Split":
                Split(node, x);
                break;
            case "Squeeze":
                var gone = node.Axes(1)?.Select(a => NodeContext.Place(a, x.Dims.Length)).ToHashSet();
                node.Output(0, Reshaped(x, [.. x.Dims.Where((d, i) => !(gone?.Contains(i) ?? d == 1))]));
                break;
            case "Unsqueeze":
                var axes = node.Axes(1) ?? throw new NotTakenException("it has no axes");
                int rank = x.Dims.Length + axes.Count;
                var added = axes.Select(a => NodeContext.Place(a, rank)).ToHashSet();
                Queue<long> rest = new(x.Dims);
                if (added.Count != axes.Count || rank > MostAxes)
                    throw new NotTakenException("its axes repeat, or are too many");
                node.Output(0, x.With([.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : rest.Dequeue())]));
                break;
            case "Reshape" when x is not Packed:
                node.Output(0, Reshape(x, node.Integers(1, "shape")));
                break;
            case "Reshape":
                node.Output(0, ReshapePacked(node, x));
                break;
            case "Flatten":
                long axis = node.Whole("axis", 1);
                int place = axis == x.Dims.Length ? x.Dims.Length : NodeContext.Place(axis, x.Dims.Length);
                node.Output(0, x.With([Product(x.Dims.Take(place)), Product(x.Dims.Skip(place))]));
                break;
            default:
                return false;
        }

        return true;
    }

    /// <summary>
    /// The dimensions of several shapes broadcast together, and the place in each that an entry of the result comes from.
    /// </summary>
    public static (long[] Dims, int[][] Places) Broadcast(NodeContext node, IReadOnlyList<long[]> shapes)
    {
        int rank = shapes.Max(s => s.Length);
        long[] dims = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            dims[i] = 1;
            foreach (long[] shape in shapes)
            {
                long size = i < rank - shape.Length ? 1 : shape[i - rank + shape.Length];
                if (size != 1 && dims[i] != 1 && size != dims[i])
                    throw new NotTakenException("its operands have shapes that do not fit together");
                dims[i] = size == 1 ? dims[i] : size;
            }
        }

        double wanted = dims.Aggregate(1.0, (p, d) => p * d);
        if (wanted > int.MaxValue)
            throw new NotTakenException("what it computes from constants is out of proportion to the file");
        node.Reader.Reserve((long)wanted * shapes.Count);
        int count = (int)wanted;
        return (dims, [.. shapes.Select(shape =>
        {
            long[] strides = Strides(shape);
            int[] places = new int[count];
            for (int i = 0; i < count; i++)
            {
                long rest = i, place = 0;
                for (int d = rank - 1; d >= 0; d--)
                {
                    int own = d - rank + shape.Length;
                    if (own >= 0 && shape[own] != 1)
                        place += rest % dims[d] * strides[own];
                    rest /= dims[d];
                }

                places[i] = (int)place;
            }

            return places;
        })]);
    }

    private static Listed Transpose(NodeContext node, Listed x)
    {
        int rank = x.Dims.Length;
        var given = node.Wholes("perm");
        long[] order = given.Count == 0 ? [.. Enumerable.Range(0, rank).Reverse().Select(i => (long)i)] : [.. given];
        if (!order.Order().SequenceEqual(Enumerable.Range(0, rank).Select(i => (long)i)))
            throw new NotTakenException($"its perm is no order of {rank} axes");
        node.Reader.Reserve(x.Count);
        long[] dims = [.. order.Select(o => x.Dims[o])];
        long[] strides = Strides(x.Dims);
        int[] places = new int[x.Count];
        for (int i = 0; i < places.Length; i++)
        {
            long rest = i, place = 0;
            for (int d = rank - 1; d >= 0; d--)
            {
                place += rest % dims[d] * strides[order[d]];
                rest /= dims[d];
            }

            places[i] = (int)place;
        }

        return x.Pick(dims, places);
    }

    private static bool TryConcat(NodeContext node)
    {
        List<Value> values = [.. Enumerable.Range(0, node.InputCount).Select(node.Input)];
        if (!values.TrueForAll(v => v is Listed) || values.Exists(v => v is Packed != values[0] is Packed))
            return false;
        node.Output(0, Concat(node, [.. values.Cast<Listed>()], NodeContext.Place(node.Whole("axis", 0), ((Listed)values[0]).Dims.Length)));
        return true;
    }

    public static Listed Concat(NodeContext node, IReadOnlyList<Listed> list, int axis)
    {
        List<Listed> parts = [.. list];
        int rank = parts[0].Dims.Length;
        if (parts.Exists(p => p.Dims.Length != rank || p.Dims.Where((d, i) => i != axis && d != parts[0].Dims[i]).Any()))
            throw new NotTakenException("its constants do not fit together");
        node.Reader.Reserve(parts.Sum(p => (long)p.Count));
        long[] dims = [.. parts[0].Dims];
        dims[axis] = parts.Sum(p => p.Dims[axis]);
        int outer = (int)Product(dims.Take(axis));
        if (parts[0] is Packed)
            return new Packed(dims, Join(p => ((Packed)p).Numbers));
        if (parts.TrueForAll(p => p is ConstantTensor { Reals: not null }))
            return new ConstantTensor(dims, Join(p => ((ConstantTensor)p).Reals!));
        return parts.TrueForAll(p => p is ConstantTensor { Wholes: not null })
            ? new ConstantTensor(dims, Join(p => ((ConstantTensor)p).Wholes!))
            : new ShapeTensor(dims, Join(p => Computing.Sizes(p) ?? throw new NotTakenException("it joins unlike numbers")));

        T[] Join<T>(Func<Listed, T[]> of)
        {
            List<T[]> all = parts.ConvertAll(p => of(p));
            List<T> joined = [];
            for (int i = 0; i < outer; i++)
            {
                foreach (T[] part in all)
                    joined.AddRange(part.AsSpan(i * (part.Length / outer), part.Length / outer));
            }

            return [.. joined];
        }
    }

    private static Listed Slice(NodeContext node, Listed x)
    {
        Ranges ranges = Ranges.Of(node);
        for (int i = 0; i < ranges.Starts.Count; i++)
        {
            int axis = NodeContext.Place(ranges.Axes?[i] ?? i, x.Dims.Length);
            long size = x.Dims[axis], step = ranges.Steps?[i] ?? 1;
            if (step is 0 or < -int.MaxValue or > int.MaxValue)
                throw new NotTakenException("its steps are impossible");
            long low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
            long first = Bound(ranges.Starts[i], size, low, high), end = Bound(ranges.Ends[i], size, low, high);
            List<int> taken = [];
            for (long at = first; step > 0 ? at < end : at > end; at += step)
                taken.Add((int)at);
            if (taken.Count != size || step != 1)
                x = Pick(node, x, axis, taken);
        }

        return x;

        static long Bound(long place, long size, long low, long high) =>
            Math.Clamp(place < 0 ? Math.Max(place, -size - 1) + size : place, low, high);
    }

    private static void Split(NodeContext node, Listed x)
    {
        int count = node.Node.Output.Count, axis = NodeContext.Place(node.Whole("axis", 0), x.Dims.Length);
        IReadOnlyList<long> sizes = node.Has("split") ? node.Wholes("split")
            : node.Optional(1) is not null ? node.Integers(1, "list of sizes")
            : [.. Enumerable.Repeat(x.Dims[axis] / Math.Max(count, 1), count)];
        if (sizes.Count != count || sizes.Any(s => s < 0 || s > x.Dims[axis]) || sizes.Sum() != x.Dims[axis])
            throw new NotTakenException("its sizes are not those of what it splits");
        int start = 0;
        for (int i = 0; i < count; i++)
        {
            node.Output(i, Pick(node, x, axis, [.. Enumerable.Range(start, (int)sizes[i])]));
            start += (int)sizes[i];
        }
    }

    private static Listed Gather(NodeContext node, Listed x, ConstantTensor indices)
    {
        int axis = NodeContext.Place(node.Whole("axis", 0), x.Dims.Length);
        long size = x.Dims[axis];
        if (indices.Wholes!.Any(i => i < -size || i >= size))
            throw new NotTakenException("its places lie outside of what it takes from");
        Listed taken = Pick(node, x, axis, Array.ConvertAll(indices.Wholes!, i => (int)(i < 0 ? i + size : i)));
        return taken.With([.. x.Dims.Take(axis), .. indices.Dims, .. x.Dims.Skip(axis + 1)]);
    }

    /// <summary>Some of the places along an axis.</summary>
    public static Listed Pick(NodeContext node, Listed x, int axis, IReadOnlyList<int> taken)
    {
        long[] dims = [.. x.Dims];
        dims[axis] = taken.Count;
        int size = (int)x.Dims[axis], inner = (int)Product(x.Dims.Skip(axis + 1)), outer = (int)Product(x.Dims.Take(axis));
        node.Reader.Reserve(checked((long)outer * inner) * Math.Max(taken.Count, 1));
        int[] places = new int[checked(outer * taken.Count * inner)];
        int next = 0;
        for (int o = 0; o < outer; o++)
        {
            foreach (int index in taken)
            {
                for (int i = 0; i < inner; i++)
                    places[next++] = (((o * size) + index) * inner) + i;
            }
        }

        return x.Pick(dims, places);
    }

    private static Listed Reshape(Listed x, IReadOnlyList<long> shape)
    {
        long[] dims = [.. shape.Select((s, i) => s == 0 && i < x.Dims.Length ? x.Dims[i] : s)];
        long known = 1;
        foreach (long dim in dims.Where(d => d != -1))
            known = dim < 0 || known * dim > int.MaxValue ? throw new NotTakenException("its shape is impossible") : known * dim;
        return Reshaped(x, [.. dims.Select(d => d == -1 && known > 0 ? x.Count / known : d)]);
    }

    /// <summary>Of states, an axis whose size is known only in use is that of rows, which count as one.</summary>
    private static Listed ReshapePacked(NodeContext node, Listed x)
    {
        Size[] target = Computing.Sizes(node.Input(1)) ?? throw new NotTakenException("its shape is known only when it runs");
        return Reshape(x, [.. target.Select(t => t.Value ?? 1)]);
    }

    private static Listed Reshaped(Listed x, long[] dims) =>
        dims.All(d => d is >= 0 and <= int.MaxValue) && dims.Aggregate(1.0, (p, d) => p * d) == x.Count
            ? x.With(dims)
            : throw new NotTakenException($"its shape [{string.Join(", ", dims)}] is not that of {x.Count} numbers");

    private static long[] Strides(long[] dims)
    {
        long[] strides = new long[dims.Length];
        long stride = 1;
        for (int i = dims.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(dims[i], 1);
        }

        return strides;
    }

    private static long Product(IEnumerable<long> dims) => dims.Aggregate(1L, (p, d) => checked(p * d));
}

/// <summary>What a Slice takes: from attributes, as old operator sets have it, or from inputs.</summary>
internal readonly record struct Ranges(
    IReadOnlyList<long> Starts, IReadOnlyList<long> Ends, IReadOnlyList<long>? Axes, IReadOnlyList<long>? Steps)
{
    public static Ranges Of(NodeContext node)
    {
        bool isOld = node.Has("starts");
        Ranges ranges = isOld
            ? new(node.Wholes("starts"), node.Wholes("ends"), node.Has("axes") ? node.Wholes("axes") : null, null)
            : new(
                node.Integers(1, "list of starts"), node.Integers(2, "list of ends"),
                node.Optional(3) is null ? null : node.Integers(3, "list of axes"),
                node.Optional(4) is null ? null : node.Integers(4, "list of steps"));
        int count = ranges.Starts.Count;
        return ranges.Ends.Count != count || (ranges.Axes?.Count ?? count) != count || (ranges.Steps?.Count ?? count) != count
            ? throw new NotTakenException("its lists have different lengths")
            : ranges;
    }
}
