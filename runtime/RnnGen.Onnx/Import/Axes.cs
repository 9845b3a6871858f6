namespace RnnGen.Onnx;

internal enum AxisRole
{
    /// <summary>Nothing has said yet what it is.</summary>
    Unknown,
    Time,
    Batch,
    Feature,

    /// <summary>Directions or layers: each place along it is one of a signal's elements.</summary>
    Stack,

    /// <summary>Positions within a step.</summary>
    Inner,
}

/// <summary>
/// A factor of a tensor's dimension. One object for the same axis wherever it appears, so that what one node says of it holds everywhere.
/// </summary>
internal sealed class Atom(AxisRole role, long? size)
{
    private static int last;

    private AxisRole role = role;
    private long? size = size;
    private Atom? same;

    /// <summary>For an order among them.</summary>
    public int Number { get; } = Interlocked.Increment(ref last);

    /// <summary>One of those that have turned out to be the same axis.</summary>
    public Atom Root => same is null ? this : same.Root;

    public AxisRole Role
    {
        get => Root.role;
        set => Root.role = value;
    }

    public long? Size
    {
        get => Root.size;
        set => Root.size = value;
    }

    /// <summary>Says that another atom is the same axis: two inputs have a batch each, and a node takes both.</summary>
    public void Unite(Atom other)
    {
        Atom a = Root, b = other.Root;
        if (a == b)
            return;
        if (a.size is { } x && b.size is { } y && x != y)
            throw new NotTakenException($"it takes axes of the sizes {x} and {y} for the same one");
        if (a.role != AxisRole.Unknown && b.role != AxisRole.Unknown && a.role != b.role)
            throw new NotTakenException("it takes axes for the same one that other nodes take for different ones");
        a.role = a.role == AxisRole.Unknown ? b.role : a.role;
        a.size ??= b.size;
        b.same = a;
    }
}

/// <summary>A dimension of a tensor: the product of its atoms; without any it has the size 1.</summary>
internal sealed class Axis(params Atom[] atoms)
{
    public IReadOnlyList<Atom> Atoms { get; } = atoms;

    public long? Size =>
        Atoms.Aggregate((long?)1, (product, atom) => product is { } p && atom.Size is { } s && p * s <= int.MaxValue ? p * s : null);

    /// <summary>True if it has the size 1, and so no matter what it is.</summary>
    public bool IsOne => Size == 1;

    public bool Is(AxisRole role) => Atoms.Count > 0 && Atoms.All(a => a.Role == role);

    /// <summary>True if the numbers of vectors lie along it.</summary>
    public bool HasNumbers => Atoms.Any(a => a.Role is AxisRole.Feature or AxisRole.Stack or AxisRole.Inner);

    public bool IsFeature => Atoms.All(a => a.Role is AxisRole.Feature or AxisRole.Stack or AxisRole.Inner)
        && Atoms.Any(a => a.Role is AxisRole.Feature or AxisRole.Inner);

    public bool Same(Axis other) => Axes.Same(Atoms, other.Atoms);
}

/// <summary>The roles of a tensor's axes.</summary>
internal static class Axes
{
    /// <summary>The most numbers of a grid that are put in another order.</summary>
    private const int MostOrdered = 65_536;

    public static bool Same(IReadOnlyList<Atom> a, IReadOnlyList<Atom> b) =>
        a.Count == b.Count && a.Zip(b).All(p => p.First.Root == p.Second.Root);

    /// <summary>Says what an axis is. One of the size 1 can be anything.</summary>
    public static void Claim(Axis axis, AxisRole role, string what)
    {
        if (axis.IsOne)
            return;
        if (axis.Atoms.Count > 1 || (axis.Atoms is [var only] && only.Role != AxisRole.Unknown && only.Role != role))
        {
            throw new NotTakenException(role == AxisRole.Time && axis.Is(AxisRole.Inner)
                ? $"{what} axis is one that a convolution with a stride or without causal padding runs along; over time RnnGen's are "
                    + "causal, with an output at every step"
                : $"{what} axis is not what the nodes before it take it for");
        }

        foreach (Atom atom in axis.Atoms)
            atom.Role = role;
    }

