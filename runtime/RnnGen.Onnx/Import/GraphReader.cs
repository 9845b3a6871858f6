using RnnGen.Onnx.Protos;
using DataType = RnnGen.Onnx.Protos.TensorProto.Types.DataType;

namespace RnnGen.Onnx;

/// <summary>What is taken of a graph that does not say it itself.</summary>
internal sealed record Assumptions
{
    public required int OperatorSet { get; init; }

    public required string Producer { get; init; }

    /// <summary>What the user says of inputs.</summary>
    public required IReadOnlyDictionary<string, OnnxInput> Inputs { get; init; }

    public required WeightFolder Weights { get; init; }

    public bool ConvolvesOverTime { get; init; } = true;

    public bool PacksInputs { get; init; } = true;
}

/// <summary>
/// Goes through a graph in its order and finds what every tensor is: a constant, a shape, or a vector that elements of a declaration
/// compute. What cannot be taken is noted, and everything else goes on.
/// </summary>
/// <param name="fileLength">Bytes of the file.</param>
/// <param name="assumptions">What is taken of a graph that does not say it itself.</param>
internal sealed class GraphReader(long fileLength, Assumptions assumptions)
{
    /// <summary>The most nodes, weights, inputs or outputs that a graph may have.</summary>
    private const int MostEntries = 10_000;

    /// <summary>RnnGen's 256 layers, each in both directions.</summary>
    private const int MostLayers = 512;

    /// <summary>The most numbers that a tensor computed from constants may have: a small file can ask for any number of them.</summary>
    private long Budget => Math.Min(4_000_000 + (4 * (fileLength + assumptions.Weights.BytesRead)), int.MaxValue / 2);

    private long reserved;

    private readonly List<Element> elements = [];
    private readonly Dictionary<string, SourceElement> cuts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceElement> inputs = new(StringComparer.Ordinal);
    private ILookup<string, NodeProto>? consumers;
    private int loops;
    private int pairs;
    private int layers;
    private int entries;

    public List<NotTakenNode> NotTaken { get; } = [];

    /// <summary>What a user should know of what is taken.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>The version of ONNX's operators.</summary>
    public int OperatorSet => assumptions.OperatorSet;

    public string Producer => assumptions.Producer;

    /// <summary>True if a convolution along an axis of which nothing is known runs over time.</summary>
    public bool ConvolvesOverTime => assumptions.ConvolvesOverTime;

    /// <summary>True if an input may be several states, as a graph with one input has none.</summary>
    public bool PacksInputs { get; private set; }

    /// <summary>The values where the imported part ends: inputs of nodes that were not imported, and results of branches.</summary>
    public List<(Signal Signal, string Tensor)> Ends { get; } = [];

    /// <summary>The graph's outputs.</summary>
    public List<(Value Value, string Tensor)> Outputs { get; } = [];

    public IReadOnlyList<Element> Elements => elements;

    /// <summary>The sources that are tensors of nodes that were not taken, by the names that those gave them.</summary>
    public IReadOnlyDictionary<string, SourceElement> Cuts => cuts;

    public int NextIndex => elements.Count;

    public void Read(GraphProto graph)
    {
        Scope scope = new(null);
        HashSet<string> initializers = [.. graph.Initializer.Select(i => i.Name)];
        if (graph.Input.Count > MostEntries || graph.Output.Count > MostEntries)
            throw new InvalidDataException($"The graph has more than {MostEntries} inputs or outputs.");
        List<ValueInfoProto> open = [.. graph.Input.Where(i => !initializers.Contains(i.Name))];
        PacksInputs = assumptions.PacksInputs && open.Count > 1;
        foreach (ValueInfoProto input in open)
            scope.Set(input.Name, InputOf(input));
        Run(graph, scope);
        foreach (ValueInfoProto output in graph.Output)
        {
            if (scope.Find(output.Name) is { } value)
                Outputs.Add((value, output.Name));
            else
                NotTaken.Add(new($"output '{output.Name}'", "no node gives it"));
        }
    }

    /// <summary>Runs the nodes of a loop's body.</summary>
    public void RunBody(GraphProto graph, Scope scope)
    {
        loops++;
        try
        {
            Run(graph, scope);
        }
        finally
        {
            loops--;
        }
    }

    /// <summary>True within the body of a loop, whose equations a cell can have.</summary>
    public bool IsInLoop => loops > 0;

    /// <summary>True if an Erf is what a Gelu is made of: 1 is added to it.</summary>
    public bool IsGelu(NodeContext erf)
    {
        string output = erf.Node.Output.FirstOrDefault() ?? "";
        return consumers![output].Any() && consumers[output].All(n => n.OpType == "Add"
            && n.Input.Any(i => i != output && (erf.Scope.Find(i) is ConstantTensor or Uniform or null)));
    }

    /// <summary>Runs the nodes of a graph or a branch, in a scope that has its inputs.</summary>
    /// <exception cref="InvalidDataException">There are more nodes and weights than any network has.</exception>
    public void Run(GraphProto graph, Scope scope)
    {
        consumers ??= graph.Node.Take(MostEntries).SelectMany(n => n.Input.Select(i => (Input: i, Node: n)))
            .ToLookup(n => n.Input, n => n.Node);
        if (graph.Initializer.Count > MostEntries
            || graph.Node.Count > MostEntries
            || (entries += graph.Initializer.Count + graph.Node.Count) > MostEntries)
            throw new InvalidDataException($"The graph has more than {MostEntries} nodes and weights.");
        foreach (TensorProto initializer in graph.Initializer)
            scope.Set(initializer.Name, ReadConstant(initializer, $"initializer '{initializer.Name}'"));
        foreach (NodeProto node in graph.Node)
            Run(new NodeContext(this, scope, node));
    }

