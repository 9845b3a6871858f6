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

internal enum AxisRole
{
    /// <summary>Nothing has said yet what it is.</summary>
    Unknown,
    Time,
    Batch,
    Feature,

    /// <summary>Directions or layers: each place along it is one of a signal's elements.</summary>
    Stack,
}

/// <summary>
/// A factor of a tensor's dimension. One object for the same axis wherever it appears, so that what one node says of it holds everywhere.
/// </summary>
internal sealed class Atom(AxisRole role, long? size)
{
    public AxisRole Role { get; set; } = role;

    public long? Size { get; set; } = size;
}

/// <summary>A dimension of a tensor: the product of its atoms; without any it has the size 1.</summary>
internal sealed class Axis(params Atom[] atoms)
{
    public IReadOnlyList<Atom> Atoms { get; } = atoms;

    public long? Size =>
        Atoms.Aggregate((long?)1, (product, atom) => product is { } p && atom.Size is { } s && p * s <= int.MaxValue ? p * s : null);

    public bool Is(AxisRole role) => Atoms.Count > 0 && Atoms.All(a => a.Role == role);

    public bool IsFeature => Atoms.All(a => a.Role is AxisRole.Feature or AxisRole.Stack) && Atoms.Any(a => a.Role == AxisRole.Feature);

    public bool Same(Axis other) => Atoms.SequenceEqual(other.Atoms);
}

/// <summary>A dimension in a computed shape: a number, the size of an axis, or neither known.</summary>
internal readonly record struct Dim(long? Value, Axis? Axis)
{
    public static Dim Of(Axis axis) => new(axis.Size, axis);
}

/// <summary>Integers or truth values that are computed from shapes. Without items not even their number is known.</summary>
internal sealed class ShapeVector(Dim[]? items, bool isScalar = false) : Value
{
    public Dim[]? Items { get; } = items;

    public bool IsScalar { get; } = isScalar;

    public override string What => "a shape";
}

/// <summary>Zeros of whatever shape.</summary>
internal sealed class Zeros : Value
{
    public static Zeros Instance { get; } = new();

    public override string What => "zeros";
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

    public long Width => Pieces.Sum(p => (long)p.Width);

    public override string What => Pieces.Count == 1 ? Pieces[0].What : $"{Pieces.Count} values";

    /// <summary>The input that this is, if nothing has been computed from it yet.</summary>
    public SourceElement? Source => Pieces is [SourceElement source] ? source : null;

    public Signal With(IReadOnlyList<Axis>? dims) => new(Pieces, dims, IsState);
}

/// <summary>A slice of an input. It can only be one of the initial states.</summary>
internal sealed class InputSlice(SourceElement source) : Value
{
    public SourceElement Source { get; } = source;

    public override string What => $"a slice of the input '{Source.Tensor}'";
}

/// <summary>New states: what RnnGen's State holds after a call.</summary>
internal sealed class StateOut(IReadOnlyList<Element> from) : Value
{
    public IReadOnlyList<Element> From { get; } = from;

    public override string What => "a state";
}

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
