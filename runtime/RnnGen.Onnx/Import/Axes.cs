namespace RnnGen.Onnx;

/// <summary>The roles of a tensor's axes.</summary>
internal static class Axes
{
    /// <summary>Says what an axis is. One of the size 1 can be anything.</summary>
    public static void Claim(Axis axis, AxisRole role, string what)
    {
        if (axis.Atoms.Count > 1 || (axis.Atoms is [var only] && only.Role != AxisRole.Unknown && only.Role != role))
            throw new NotTakenException($"{what} axis is not what the nodes before it take it for");
        foreach (Atom atom in axis.Atoms)
            atom.Role = role;
    }

    /// <summary>
    /// Checks that a signal's vectors lie along an axis, and how wide they are. Only layers take vectors: an end of the network is none.
    /// </summary>
    public static void TakeFeatures(Signal x, int axis, long size)
    {
        CheckVectors(x.Pieces);
        if (x.Dims is { } dims)
        {
            if (axis < 0 || axis >= dims.Count)
                throw new NotTakenException($"it takes vectors, but {x.What} has {dims.Count} axes");
            ClaimFeatures(dims[axis]);
            if (dims[axis].Size is { } known && known != size)
                throw new NotTakenException($"it takes {size} numbers, but {x.What} has {known}");
        }

        if (x.Source is { } source)
        {
            source.UseAs(SourceUse.Input);
            source.Decide(size);
        }
        else if (x.Width != size)
        {
            throw new NotTakenException($"it takes {size} numbers, but {x.What} has {x.Width}");
        }
    }

    /// <summary>Refuses what is no vector that a layer could take.</summary>
    public static void CheckVectors(IReadOnlyList<Element> pieces)
    {
        if (pieces.Any(p => p.IsOnce != pieces[0].IsOnce))
            throw new NotTakenException("it takes vectors of every step joined with vectors of the sequence");
        if (pieces.Any(p => p is SoftmaxElement))
            throw new NotTakenException("it takes a softmax, which RnnGen has at an output only");
        if (pieces.FirstOrDefault(p => p is SourceElement { IsInteger: true, Symbols: 0 }) is { } integers)
            throw new NotTakenException($"it takes {integers.What} of integers as numbers");
    }

    /// <summary>The size of the vectors along an axis: known from it, or from what the elements are.</summary>
    public static long WidthAlong(Signal x, int axis)
    {
        if (x.Source is { Width: 0 })
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
            if (dims[i].IsFeature)
                return i;
        }

        return dims.Count - 1;
    }

    /// <summary>A copy of the axes with another one at a place.</summary>
    public static IReadOnlyList<Axis>? Replace(IReadOnlyList<Axis>? dims, int place, Axis axis) =>
        dims is null ? null : [.. dims.Select((d, i) => i == place ? axis : d)];

    public static Axis Features(long size) => new(new Atom(AxisRole.Feature, size));

    private static void ClaimFeatures(Axis axis)
    {
        if (axis.Atoms.Any(a => a.Role is AxisRole.Time or AxisRole.Batch))
            throw new NotTakenException("it takes vectors along an axis of time or of the batch");
        // Stacked directions come before the numbers of each: then they lie as the elements do.
        if (axis.Atoms.SkipWhile(a => a.Role == AxisRole.Stack).Any(a => a.Role == AxisRole.Stack))
            throw new NotTakenException("it takes directions interleaved");
        foreach (Atom atom in axis.Atoms.Where(a => a.Role == AxisRole.Unknown))
            atom.Role = AxisRole.Feature;
    }
}

/// <summary>The ways to make one vector of a sequence.</summary>
internal static class Pools
{
    public static LastElement Last(GraphReader reader, RnnElement of) =>
        reader.Elements.OfType<LastElement>().FirstOrDefault(e => e.Of == of) ?? reader.Add(new LastElement(reader.NextIndex, of));

    public static PoolElement Pool(GraphReader reader, IReadOnlyList<Element> pieces, bool isMean)
    {
        Axes.CheckVectors(pieces);
        if (pieces[0].IsOnce || pieces.Any(p => p.Width == 0))
            throw new NotTakenException("it makes one vector of what is none of a sequence");
        return reader.Elements.OfType<PoolElement>().FirstOrDefault(e => e.IsMean == isMean && e.Inputs.SequenceEqual(pieces))
            ?? reader.Add(new PoolElement(reader.NextIndex, pieces, isMean));
    }
}
