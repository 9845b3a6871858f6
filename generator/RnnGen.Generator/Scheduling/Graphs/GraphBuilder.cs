using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Cells;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>
/// Turns a declaration into operations on values, with a place for every parameter. This class has what all parts of a model share;
/// <see cref="PartBuilder"/> goes through the elements of each.
/// </summary>
internal sealed partial class GraphBuilder
{
    private readonly List<Operation> operations = [];
    private readonly List<LayerLayout> layers = [];
    private readonly List<CarriedValue> carried = [];
    private readonly Dictionary<(CellDeclaration, bool, int), CellPlan> plans = [];
    private readonly Dictionary<string, int> buffers = [];
    private readonly int denseCount;
    private readonly int convolutionCount;
    private bool isEncoding;
    private int weights;
    private int transposed;
    private int state;
    private int streams;
    private int levels;
    private int denseLayers;
    private int convolutions;

    private readonly bool isOptimized;

    private GraphBuilder(ModelDeclaration declaration, MatrixFormat format)
    {
        Format = format;
        isOptimized = declaration.IsOptimized;
        denseCount = CountDense(declaration);
        convolutionCount = declaration.Elements.Concat(declaration.Joint?.Encoder.Elements ?? default)
            .OfType<ConvolutionDeclaration>().Count();
        Grids = new(this);
    }

    /// <summary>The format in which matrices are kept.</summary>
    public MatrixFormat Format { get; }

    /// <summary>Adds what works on grids.</summary>
    public GridBuilder Grids { get; }

    /// <summary>The beginnings of parameters' names; no two alike.</summary>
    public HashSet<string> Paths { get; } = [];

    /// <summary>Values that something takes from the step before.</summary>
    public List<Value> Recurring { get; } = [];

    /// <summary>True if what is added now takes turns with others, step by step.</summary>
    public bool IsInLoop { get; set; }

    /// <summary>True if training leaves the parameters of what is added now as they are.</summary>
    public bool IsFrozen { get; set; }

    public static ModelLayout Build(ModelDeclaration declaration, MatrixFormat format)
    {
        var graph = new GraphBuilder(declaration, format);
        var time = declaration.Joint is null ? Timeline.Of(declaration.Steps) : Timeline.Target(declaration.Steps);
        var encoder =
            declaration.Joint is { } joint ? graph.BeforeDecoder(() => new EncoderOutputs(graph, joint, declaration.Elements)) : null;
        var part = new PartBuilder(graph, declaration.Elements, time, encoder);
        part.Build();
        return new ModelLayout
        {
            Declaration = declaration,
            Format = format,
            Time = time,
            Encoder = encoder,
            Source = part.Source,
            Heads = part.Heads,
            Outputs =
                part.Heads.Count == 1
                    ? part.Heads[0].Value
                    : graph.AddOutputs([.. part.Heads.Select(h => h.Value)]),
            // An attention projects the encoder's outputs when it is built; it does so before the decoder runs.
            Operations = [.. graph.operations.OrderBy(o => !o.IsEncoding)],
            Layers = graph.layers,
            Recurring = graph.Recurring,
            Carried = graph.carried,
            Feedback = part.Feedback,
            WeightCount = graph.weights,
            TransposedCount = graph.transposed,
            StatePadded = graph.state,
        };
    }

    private static int CountDense(ModelDeclaration declaration) =>
        // Bridges and attentions have dense layers that nobody counts in advance: they are numbered.
        declaration.Joint is not null ? 2 : declaration.Elements.Sum(e => e switch
        {
            DenseDeclaration => 1,
            PoolDeclaration { Kind: PoolKind.Attention } pool => pool.Units > 0 ? 2 : 1,
            RnnDeclaration { Direction: DirectionKind.Bidirectional, Merge: MergeKind.Linear } rnn => rnn.Depth,
            _ => 0,
        });

    /// <summary>Operations that are added here run with the encoder, whole sequences at a time.</summary>
    public T BeforeDecoder<T>(Func<T> build)
    {
        bool before = isEncoding;
        isEncoding = true;
        var result = build();
        isEncoding = before;
        return result;
    }

    public IReadOnlyList<LayerLayout> Layers => layers;

    public int NextLevel() => ++levels;

    public int NextStream() => ++streams;

    /// <summary>A place for so many parameters.</summary>
    public int TakeWeights(int count)
    {
        int start = weights;
        weights += count;
        return start;
    }

    /// <summary>A place for so many numbers in the state.</summary>
    public int TakeState(int count)
    {
        int start = state;
        state += count;
        return start;
    }

    public T Add<T>(T operation) where T : Operation
    {
        operation.IsInLoop = IsInLoop && !isEncoding;
        operation.IsEncoding = isEncoding;
        operation.IsFrozen = IsFrozen;
        operations.Add(operation);
        return operation;
    }

    /// <summary>The place where the next step finds a value that no layer's state holds.</summary>
    public void Carry(ElementDeclaration element, Value value)
    {
        var (name, steps) = element is DelayDeclaration delay ? (delay.Of, delay.Steps + 1) : (element.Name, 1);
        carried.Add(new(name, steps, value, TakeState(value.Stride)));
    }

