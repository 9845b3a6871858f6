namespace RnnGen.Onnx;

/// <summary>A node cannot be taken.</summary>
/// <param name="reason">Why, as the rest of a sentence that begins with the node.</param>
internal sealed class NotTakenException(string reason) : Exception(reason);

/// <summary>The facts known about one of a graph's tensors.</summary>
internal abstract class Value
{
    /// <summary>For messages.</summary>
    public abstract string What { get; }
}

/// <summary>A tensor of which every entry is known by itself: operators of layout only move them.</summary>
internal abstract class Listed(long[] dims) : Value
{
    public long[] Dims { get; } = dims;

    public abstract int Count { get; }

    /// <summary>A tensor of chosen entries of this one, by their places.</summary>
    public abstract Listed Pick(long[] dims, int[] places);

    /// <summary>The entries under other dimensions.</summary>
    public abstract Listed With(long[] dims);
}

/// <summary>Integers or truth values that are computed from shapes.</summary>
/// <param name="dims">The dimensions.</param>
/// <param name="items">Row by row.</param>
/// <param name="isReal">True if they were made real numbers, whose quotient need not be whole.</param>
internal sealed class ShapeTensor(long[] dims, Size[] items, bool isReal = false) : Listed(dims)
{
    public Size[] Items { get; } = items;

    public bool IsReal { get; } = isReal;

    public override int Count => Items.Length;

    public override string What => "a shape";

    public override Listed Pick(long[] dims, int[] places) => new ShapeTensor(dims, Array.ConvertAll(places, p => Items[p]), IsReal);

    public override Listed With(long[] dims) => new ShapeTensor(dims, Items, IsReal);
}

/// <summary>
/// Numbers that elements give, in whatever order: states taken out of one input, or put together to one output. Axes of unknown size are
/// that of the batch, and count as 1.
/// </summary>
internal sealed class Packed(long[] dims, (Element Of, int Unit)[] numbers) : Listed(dims)
{
    public (Element Of, int Unit)[] Numbers { get; } = numbers;

    /// <summary>The input that all numbers are of; null if they are computed.</summary>
    public SourceElement? Source =>
        Numbers.Length > 0 && Numbers[0].Of is SourceElement source && Array.TrueForAll(Numbers, n => n.Of == source) ? source : null;

    public override int Count => Numbers.Length;

    public override string What => Source is { } source ? $"a part of {source.What}" : "numbers of several vectors";

    public override Listed Pick(long[] dims, int[] places) => new Packed(dims, Array.ConvertAll(places, p => Numbers[p]));

    public override Listed With(long[] dims) => new Packed(dims, Numbers);

    public bool Same(Packed other) => Dims.AsSpan().SequenceEqual(other.Dims) && Numbers.AsSpan().SequenceEqual(other.Numbers);
}

/// <summary>A shape, a condition or the like that depends on what is known only in use, even in how many numbers it has.</summary>
internal sealed class Unmeasured : Value
{
    public static Unmeasured Instance { get; } = new();

    public override string What => "a shape";
}

/// <summary>One number throughout, in whatever shape.</summary>
/// <param name="number">The number.</param>
/// <param name="isReal">False if it is an integer or a truth value.</param>
/// <param name="dims">The shape, where it is known.</param>
internal sealed class Uniform(double number, bool isReal, Size[]? dims = null) : Value
{
    public static Uniform Zeros { get; } = new(0, true);

    public double Number { get; } = number;

    public bool IsReal { get; } = isReal;

    public Size[]? Dims { get; } = dims;

    public bool IsZero => Number == 0;

    public override string What => IsZero ? "zeros" : $"the number {Number}";
}

/// <summary>The number of the step that a loop is at, and a constant.</summary>
internal sealed class StepNumber(object loop, long offset) : Value
{
    public object Loop { get; } = loop;

    public long Offset { get; } = offset;

    public override string What => "the number of a loop's step";
}

/// <summary>The condition of a loop: it goes on until as many steps are done.</summary>
internal sealed class StepCondition(object loop, IReadOnlyList<Size> counts) : Value
{
    public object Loop { get; } = loop;

    public IReadOnlyList<Size> Counts { get; } = counts;

    public override string What => "the condition of a loop";
}

/// <summary>Symbols, and a constant added: what exporters compute for symbols below 0, which there are none of.</summary>
internal sealed class ShiftedSymbols(Signal symbols) : Value
{
    public Signal Symbols { get; } = symbols;

    public override string What => "symbols with a constant added";
}

/// <summary>Vectors that the network computes: those of its elements, side by side.</summary>
/// <param name="pieces">The elements in their order.</param>
/// <param name="dims">The tensor's axes; null where they depend on a condition.</param>
/// <param name="isState">True if this is the last state of a recurrent node.</param>
internal sealed class Signal(IReadOnlyList<Element> pieces, IReadOnlyList<Axis>? dims, bool isState = false) : Value
{
    public IReadOnlyList<Element> Pieces { get; } = pieces;

    public IReadOnlyList<Axis>? Dims { get; } = dims;

    public bool IsState { get; } = isState;

    /// <summary>True if these are the numbers of symbols, which no layer takes as they are.</summary>
    public bool IsSymbols { get; init; }

    /// <summary>The axes of a grid in the order in which its numbers lie, positions first; null for what lies as its axes do.</summary>
    public IReadOnlyList<Atom>? Grid { get; init; }

    /// <summary>Numbers around those along one axis, which a convolution will take; null for none.</summary>
    public Padding? Pad { get; init; }

    public long Width => Pieces.Sum(p => (long)p.Width);

    public override string What => Pieces.Count == 1 ? Pieces[0].What : $"{Pieces.Count} values";

    /// <summary>The input that this is, if nothing has been computed from it yet.</summary>
    public SourceElement? Source => Pieces is [SourceElement source] ? source : null;

    public Signal With(IReadOnlyList<Axis>? dims) => new(Pieces, dims, IsState) { IsSymbols = IsSymbols, Grid = Grid, Pad = Pad };
}

/// <summary>Numbers around those along an axis: zeros, or the axis mirrored at its ends.</summary>
/// <param name="Atom">The axis with them.</param>
/// <param name="Inner">The axis without.</param>
/// <param name="Before">At its beginning.</param>
/// <param name="After">At its end.</param>
/// <param name="IsReflected">True if mirrored.</param>
internal sealed record Padding(Atom Atom, Atom Inner, int Before, int After, bool IsReflected);

/// <summary>A value computed by a node that was not imported.</summary>
/// <param name="origin">The first tensor that has these numbers.</param>
/// <param name="node">The node they come from.</param>
/// <param name="isStep">True if the first axis is known to have the size 1.</param>
internal sealed class Unknown(string origin, string node, bool isStep = false) : Value
{
    public string Origin { get; } = origin;

    public string Node { get; } = node;

    public bool IsStep { get; } = isStep;

    public override string What => $"'{Origin}' of {Node}, which is not taken";
}
