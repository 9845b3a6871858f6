namespace RnnGen.Onnx;

/// <summary>A softmax over time, and vectors weighed by it: summed over time they are attention pooling.</summary>
internal static class Attention
{
    /// <summary>The weights of steps: the softmax of one score each.</summary>
    public static Value Weigh(NodeContext node, Signal scores, int axis)
    {
        if (scores.Pieces is not [DenseElement { Width: 1, Function.Kind: Activation.Linear, Matrix: { } matrix } score] || score.IsOnce)
            throw new NotTakenException("its softmax over time is not of one learned score for each step");
        if (score.Inputs is [DenseElement { Function: { Kind: Activation.Tanh }, Matrix: not null } keys])
            return new StepWeights(scores, axis, keys.Inputs, matrix, keys);
        return new StepWeights(scores, axis, score.Inputs, matrix, null);
    }

    /// <summary>Vectors times their steps' weights.</summary>
    public static bool TryWeigh(NodeContext node, Value a, Value b)
    {
        var (weights, x) = (a as StepWeights ?? b as StepWeights, a as Signal ?? b as Signal);
        if (weights is null || x is null)
            return false;
        if (!weights.Of.SequenceEqual(x.Pieces))
            throw new NotTakenException("it weighs other vectors than those that the scores are of");
        node.Output(0, new WeighedSteps(weights, x));
        return true;
    }

    /// <summary>Their sum over time.</summary>
    public static bool TrySum(NodeContext node)
    {
        if (node.Input(0) is not WeighedSteps { X: { Dims: { } dims } x } weighed)
            return false;
        if (node.Operator != "ReduceSum" || node.Axes(1) is not [var number])
            throw new NotTakenException("it takes weighed vectors otherwise than summed over time");
        int place = NodeContext.Place(number, dims.Count);
        if (!dims[place].Is(AxisRole.Time))
            throw new NotTakenException("it sums weighed vectors over another axis than time");
        PoolElement pool = node.Reader.Add(new PoolElement(node.Reader.NextIndex, x.Pieces, Pooling.Attention)
        {
            Score = weighed.Weights.Matrix,
            Keys = weighed.Weights.Keys,
        });
        node.Output(0, new Signal(
            [pool], node.Whole("keepdims", 1) != 0 ? Axes.Replace(dims, place, new Axis()) : [.. dims.Where((_, i) => i != place)]));
        return true;
    }
}

/// <summary>Weights of steps that sum to 1.</summary>
internal sealed class StepWeights(Signal scores, int axis, IReadOnlyList<Element> of, float[] matrix, DenseElement? keys) : Value
{
    public Signal Scores { get; } = scores;

    public int Axis { get; } = axis;

    /// <summary>The vectors that the scores are of.</summary>
    public IReadOnlyList<Element> Of { get; } = of;

    public float[] Matrix { get; } = matrix;

    /// <summary>The layer before the score; null for none.</summary>
    public DenseElement? Keys { get; } = keys;

    public override string What => "a softmax over time";
}

/// <summary>Vectors times their steps' weights.</summary>
internal sealed class WeighedSteps(StepWeights weights, Signal x) : Value
{
    public StepWeights Weights { get; } = weights;

    public Signal X { get; } = x;

    public override string What => "vectors weighed by a softmax over time";
}
