namespace RnnGen.Onnx;

/// <summary>Computes what follows from constants alone: exporters put weights together from parts.</summary>
internal static class Folding
{
    /// <summary>Computes a node all of whose inputs are constants, if it is one of those that put weights together.</summary>
    public static bool TryApply(NodeContext node)
    {
        List<ConstantTensor> inputs = [];
        for (int i = 0; i < node.InputCount; i++)
        {
            switch (node.Optional(i))
            {
                case ConstantTensor constant:
                    inputs.Add(constant);
                    break;
                case null when i > 0:
                    break;
                default:
                    return false;
            }
        }

        if (inputs.Count == 0 || !IsMine(node))
            return false;
        ConstantTensor x = inputs[0];
        switch (node.Operator)
        {
            case "Transpose":
                node.Output(0, Transpose(node, x));
                break;
            case "Concat":
                node.Output(0, Concat(node, inputs));
                break;
            case "Slice":
                node.Output(0, Slice(node, x));
                break;
            case "Gather":
                node.Output(0, Gather(node, x, inputs[1]));
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
                var places = axes.Select(a => NodeContext.Place(a, rank)).ToHashSet();
                Queue<long> rest = new(x.Dims);
                if (places.Count != axes.Count || rank > 64)
                    throw new NotTakenException("its axes repeat, or are too many");
                node.Output(0, x.With([.. Enumerable.Range(0, rank).Select(i => places.Contains(i) ? 1 : rest.Dequeue())]));
                break;
            case "Reshape":
                node.Output(0, Reshape(x, node.Integers(1, "shape")));
                break;
            default:
                node.Output(0, Arithmetic(node, x, inputs[1]));
                break;
        }

        return true;
    }

    private static bool IsMine(NodeContext node) => node.Operator switch
    {
        "Transpose" or "Concat" or "Slice" or "Split" or "Squeeze" or "Unsqueeze" or "Reshape" => true,
        "Gather" => node.Optional(1) is ConstantTensor { Wholes: not null },
        "Add" or "Sub" or "Mul" or "Div" => node.Optional(1) is ConstantTensor,
        _ => false,
    };

    private static ConstantTensor Transpose(NodeContext node, ConstantTensor x)
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

    private static ConstantTensor Concat(NodeContext node, List<ConstantTensor> parts)
    {
        int rank = parts[0].Dims.Length, axis = NodeContext.Place(node.Whole("axis", 0), rank);
        bool isReal = parts[0].Reals is not null;
        if (parts.Exists(p => p.Dims.Length != rank
            || (p.Reals is not null) != isReal
            || p.Dims.Where((d, i) => i != axis && d != parts[0].Dims[i]).Any()))
            throw new NotTakenException("its constants do not fit together");
        node.Reader.Reserve(parts.Sum(p => (long)p.Count));
        long[] dims = [.. parts[0].Dims];
        dims[axis] = parts.Sum(p => p.Dims[axis]);
        int outer = (int)Product(dims.Take(axis));
        return isReal ? new(dims, Join(p => p.Reals!)) : new(dims, Join(p => p.Wholes!));

        T[] Join<T>(Func<ConstantTensor, T[]> of)
        {
            List<T> all = [];
            for (int i = 0; i < outer; i++)
            {
                foreach (ConstantTensor part in parts)
                    all.AddRange(of(part).AsSpan(i * (part.Count / outer), part.Count / outer));
            }

            return [.. all];
        }
    }

    private static ConstantTensor Slice(NodeContext node, ConstantTensor x)
    {
        bool isOld = node.Has("starts");
        var starts = isOld ? node.Wholes("starts") : node.Integers(1, "list of starts");
        var ends = isOld ? node.Wholes("ends") : node.Integers(2, "list of ends");
        var axes =
            isOld ? node.Has("axes") ? node.Wholes("axes") : null : node.Optional(3) is null ? null : node.Integers(3, "list of axes");
        if (ends.Count != starts.Count || (axes?.Count ?? starts.Count) != starts.Count)
            throw new NotTakenException("its lists have different lengths");
        if (!isOld && node.Optional(4) is not null && node.Integers(4, "list of steps").Any(s => s != 1))
            throw new NotTakenException("it takes every so many numbers of a constant");
        for (int i = 0; i < starts.Count; i++)
        {
            int axis = NodeContext.Place(axes?[i] ?? i, x.Dims.Length);
            x = Slice(node, x, axis, Bound(starts[i], x.Dims[axis]), Bound(ends[i], x.Dims[axis]));
        }

        return x;

        static long Bound(long place, long size) => Math.Clamp(place < 0 ? Math.Max(place, -size) + size : place, 0, size);
    }

