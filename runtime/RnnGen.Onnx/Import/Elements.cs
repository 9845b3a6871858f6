namespace RnnGen.Onnx;

/// <summary>Something that the declaration will have, one direction of a recurrent layer at a time. None is ever changed.</summary>
internal abstract class Element(int index, IReadOnlyList<Element> inputs)
{
    // Computed once: inputs can be shared, and chains of them long.
    private readonly bool isAnyOnce = inputs.Any(i => i.IsOnce);
    private readonly int inputWidth = inputs.Sum(i => i.Width);

    /// <summary>Elements are numbered as they are found: what one takes has a smaller number.</summary>
    public int Index { get; } = index;

    public IReadOnlyList<Element> Inputs { get; } = inputs;

    public abstract int Width { get; }

    /// <summary>Places within a step that its numbers belong to, one after the other.</summary>
    public virtual int Positions => 1;

    /// <summary>True if there is one vector per sequence, instead of one per step.</summary>
    public virtual bool IsOnce => isAnyOnce;

    /// <summary>Numbers of all inputs together.</summary>
    protected int InputWidth => inputWidth > 0 ? inputWidth : Inputs.Sum(i => i.Width);

    /// <summary>The positions of the only input.</summary>
    protected int InputPositions { get; } = inputs is [var only] ? only.Positions : 1;

    public abstract string What { get; }

    /// <summary>The same of other inputs; null for what has none.</summary>
    public virtual Element? Of(int index, IReadOnlyList<Element> inputs) => null;
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

    public override int Positions => Matrix is null ? InputPositions : 1;

    public override string What => $"the output of {Node}";

    /// <summary>The one number α that the diagonal is, and the one β that the bias is; null if there are others.</summary>
    public (float Alpha, float Beta)? Affine =>
        Diagonal is { Length: > 0 } d && Array.TrueForAll(d, v => v == d[0]) && (Bias is null || Array.TrueForAll(Bias, b => b == Bias[0]))
            ? (d[0], Bias?[0] ?? 0)
            : null;

    public DenseElement Copy(int index, IReadOnlyList<Element> inputs, Function function) => new(index, inputs, Width)
    {
        Node = Node,
        Matrix = Matrix,
        Diagonal = Diagonal,
        Bias = Bias,
        Function = function,
    };

    public override Element Of(int index, IReadOnlyList<Element> inputs) => Copy(index, inputs, Function);
}

/// <summary>Vectors of one width added or multiplied element by element.</summary>
/// <param name="index">Its number.</param>
/// <param name="operation">+ or *.</param>
/// <param name="operands">Each of them elements side by side.</param>
internal sealed class CombinedElement(int index, char operation, IReadOnlyList<IReadOnlyList<Element>> operands)
    : Element(index, [.. operands.SelectMany(o => o)])
{
    public char Operation { get; } = operation;

    public IReadOnlyList<IReadOnlyList<Element>> Operands { get; } = operands;

    private readonly int width = operands[0].Sum(e => e.Width);

    public override int Width => width > 0 ? width : Operands[0].Sum(e => e.Width);

    public override int Positions { get; } = operands[0] is [var only] ? only.Positions : 1;

    public override string What => Operation == '+' ? "a sum of vectors" : "a product of vectors";

    public override Element Of(int index, IReadOnlyList<Element> inputs)
    {
        Queue<Element> rest = new(inputs);
        return new CombinedElement(index, Operation, [.. Operands.Select(o => (IReadOnlyList<Element>)[.. o.Select(_ => rest.Dequeue())])]);
    }
}

/// <summary>Some numbers of a vector.</summary>
internal sealed class SliceElement(int index, Element of, int[] places) : Element(index, [of])
{
    public int[] Places { get; } = places;

    public override int Width => Places.Length;

    public override string What => $"a part of {Inputs[0].What}";

    public override Element Of(int index, IReadOnlyList<Element> inputs) => new SliceElement(index, inputs[0], Places);
}

/// <summary>The vector of the last step in time, the mean or the largest over time.</summary>
internal sealed class PoolElement(int index, IReadOnlyList<Element> inputs, Pooling kind) : Element(index, inputs)
{
    public Pooling Kind { get; } = kind;

    /// <summary>v of attention's scores v · h or v · tanh(W h + b).</summary>
    public float[]? Score { get; init; }

    /// <summary>W and b.</summary>
    public DenseElement? Keys { get; init; }

    public override int Width => InputWidth;

    public override bool IsOnce => true;

    public override string What => Kind switch
    {
        Pooling.Mean => "a mean over time",
        Pooling.Max => "the largest over time",
        Pooling.Attention => "attention over time",
        _ => "the last step",
    };

    public override Element Of(int index, IReadOnlyList<Element> inputs) =>
        new PoolElement(index, inputs, Kind) { Score = Score, Keys = Keys };
}

/// <summary>A softmax or the logarithm of one, over the numbers of each vector.</summary>
internal sealed class SoftmaxElement(int index, IReadOnlyList<Element> inputs, bool isLog) : Element(index, inputs)
{
    public bool IsLog { get; } = isLog;

    public override int Width => InputWidth;

    public override string What => "a softmax";

    public override Element Of(int index, IReadOnlyList<Element> inputs) => new SoftmaxElement(index, inputs, IsLog);
}

/// <summary>A normalisation of each vector by itself.</summary>
internal sealed class NormElement(int index, IReadOnlyList<Element> inputs) : Element(index, inputs)
{
    /// <summary>False for the root of the mean square alone.</summary>
    public required bool IsCentred { get; init; }

    /// <summary>Groups of neighbouring numbers that are normalised apart.</summary>
    public int Groups { get; init; } = 1;

    public required double Epsilon { get; init; }

    public float[]? Gain { get; init; }

    public float[]? Bias { get; init; }

    public override int Width => InputWidth;

    public override int Positions => InputPositions;

    public override string What => "a normalisation";

    public override Element Of(int index, IReadOnlyList<Element> inputs) => With(index, inputs, Gain, Bias);

    public NormElement With(int index, IReadOnlyList<Element> inputs, float[]? gain, float[]? bias) =>
        new(index, inputs) { IsCentred = IsCentred, Groups = Groups, Epsilon = Epsilon, Gain = gain, Bias = bias };
}

/// <summary>max(x, 0) + a min(x, 0) with learned a.</summary>
internal sealed class PReluElement(int index, IReadOnlyList<Element> inputs, float[] slopes) : Element(index, inputs)
{
    /// <summary>One for each number, or one for all.</summary>
    public float[] Slopes { get; } = slopes;

    public override int Width => InputWidth;

    public override int Positions => InputPositions;

    public override string What => "a PRelu";

    public override Element Of(int index, IReadOnlyList<Element> inputs) => new PReluElement(index, inputs, Slopes);
}