    public Value AddLayer(
        RnnDeclaration rnn, (string, int) path, Value input, int level, bool firstState, bool isReverse, bool isSecond, Timeline time,
        IReadOnlyList<Value?>? bridge)
    {
        // Only the lowest of several layers can begin in a first state.
        var cell = firstState ? rnn.Cell : rnn.CellWithInput;
        var key = (cell, rnn.Bias, rnn.Options.Projection);
        if (!plans.TryGetValue(key, out var plan))
            plans[key] = plan = CellScheduler.Schedule(CellGraph.Build(cell, rnn.Bias));
        var layer = new LayerLayout
        {
            Number = level,
            IsReverse = isReverse,
            IsSecond = isSecond,
            Path = path,
            Declaration = rnn,
            Cell = cell,
            Plan = plan,
            Equations = firstState ? CellGraph.Build(rnn.CellWithInput, rnn.Bias) : plan.Cell,
            Kernel = KernelName(plan, rnn),
            Time = time,
            Format = Format,
            IsOptimized = isOptimized,
            Input = input,
            HasFirstState = firstState,
            Initials = bridge
                ?? (firstState ? [input, .. cell.States.Skip(1).Select(_ => (Value?)null)] : [.. cell.States.Select(_ => (Value?)null)]),
            IsBridged = bridge is not null,
            IsStateless = isEncoding || time.IsInner,
            FirstState = state,
            FirstParameter = weights,
            FirstTransposed = transposed,
            FirstStream = streams + 1,
        };
        layer.PlaceParameters();
        layers.Add(layer);
        weights = layer.EndParameter;
        transposed = layer.EndTransposed;
        state = layer.EndState;
        streams += cell.Noises.Count;
        Add(new RecurrentOperation(layer));
        return layer.Output;
    }

    /// <summary>The cell and its size; a number more where the same cell with other options has that size too.</summary>
    private string KernelName(CellPlan plan, RnnDeclaration layer)
    {
        string name = $"{layer.Cell.Name.Text}{layer.Hidden}";
        var others = layers.Where(l => l.Cell.Name == layer.Cell.Name && l.Hidden == layer.Hidden).Select(l => l.Plan).Distinct().ToList();
        int place = others.IndexOf(plan) is >= 0 and var found ? found : others.Count;
        return place == 0 ? name : $"{name}Variant{place + 1}";
    }

    /// <summary>
    /// The score and its units; a number more where another score of that name, or the same one with queries of another width, has as many.
    /// </summary>
    public string AttentionKernelName(AttentionDeclaration attention, int queryStride)
    {
        string name = $"{attention.Score.Name.Text}{attention.Units}";
        var others = operations.OfType<AttentionOperation>()
            .Select(a => a.Layout)
            .Where(l => l.Plan.Score.Name == attention.Score.Name && l.Units == attention.Units).ToList();
        return others.FirstOrDefault(l => l.Plan.Score.Equals(attention.Score) && l.QueryStride == queryStride)?.Name
            ?? (others.Count == 0 ? name : $"{name}Variant{others.Select(l => l.Name).Distinct().Count() + 1}");
    }

    /// <param name="path">The beginning of its parameters' names.</param>
    /// <param name="inputs">Numbers that it multiplies.</param>
    /// <param name="size">Outputs.</param>
    /// <param name="activation">The function of the sums.</param>
    /// <param name="bias">True if it has a bias.</param>
    /// <param name="kernel">The places that a convolution multiplies; 0 for a dense layer.</param>
    public DenseLayout DenseOf(string path, int inputs, int size, ActivationFunction activation, bool bias, KernelShape kernel = default)
    {
        var dense = new DenseLayout
        {
            Number = kernel.Places > 0 ? NumberConvolution() : NumberDense(),
            Kernel = kernel,
            Path = path,
            InputSize = inputs,
            Size = size,
            Activation = activation,
            Graph = activation.Kind == ActivationKind.Linear ? null : new ActivationGraph(activation),
            HasBias = bias,
            Format = Format,
            FirstParameter = weights,
            FirstTransposed = transposed,
        };
        weights = dense.EndParameter;
        transposed = dense.EndTransposed;
        return dense;
    }

    /// <summary>The number of the next convolution, from 1; 0 if there is only one.</summary>
    public int NumberConvolution()
    {
        convolutions++;
        return convolutionCount == 1 ? 0 : convolutions;
    }

    private int NumberDense()
    {
        denseLayers++;
        return denseCount == 1 ? 0 : denseLayers;
    }

    public Value AddDense(DenseLayout dense, Value input, bool isCarried = false) =>
        Add(new DenseOperation(
            dense, input,
            dense.IsConvolution
                ? NewGrid("y", input.Length, dense.Size, input.Time)
                : NewValue("y", dense.Size, input.Time, isCarried))).Output;

    public string UniquePath(string wanted)
    {
        string path = wanted;
        for (int i = 2; !Paths.Add(path); i++)
            path = $"{wanted}_{i}";
        return path;
    }
}
