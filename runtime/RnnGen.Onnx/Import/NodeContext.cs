using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx;

/// <summary>A node, its attributes, and what is known of its inputs.</summary>
internal sealed class NodeContext(GraphReader reader, Scope scope, NodeProto node)
{
    private const int MostAxes = 64;

    public GraphReader Reader { get; } = reader;

    public Scope Scope { get; } = scope;

    public NodeProto Node { get; } = node;

    public string Operator => Node.OpType;

    /// <summary>For messages: the operator and the node's name, or that of its first output.</summary>
    public string Name { get; } =
        $"{node.OpType} '{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(o => o.Length > 0) ?? "")}'";

    public int InputCount => Node.Input.Count;

    /// <summary>The facts known about an input; null if it is left out.</summary>
    public Value? Optional(int index) => index < Node.Input.Count && Node.Input[index].Length > 0
        ? Scope.Find(Node.Input[index]) ?? throw new NotTakenException($"nothing in the graph gives its input '{Node.Input[index]}'")
        : null;

    public Value Input(int index) => Optional(index) ?? throw new NotTakenException($"its input {index + 1} is missing");

    public ConstantTensor Constant(int index, string what) => Input(index) as ConstantTensor
        ?? throw new NotTakenException($"its {what} is {Input(index).What}, no constant");

    public Signal Signal(int index) => Input(index) switch
    {
        Signal signal => signal,
        Packed packed => Slices.Signal(Reader, packed),
        Unknown unknown => throw new NotTakenException($"it takes {unknown.What}"),
        var other => throw new NotTakenException($"it takes {other.What}, no computed vector"),
    };

    public bool Has(string attribute) => Find(attribute) is not null;

    public long Whole(string attribute, long otherwise) => Find(attribute)?.I ?? otherwise;

    public double Real(string attribute, double otherwise) => Find(attribute)?.F ?? otherwise;

    public string Text(string attribute, string otherwise) => Find(attribute)?.S.ToStringUtf8() ?? otherwise;

    public IReadOnlyList<long> Wholes(string attribute) => Find(attribute)?.Ints ?? (IReadOnlyList<long>)[];

    public IReadOnlyList<float> Reals(string attribute) => Find(attribute)?.Floats ?? (IReadOnlyList<float>)[];

    public IReadOnlyList<string> Texts(string attribute) => Find(attribute)?.Strings.Select(s => s.ToStringUtf8()).ToList() ?? [];

    public AttributeProto? Find(string attribute)
    {
        foreach (AttributeProto candidate in Node.Attribute)
        {
            if (candidate.Name == attribute)
                return candidate;
        }

        return null;
    }

    /// <summary>
    /// Axes from the attribute that old operator sets have, or from the input that new ones have; null if neither is given.
    /// </summary>
    public IReadOnlyList<long>? Axes(int input)
    {
        if (Has("axes"))
            return Wholes("axes");
        return Optional(input) is null ? null : Integers(input, "list of axes");
    }

    /// <summary>An input that must be known integers.</summary>
    public IReadOnlyList<long> Integers(int input, string what)
    {
        long[]? numbers = Input(input) switch
        {
            ConstantTensor { Wholes: { } wholes } => wholes,
            ShapeTensor { Items: { } items } when items.All(i => i.Value is not null) => [.. items.Select(i => i.Value!.Value)],
            _ => null,
        };
        if (numbers is null)
            throw new NotTakenException($"its {what} is known only when it runs");
        return numbers.Length <= MostAxes ? numbers : throw new NotTakenException($"its {what} has {numbers.Length} entries");
    }

    /// <summary>An axis as a place in 0 to <paramref name="rank"/> − 1.</summary>
    public static int Place(long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw new NotTakenException($"its axis {axis} is not one of {rank}");

    public void Output(int index, Value value)
    {
        if (index < Node.Output.Count && Node.Output[index].Length > 0)
            Scope.Set(Node.Output[index], value);
    }
}

/// <summary>The tensors that a graph knows: its own and, for a branch, those around it.</summary>
internal sealed class Scope(Scope? around)
{
    private readonly Dictionary<string, Value> values = new(StringComparer.Ordinal);

    public Value? Find(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Around)
        {
            if (scope.values.TryGetValue(name, out Value? value))
                return value;
        }

        return null;
    }

    public void Set(string name, Value value) => values[name] = value;

    private Scope? Around { get; } = around;
}
