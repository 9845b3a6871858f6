namespace RnnGen.Onnx;

/// <summary>
/// Means over time, over the positions of a grid and over a vector's numbers, and what makes one vector of both directions.
/// </summary>
internal static class ReductionOperators
{
    public static void Apply(NodeContext node)
    {
        if (Attention.TrySum(node) || ShapeOperators.TryReduce(node))
            return;
        if (node.Input(0) is Statistics statistics && node.Operator == "ReduceMean")
        {
            Statistics.TryMean(node, null, statistics);
            return;
        }

        Signal x = node.Signal(0);
        if (x.Dims is not { } dims)
            throw new NotTakenException("which axes it reduces depends on a condition");
        List<int> places = [.. (node.Axes(1) ?? [.. Enumerable.Range(0, dims.Count).Select(i => (long)i)])
            .Select(a => NodeContext.Place(a, dims.Count)).Where(p => !dims[p].IsOne)];
        bool keeps = node.Whole("keepdims", 1) != 0;
        List<int> all = [.. (node.Axes(1) ?? [.. Enumerable.Range(0, dims.Count).Select(i => (long)i)])
            .Select(a => NodeContext.Place(a, dims.Count))];
        if (places.Count == 0)
        {
            node.Output(0, Signal(x.Pieces, x.Grid));
            return;
        }

        if (places.Count > 1 && !places.TrueForAll(p => dims[p].HasNumbers))
            throw new NotTakenException("it reduces several axes");
        int place = places[0];
        Axis axis = dims[place];
        bool isMean = node.Operator == "ReduceMean";
        if (isMean && axis.Is(AxisRole.Time))
            node.Output(0, Signal([Pools.Pool(node.Reader, x.Pieces, Pooling.Mean)], null));
        else if (node.Operator == "ReduceMax" && axis.Is(AxisRole.Time))
            node.Output(0, Signal([Pools.Pool(node.Reader, x.Pieces, Pooling.Max)], null));
        else if (axis.Is(AxisRole.Stack) && x.Pieces is [RnnElement forward, RnnElement reverse]
            && node.Operator is "ReduceMean" or "ReduceSum")
            node.Output(0, Signal([Merge(node, x, forward, reverse, isMean ? RnnGen.Merge.Mean : RnnGen.Merge.Sum).Pieces[0]], null));
        else if (x.Grid is not null && axis.Is(AxisRole.Inner) && node.Operator is "ReduceMean" or "ReduceMax")
            node.Output(0, Signal([GridOperators.PoolAll(node, x, isMean)], null));
        else if (isMean && keeps && IsAllNumbers(x, places))
            Statistics.TryMean(node, x, null);
        else
            throw new NotTakenException("it reduces an axis that is not time's, the directions' or a grid's");

        Signal Signal(IReadOnlyList<Element> pieces, IReadOnlyList<Atom>? grid) => new(
            pieces,
            keeps ? [.. dims.Select((d, i) => all.Contains(i) ? new Axis() : d)] : [.. dims.Where((_, i) => !all.Contains(i))])
        {
            Grid = grid,
        };
    }

    public static Signal Merge(NodeContext node, Signal x, RnnElement forward, RnnElement reverse, Merge merge) => forward.IsPairOf(reverse)
        ? new([node.Reader.Add(new MergeElement(node.Reader.NextIndex, forward, reverse, merge))], x.Dims)
        : Elementwise.Combine(
            node, merge == RnnGen.Merge.Multiply ? '*' : merge == RnnGen.Merge.Sum ? '+'
                : throw new NotTakenException("it takes the mean of directions with different activations"),
            new([forward], x.Dims), new([reverse], x.Dims));

    /// <summary>True if what is reduced is all of a step's numbers; an input's last axis has them, if nothing says otherwise.</summary>
    private static bool IsAllNumbers(Signal x, List<int> places)
    {
        IReadOnlyList<Axis> dims = x.Dims!;
        if (!dims.Any(d => d.HasNumbers) && places is [var only] && only == dims.Count - 1)
            Axes.TakeFeatures(x, only, Axes.WidthAlong(x, only));
        return places.TrueForAll(p => dims[p].HasNumbers)
            && !dims.Where((d, i) => d.HasNumbers && !d.IsOne && !places.Contains(i)).Any();
    }
}