    /// <summary>
    /// Checks that a signal's vectors lie along an axis, and how wide they are. Only layers take vectors: an end of the network is none.
    /// </summary>
    /// <returns>The place among the signal's numbers of each number along the axis; null if they are in order.</returns>
    public static int[]? Take(Signal x, int axis, long size)
    {
        CheckVectors(x);
        if (x.Dims is { } dims)
        {
            if (axis < 0 || axis >= dims.Count)
                throw new NotTakenException($"it takes vectors, but {x.What} has {dims.Count} axes");
            if (dims.Where((d, i) => i != axis && !d.IsOne && d.HasNumbers).Any())
                throw new NotTakenException("it takes vectors along one axis, but their numbers lie along others too");
            ClaimFeatures(dims[axis], x.Grid is not null);
            if (dims[axis].Size is { } known && known != size)
                throw new NotTakenException($"it takes {size} numbers, but {x.What} has {known}");
        }

        Decide(x, size);
        return x.Grid is { } grid && x.Dims is { } axes ? Order(axes[axis].Atoms, grid) : null;
    }

    /// <summary>The same for what can take numbers in their order only.</summary>
    public static void TakeFeatures(Signal x, int axis, long size)
    {
        if (Take(x, axis, size) is not null)
            throw new NotTakenException("it takes the numbers of a grid in another order than RnnGen has them");
    }

    public static void Decide(Signal x, long size)
    {
        if (x.Pieces is [StateElement state])
            state.Decide(size);
        if (x.Source is { } source)
            source.Decide(size);
        else if (x.Width != size)
            throw new NotTakenException($"it takes {size} numbers, but {x.What} has {x.Width}");
    }

    /// <summary>Refuses what is no vector that a layer could take.</summary>
    public static void CheckVectors(Signal x)
    {
        if (x.Pad is not null)
            throw new NotTakenException("it takes numbers with padding around them; only a convolution does");
        if (x.IsSymbols)
            throw new NotTakenException($"it takes {x.What} of symbols as numbers");
        CheckVectors(x.Pieces);
    }

    public static void CheckVectors(IReadOnlyList<Element> pieces)
    {
        if (pieces.Any(p => p.IsOnce != pieces[0].IsOnce))
            throw new NotTakenException("it takes vectors of every step joined with vectors of the sequence");
        if (pieces.FirstOrDefault(p => p is SourceElement { IsInteger: true, Symbols: 0 }) is { } integers)
            throw new NotTakenException($"it takes {integers.What} of integers as numbers");
    }

    /// <summary>The size of the vectors along an axis: known from it, or from what the elements are.</summary>
    public static long WidthAlong(Signal x, int axis)
    {
        if (x.Pieces is [SourceElement { Width: 0 } or StateElement { Width: 0 }])
            return x.Dims?[axis].Size ?? throw new NotTakenException($"how many numbers {x.What} has is known only when it runs");
        return x.Width;
    }

    /// <summary>The axis along which a signal's vectors lie, or the last one if nothing has said yet.</summary>
    public static int FeatureAxis(Signal x)
    {
        if (x.Dims is not { Count: > 0 } dims)
            throw new NotTakenException($"which axis of {x.What} has its numbers depends on a condition");
        for (int i = 0; i < dims.Count; i++)
        {
            if (dims[i].IsFeature && !dims[i].IsOne)
                return i;
        }

        for (int i = dims.Count - 1; i >= 0; i--)
        {
            if (dims[i].IsFeature)
                return i;
        }

        return dims.Count - 1;
    }

    /// <summary>A copy of the axes with another one at a place.</summary>
    public static IReadOnlyList<Axis>? Replace(IReadOnlyList<Axis>? dims, int place, Axis axis) =>
        dims is null ? null : [.. dims.Select((d, i) => i == place ? axis : d)];

    public static Axis Features(long size) => new(new Atom(AxisRole.Feature, size));

