namespace RnnGen.Onnx;

/// <summary>The meaning of a tensor's axis.</summary>
public enum TensorAxis
{
    /// <summary>Sequences side by side; RnnGen takes one after the other.</summary>
    Rows,

    /// <summary>The steps of a sequence.</summary>
    Steps,

    /// <summary>The numbers of a step, or some of them where several axes are these.</summary>
    Numbers,
}

/// <summary>An input or an output of the ONNX graph, and its numbers in the model.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Axes">The meaning of each axis; one of the size 1 may have any.</param>
/// <param name="Start">The place of its first number in a step's vector: several inputs are one vector, and so are several heads.</param>
/// <param name="Order">
/// The place of each number from <paramref name="Start"/> on, where the graph has them in another order; null where the order is the same.
/// </param>
public sealed record ImportedTensor(string Name, IReadOnlyList<TensorAxis> Axes, int Start, IReadOnlyList<int>? Order)
{
    /// <summary>The tensor.</summary>
    public string Name { get; } = Name ?? throw new ArgumentNullException(nameof(Name));

    /// <summary>The meaning of each axis.</summary>
    public IReadOnlyList<TensorAxis> Axes { get; } = Axes ?? throw new ArgumentNullException(nameof(Axes));
}

/// <summary>States of the graph that are RnnGen's <c>State</c>.</summary>
/// <param name="Input">The input that a step begins in; empty if it begins in zeros.</param>
/// <param name="Output">The output that a step ends in; empty if there is none.</param>
/// <param name="Places">The place of each number of one row in the <c>State</c>, as its <c>CopyTo</c> gives it; −1 for one that no layer
/// takes.</param>
public sealed record ImportedState(string Input, string Output, IReadOnlyList<int> Places)
{
    /// <summary>The input.</summary>
    public string Input { get; } = Input ?? throw new ArgumentNullException(nameof(Input));

    /// <summary>The output.</summary>
    public string Output { get; } = Output ?? throw new ArgumentNullException(nameof(Output));

    /// <summary>The places.</summary>
    public IReadOnlyList<int> Places { get; } = Places ?? throw new ArgumentNullException(nameof(Places));
}

/// <summary>What is said of an input that the graph leaves open: its numbers, if they are always the same, or its shape.</summary>
public sealed record OnnxInput
{
    private OnnxInput(IReadOnlyList<double>? values, IReadOnlyList<long?>? shape) => (Values, Shape) = (values, shape);

    /// <summary>The numbers; null if the input is open.</summary>
    public IReadOnlyList<double>? Values { get; }

    /// <summary>The size of each axis, null for one that is open; null if nothing is said of any.</summary>
    public IReadOnlyList<long?>? Shape { get; }

    /// <summary>An input that always has these numbers: a sampling rate chooses one of two networks.</summary>
    /// <param name="values">A number or a vector.</param>
    /// <exception cref="ArgumentException">There is none, or one is not finite.</exception>
    public static OnnxInput Constant(params double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Length > 0 && Array.TrueForAll(values, double.IsFinite)
            ? new([.. values], null)
            : throw new ArgumentException("An input has at least one number, and they are finite.", nameof(values));
    }

    /// <summary>An input of this shape: convolutions within a step need to know how many positions there are.</summary>
    /// <param name="shape">The size of each axis, null for one that is open.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not 1 to 1,000,000.</exception>
    public static OnnxInput Sized(params long?[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        foreach (long? size in shape)
        {
            if (size is < 1 or > 1_000_000)
                throw new ArgumentOutOfRangeException(nameof(shape), size, "An axis has 1 to 1,000,000 places.");
        }

        return new(null, [.. shape]);
    }
}
