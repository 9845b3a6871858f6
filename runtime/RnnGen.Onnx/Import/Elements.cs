namespace RnnGen.Onnx;

/// <summary>Something that the declaration will have, one direction of a recurrent layer at a time.</summary>
internal abstract class Element(int index, IReadOnlyList<Element> inputs)
{
    /// <summary>Elements are numbered as they are found: what one takes has a smaller number.</summary>
    public int Index { get; } = index;

    public IReadOnlyList<Element> Inputs { get; } = inputs;

    public abstract int Width { get; }

    /// <summary>True if there is one vector per sequence, instead of one per step.</summary>
    public virtual bool IsOnce => Inputs.Any(i => i.IsOnce);

    public abstract string What { get; }
}

internal enum SourceUse
{
    Open,
    Input,
    State,
    Lengths,
}

/// <summary>An input of the graph, or where a graph is taken in part a tensor of it.</summary>
internal sealed class SourceElement(int index, string tensor, string? node) : Element(index, [])
{
    private int width;

    public string Tensor { get; } = tensor;

    /// <summary>The node that was not taken whose tensor this is; null for an input of the graph.</summary>
    public string? Node { get; } = node;

    public bool IsInteger { get; init; }

    public SourceUse Use { get; private set; }

    /// <summary>Symbols of an embedding or a one-hot vector; 0 for numbers.</summary>
    public int Symbols { get; private set; }

    /// <summary>[symbol][width] of an embedding.</summary>
    public float[]? Vectors { get; private set; }

    /// <summary>0 as long as it is not known.</summary>
    public override int Width => width;

    public override string What => Node is null ? $"the input '{Tensor}'" : $"the value '{Tensor}'";

    public void UseAs(SourceUse use)
    {
        if (Use != SourceUse.Open && Use != use)
            throw new NotTakenException($"it takes {What} as {Word(use)}, which another node takes as {Word(Use)}");
        Use = use;
    }

    public void Decide(long size)
    {
        if (width != 0 && width != size)
            throw new NotTakenException($"it takes {size} numbers, but {What} has {width}");
        if (size is < 1 or > 65_536)
            throw new NotTakenException($"it takes {size} numbers; an input has 1 to 65,536");
        width = (int)size;
    }

    /// <summary>Makes it a source of symbols, each of them a vector.</summary>
    public void Embed(int symbols, int size, float[]? vectors)
    {
        if (Symbols != 0 && (Symbols != symbols || width != size || !ReferenceEquals(Vectors, vectors)))
            throw new NotTakenException($"{What} already has other vectors; a model has one source");
        Decide(size);
        (Symbols, Vectors) = (symbols, vectors);
    }

    private static string Word(SourceUse use) => use switch
    {
        SourceUse.State => "states",
        SourceUse.Lengths => "lengths",
        _ => "input",
    };
}

/// <summary>An element-wise function with its numbers.</summary>
internal readonly record struct Function(Activation Kind, double Alpha, double Beta)
{
    public static Function Linear { get; } = new(Activation.Linear, 0, 0);

    /// <summary>The function with ONNX's defaults.</summary>
    public static Function Of(Activation kind) => kind switch
    {
        Activation.LeakyRelu => new(kind, 0.01, 0),
        Activation.HardSigmoid => new(kind, 0.2, 0.5),
        Activation.ScaledTanh => new(kind, 1, 1),
        Activation.Affine or Activation.ThresholdedRelu or Activation.Elu => new(kind, 1, 0),
        _ => new(kind, 0, 0),
    };

    public bool HasAlpha =>
        HasBeta || Kind is Activation.LeakyRelu or Activation.ThresholdedRelu or Activation.Elu;

    public bool HasBeta => Kind is Activation.Affine or Activation.ScaledTanh or Activation.HardSigmoid;
}

/// <summary>One direction of a recurrent node.</summary>
internal sealed class RnnElement(int index, IReadOnlyList<Element> inputs) : Element(index, inputs)
{
    public required string Node { get; init; }

