namespace RnnGen.Onnx;

/// <summary>Means over time, and what makes one vector of both directions.</summary>
internal static class ReductionOperators
{
    public static void Apply(NodeContext node)
    {
        Signal x = node.Signal(0);
        if (x.Dims is not { } dims)
            throw new NotTakenException("which axes it reduces depends on a condition");
        if (node.Axes(1) is not [var number])
            throw new NotTakenException("it reduces several axes");
        int place = NodeContext.Place(number, dims.Count);
        Axis axis = dims[place];
        bool isMean = node.Operator == "ReduceMean";
        IReadOnlyList<Element> pieces;
        if (axis.Atoms.Count == 0)
            pieces = x.Pieces;
        else if (isMean && axis.Is(AxisRole.Time))
            pieces = [Pools.Pool(node.Reader, x.Pieces, isMean: true)];
        else if (axis.Is(AxisRole.Stack) && x.Pieces is [RnnElement forward, RnnElement reverse])
            pieces = [Merge(node, forward, reverse, isMean ? RnnGen.Merge.Mean : RnnGen.Merge.Sum)];
        else
            throw new NotTakenException("it reduces an axis that is not time's or the directions'");
        node.Output(
            0,
            new Signal(
                pieces, node.Whole("keepdims", 1) != 0 ? Axes.Replace(dims, place, new Axis()) : [.. dims.Where((_, i) => i != place)]));
    }

    /// <summary>A sum or a product of two computed vectors: taken if they are the two directions of one layer.</summary>
    public static void MergePair(NodeContext node, Signal a, Signal b)
    {
        if (a.Pieces is [RnnElement first]
            && b.Pieces is [RnnElement second]
            && node.Operator is "Add" or "Mul"
            && first.Pair == second.Pair && first.IsReverse != second.IsReverse)
        {
            var (forward, reverse) = first.IsReverse ? (second, first) : (first, second);
            node.Output(
                0, new Signal([Merge(node, forward, reverse, node.Operator == "Add" ? RnnGen.Merge.Sum : RnnGen.Merge.Multiply)], a.Dims));
            return;
        }

        throw new NotTakenException($"it combines {a.What} and {b.What}; RnnGen does so with the two directions of a layer only");
    }

    private static MergeElement Merge(NodeContext node, RnnElement forward, RnnElement reverse, Merge merge) => forward.IsPairOf(reverse)
        ? node.Reader.Add(new MergeElement(node.Reader.NextIndex, forward, reverse, merge))
        : throw new NotTakenException("it merges directions with different activations; RnnGen merges directions of one layer");
}