    public T Add<T>(T element) where T : Element
    {
        // Whatever an element takes was added before it, under a smaller number.
        if (element.Index != elements.Count)
            throw new InvalidOperationException($"Element {element.Index} is added as number {elements.Count}.");
        elements.Add(element);
        return element;
    }

    /// <summary>An element that computes the same as this one, or this one: branches may have copies of a layer.</summary>
    public RnnElement AddOrFind(RnnElement element)
    {
        if (elements.OfType<RnnElement>().FirstOrDefault(e => e.SameAs(element)) is { } same)
            return same;
        return ++layers <= MostLayers ? Add(element) : throw new NotTakenException("it is one layer more than RnnGen has, 256");
    }

    public int NextPair() => ++pairs;

    /// <summary>
    /// The source that stands for a tensor of a node that was not taken. Branches may turn the same tensor each for itself.
    /// </summary>
    /// <param name="unknown">The facts known about it.</param>
    /// <param name="tensor">Its name in the graph where it is taken.</param>
    /// <param name="width">Numbers of a vector.</param>
    public SourceElement Cut(Unknown unknown, string tensor, long width)
    {
        if (!cuts.TryGetValue(unknown.Origin, out SourceElement? source))
            cuts[unknown.Origin] = source = Add(new SourceElement(NextIndex, tensor, unknown.Node));
        source.Decide(width);
        return source;
    }

    /// <summary>Takes numbers from what constants may take.</summary>
    public void Reserve(long numbers)
    {
        if (numbers > Budget - reserved)
            throw new NotTakenException("what it computes from constants is out of proportion to the file");
        reserved += numbers;
    }

    /// <summary>A tensor of the file, or of the files of weights beside it.</summary>
    public ConstantTensor ConstantOf(TensorProto tensor) => ConstantTensor.Of(tensor, assumptions.Weights);

    public Value ReadConstant(TensorProto tensor, string what)
    {
        try
        {
            return ConstantOf(tensor);
        }
        catch (NotTakenException problem)
        {
            NotTaken.Add(new(what, problem.Message));
            return new Unknown(tensor.Name, what);
        }
    }

    private void Run(NodeContext node)
    {
        try
        {
            Operators.Apply(node);
        }
        catch (NotTakenException problem)
        {
            NotTaken.Add(new(node.Name, problem.Message));
            foreach (string input in node.Node.Input)
            {
                if (node.Scope.Find(input) is Signal signal)
                    Ends.Add((signal, input));
            }

            foreach (string output in node.Node.Output.Where(o => o.Length > 0))
                node.Scope.Set(output, new Unknown(output, node.Name));
        }
    }

    private Value InputOf(ValueInfoProto input)
    {
        if (input.Type?.TensorType?.Shape is not { } shape)
            return Missing(input, "it is no tensor with declared axes");
        if (!inputs.TryAdd(input.Name, null!))
            return Missing(input, "another input has its name");
        var type = (DataType)input.Type.TensorType.ElemType;
        bool isInteger = type is DataType.Int8 or DataType.Int16 or DataType.Int32 or DataType.Int64
            or DataType.Uint8 or DataType.Uint16 or DataType.Uint32;
        if (!isInteger && type is not (DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16 or DataType.Bool))
            return Missing(input, $"it has numbers of the type {type}");
        if (shape.Dim.Count > 8)
            return Missing(input, $"it has {shape.Dim.Count} axes");
        assumptions.Inputs.TryGetValue(input.Name, out OnnxInput? given);
        if (given?.Values is { } values)
        {
            long[] own = shape.Dim.Count == 0 ? [] : [values.Count];
            return isInteger || type == DataType.Bool
                ? new ConstantTensor(own, [.. values.Select(v => (long)v)])
                : new ConstantTensor(own, [.. values.Select(v => (float)v)]);
        }

        if (type == DataType.Bool)
            return Missing(input, "it has truth values; say which by the option of the input's value");
        if (given?.Shape is { } sizes && sizes.Count != shape.Dim.Count)
            return Missing(input, $"it has {shape.Dim.Count} axes, and the option of its shape {sizes.Count}");
        Axis[] dims = [.. shape.Dim.Select((d, i) => SizeOf(d, given?.Shape?[i]) is 1
            ? new Axis()
            : new Axis(new Atom(AxisRole.Unknown, SizeOf(d, given?.Shape?[i]))))];
        SourceElement source = inputs[input.Name] = Add(new SourceElement(NextIndex, input.Name, null) { Dims = dims });
        if (isInteger)
            source.UseAsSymbols();
        return new Signal([source], dims) { IsSymbols = isInteger };

        static long? SizeOf(TensorShapeProto.Types.Dimension dim, long? given) => given ?? (dim.DimValue > 0 ? dim.DimValue : null);
    }

    private Unknown Missing(ValueInfoProto input, string reason)
    {
        NotTaken.Add(new($"input '{input.Name}'", reason));
        return new(input.Name, "the graph's inputs");
    }
}