    /// <summary>The cell's type in RnnGen.</summary>
    public required string Cell { get; init; }

    public required int Hidden { get; init; }

    public required bool IsReverse { get; init; }

    /// <summary>The node's number: both its directions have it.</summary>
    public required int Pair { get; init; }

    /// <summary>Activation, GateActivation and OutputActivation; null where the cell has none.</summary>
    public required Function? Candidate { get; init; }

    public required Function? Gate { get; init; }

    public required Function? Output { get; init; }

    public required double Clip { get; init; }

    /// <summary>Under RnnGen's names without module and suffix (weight_ih, Pi), rows in its order of gates.</summary>
    public required IReadOnlyList<(string Name, int[] Shape, float[] Values)> Tensors { get; init; }

    public bool HasBias => Tensors.Any(t => t.Name == "bias_ih");

    public override int Width => Hidden;

    public override string What => $"the output of {Node}";

    /// <summary>True if the two could be the directions of one declared layer.</summary>
    public bool IsPairOf(RnnElement other) => Pair == other.Pair && !IsReverse && other.IsReverse && SameOptions(other);

    public bool SameOptions(RnnElement other) =>
        (Cell, Hidden, Candidate, Gate, Output, Clip, HasBias) == (
            other.Cell, other.Hidden, other.Candidate, other.Gate, other.Output, other.Clip, other.HasBias);

    public bool SameAs(RnnElement other) =>
        IsReverse == other.IsReverse && SameOptions(other) && Inputs.SequenceEqual(other.Inputs) && Tensors.Count == other.Tensors.Count
        && Tensors.Zip(other.Tensors)
            .All(t => t.First.Name == t.Second.Name
                && t.First.Shape.AsSpan().SequenceEqual(t.Second.Shape)
                && t.First.Values.AsSpan().SequenceEqual(t.Second.Values));
}

/// <summary>W x + b and a function. Without a matrix W is diagonal.</summary>
internal sealed class DenseElement(int index, IReadOnlyList<Element> inputs, int size) : Element(index, inputs)
{
    public required string Node { get; init; }

    /// <summary>[output][input], or null for a diagonal one.</summary>
    public float[]? Matrix { get; init; }

    /// <summary>The diagonal where there is no matrix.</summary>
    public float[]? Diagonal { get; init; }

    public float[]? Bias { get; init; }

    public Function Function { get; init; } = Function.Linear;

    public override int Width => size;

    public override string What => $"the output of {Node}";
}

/// <summary>The last state of one direction: of a reverse layer that at the first step in time.</summary>
internal sealed class LastElement(int index, RnnElement of) : Element(index, [of])
{
    public RnnElement Of { get; } = of;

    public override int Width => Of.Width;

    public override bool IsOnce => true;

    public override string What => $"the last state of {Of.Node}";
}

/// <summary>The vector of the last step in time, or the mean over time.</summary>
internal sealed class PoolElement(int index, IReadOnlyList<Element> inputs, bool isMean) : Element(index, inputs)
{
    public bool IsMean { get; } = isMean;

    public override int Width => Inputs.Sum(i => i.Width);

    public override bool IsOnce => true;

    public override string What => IsMean ? "a mean over time" : "the last step";
}

/// <summary>Both directions of a node made one by a sum, a mean or a product.</summary>
internal sealed class MergeElement(int index, RnnElement forward, RnnElement reverse, Merge merge) : Element(index, [forward, reverse])
{
    public Merge Merge { get; } = merge;

    public override int Width => Inputs[0].Width;

    public override string What => $"the merged output of {((RnnElement)Inputs[0]).Node}";
}

/// <summary>A softmax, which RnnGen has at an output only.</summary>
internal sealed class SoftmaxElement(int index, IReadOnlyList<Element> inputs) : Element(index, inputs)
{
    public override int Width => Inputs.Sum(i => i.Width);

    public override string What => "a softmax";
}