    private static void Split(NodeContext node, ConstantTensor x)
    {
        int count = node.Node.Output.Count, axis = NodeContext.Place(node.Whole("axis", 0), x.Dims.Length);
        IReadOnlyList<long> sizes = node.Has("split") ? node.Wholes("split")
            : node.Optional(1) is not null ? node.Integers(1, "list of sizes")
            : [.. Enumerable.Repeat(x.Dims[axis] / Math.Max(count, 1), count)];
        if (sizes.Count != count || sizes.Any(s => s < 0 || s > x.Dims[axis]) || sizes.Sum() != x.Dims[axis])
            throw new NotTakenException("its sizes are not those of what it splits");
        long start = 0;
        for (int i = 0; i < count; i++)
        {
            node.Output(i, Slice(node, x, axis, start, start + sizes[i]));
            start += sizes[i];
        }
    }

    private static ConstantTensor Gather(NodeContext node, ConstantTensor x, ConstantTensor indices)
    {
        int axis = NodeContext.Place(node.Whole("axis", 0), x.Dims.Length);
        long size = x.Dims[axis], inner = Product(x.Dims.Skip(axis + 1)), outer = Product(x.Dims.Take(axis));
        if (indices.Wholes!.Any(i => i < -size || i >= size))
            throw new NotTakenException("its places lie outside of what it takes from");
        node.Reader.Reserve(checked(outer * inner) * Math.Max(indices.Count, 1));
        int[] places = new int[outer * indices.Count * inner];
        int next = 0;
        for (long o = 0; o < outer; o++)
        {
            foreach (long index in indices.Wholes!)
            {
                for (long i = 0; i < inner; i++)
                    places[next++] = (int)((((o * size) + (index < 0 ? index + size : index)) * inner) + i);
            }
        }

        return x.Pick([.. x.Dims.Take(axis), .. indices.Dims, .. x.Dims.Skip(axis + 1)], places);
    }

    private static ConstantTensor Reshape(ConstantTensor x, IReadOnlyList<long> shape)
    {
        long[] dims = [.. shape.Select((s, i) => s == 0 && i < x.Dims.Length ? x.Dims[i] : s)];
        long known = 1;
        foreach (long dim in dims.Where(d => d != -1))
            known = dim < 0 || known * dim > int.MaxValue ? throw new NotTakenException("its shape is impossible") : known * dim;
        return Reshaped(x, [.. dims.Select(d => d == -1 && known > 0 ? x.Count / known : d)]);
    }

    private static ConstantTensor Reshaped(ConstantTensor x, long[] dims) =>
        dims.All(d => d is >= 0 and <= int.MaxValue) && dims.Aggregate(1.0, (p, d) => p * d) == x.Count
            ? x.With(dims)
            : throw new NotTakenException($"its shape [{string.Join(", ", dims)}] is not that of {x.Count} numbers");

    /// <summary>Sums and products of constants of one shape, or with one number.</summary>
    private static ConstantTensor Arithmetic(NodeContext node, ConstantTensor a, ConstantTensor b)
    {
        if (a.Count != 1 && b.Count != 1 && !a.Dims.AsSpan().SequenceEqual(b.Dims))
            throw new NotTakenException($"it combines {a.What} with {b.What}");
        long[] dims = a.Count == 1 ? b.Dims : a.Dims;
        int count = Math.Max(a.Count, b.Count);
        if (a.Count == 0 || b.Count == 0)
            throw new NotTakenException("it combines nothing");
        node.Reader.Reserve(count);
        if (a.Reals is { } x && b.Reals is { } y)
            return new(dims, [.. Enumerable.Range(0, count).Select(i => Compute(x[a.Count == 1 ? 0 : i], y[b.Count == 1 ? 0 : i]))]);
        if (a.Wholes is not { } v || b.Wholes is not { } w || (node.Operator == "Div" && w.Any(d => d is 0 or -1)))
            throw new NotTakenException("it combines integers with real numbers, or divides by 0");
        return new(dims, [.. Enumerable.Range(0, count).Select(i => Whole(v[a.Count == 1 ? 0 : i], w[b.Count == 1 ? 0 : i]))]);

        float Compute(float l, float r) => node.Operator switch { "Add" => l + r, "Sub" => l - r, "Mul" => l * r, _ => l / r };

        long Whole(long l, long r) => unchecked(node.Operator switch { "Add" => l + r, "Sub" => l - r, "Mul" => l * r, _ => l / r });
    }

    private static ConstantTensor Slice(NodeContext node, ConstantTensor x, int axis, long from, long to)
    {
        long[] dims = [.. x.Dims];
        dims[axis] = Math.Max(to - from, 0);
        int inner = (int)Product(x.Dims.Skip(axis + 1)), outer = (int)Product(x.Dims.Take(axis)), run = (int)dims[axis] * inner;
        node.Reader.Reserve((long)outer * run);
        int[] places = new int[outer * run];
        for (int i = 0; i < places.Length; i++)
            places[i] = (i / run * (int)x.Dims[axis] * inner) + ((int)from * inner) + (i % run);
        return x.Pick(dims, places);
    }

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