    /// <summary>The axes of two tensors broadcast together, whose axes that are no vectors' become the same.</summary>
    public static IReadOnlyList<Axis>? Join(Signal a, Signal b)
    {
        if (a.Dims is not { } x || b.Dims is not { } y)
            return null;
        int rank = Math.Max(x.Count, y.Count);
        Axis[] joined = new Axis[rank];
        for (int i = 0; i < rank; i++)
        {
            Axis l = At(x, i), r = At(y, i);
            if (!l.IsOne && !r.IsOne && !l.Same(r))
                Unite(l, r);
            joined[i] = l.IsOne ? r : l;
        }

        return joined;

        Axis At(IReadOnlyList<Axis> dims, int place) => place < rank - dims.Count ? new Axis() : dims[place - rank + dims.Count];
    }

    public static void Unite(Axis a, Axis b)
    {
        if (a.HasNumbers && b.HasNumbers && a.Size == b.Size && a.Size is not null)
            return;
        if (a.Atoms.Count != b.Atoms.Count)
            throw new NotTakenException("it takes tensors whose axes do not fit together");
        foreach (var (l, r) in a.Atoms.Zip(b.Atoms))
            l.Unite(r);
    }

    /// <summary>
    /// The place in a grid's order of each number along an axis that joins all its atoms; null if the orders are the same.
    /// </summary>
    public static int[]? Order(IReadOnlyList<Atom> axis, IReadOnlyList<Atom> grid)
    {
        List<Atom> wanted = [.. axis.Where(a => a.Size != 1)], stored = [.. grid.Where(a => a.Size != 1)];
        if (Same(wanted, stored))
            return null;
        if (wanted.Count != stored.Count || wanted.Exists(a => a.Size is null)
            || !stored.TrueForAll(s => wanted.Exists(w => w.Root == s.Root)))
            throw new NotTakenException("it takes some of the positions of a grid");
        long[] strides = new long[wanted.Count];
        long stride = 1;
        for (int i = stored.Count - 1; i >= 0; i--)
        {
            strides[wanted.FindIndex(w => w.Root == stored[i].Root)] = stride;
            stride *= stored[i].Size!.Value;
            // Sizes that a graph only states, of an input for instance, may be any numbers: no file has bytes for them.
            if (stride is < 0 or > MostOrdered || stored[i].Size > MostOrdered)
                throw new NotTakenException($"it orders the numbers of a grid that has more than {MostOrdered:N0}");
        }

        int[] order = new int[stride];
        for (int i = 0; i < order.Length; i++)
        {
            long rest = i, place = 0;
            for (int d = wanted.Count - 1; d >= 0; d--)
            {
                place += rest % wanted[d].Size!.Value * strides[d];
                rest /= wanted[d].Size!.Value;
            }

            order[i] = (int)place;
        }

        return order;
    }

    private static void ClaimFeatures(Axis axis, bool isGrid)
    {
        if (axis.IsOne)
            return;
        if (axis.Atoms.Any(a => a.Role is AxisRole.Time or AxisRole.Batch))
            throw new NotTakenException("it takes vectors along an axis of time or of the batch");
        // Stacked directions come before the numbers of each: then they lie as the elements do.
        if (!isGrid && axis.Atoms.SkipWhile(a => a.Role == AxisRole.Stack).Any(a => a.Role == AxisRole.Stack))
            throw new NotTakenException("it takes directions interleaved");
        foreach (Atom atom in axis.Atoms.Where(a => a.Role == AxisRole.Unknown))
            atom.Role = AxisRole.Feature;
    }
}

/// <summary>The ways to make one vector of a sequence.</summary>
internal static class Pools
{
    public static LastElement Last(GraphReader reader, RnnElement of, int state = 0) =>
        reader.Elements.OfType<LastElement>().FirstOrDefault(e => e.Layer == of && e.State == state)
            ?? reader.Add(new LastElement(reader.NextIndex, of, state));

    public static PoolElement Pool(GraphReader reader, IReadOnlyList<Element> pieces, Pooling kind)
    {
        Axes.CheckVectors(pieces);
        if (pieces[0].IsOnce || pieces.Any(p => p.Width == 0))
            throw new NotTakenException("it makes one vector of what is none of a sequence");
        return reader.Elements.OfType<PoolElement>().FirstOrDefault(e => e.Kind == kind && e.Inputs.SequenceEqual(pieces))
            ?? reader.Add(new PoolElement(reader.NextIndex, pieces, kind));
    }
}
