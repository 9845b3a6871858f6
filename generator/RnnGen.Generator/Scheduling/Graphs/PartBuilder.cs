using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>Goes through the elements of a model, from its source to its heads.</summary>
internal sealed class PartBuilder
{
    private static readonly ActivationFunction Linear = ActivationFunction.Of(ActivationKind.Linear);

    private readonly GraphBuilder graph;
    private readonly EquatableArray<ElementDeclaration> elements;
    private readonly string prefix = "";
    private readonly bool areOutputsTaken;
    private readonly EncoderOutputs? encoder;
    private readonly ElementOutput[] outputs;
    private readonly Dictionary<int, PreviousValue> previous = [];
    private readonly UnitBuilder units;
    private readonly ElementPaths paths;
    private int attentions;
    private int timeDense;

    /// <param name="graph">The graph to build.</param>
    /// <param name="elements">A model's, or with an encoder a decoder's.</param>
    /// <param name="time">Their steps.</param>
    /// <param name="encoder">The encoder's values that a decoder takes.</param>
    public PartBuilder(GraphBuilder graph, EquatableArray<ElementDeclaration> elements, Timeline time, EncoderOutputs? encoder)
        : this(graph, elements, time, encoder is null ? "" : "decoder.", "", encoder)
    {
    }

    /// <param name="graph">The graph to build.</param>
    /// <param name="elements">An encoder's.</param>
    /// <param name="time">Their steps.</param>
    /// <param name="areOutputsTaken">True if the decoder takes more of it than its last states.</param>
    public PartBuilder(GraphBuilder graph, EquatableArray<ElementDeclaration> elements, Timeline time, bool areOutputsTaken)
        : this(graph, elements, time, "encoder.", "source", null) => this.areOutputsTaken = areOutputsTaken;

    private PartBuilder(
        GraphBuilder graph, EquatableArray<ElementDeclaration> elements, Timeline time, string prefix, string source,
        EncoderOutputs? encoder)
    {
        this.graph = graph;
        this.elements = elements;
        this.prefix = prefix;
        this.encoder = encoder;
        Time = time;
        outputs = new ElementOutput[elements.Count];
        paths = new(graph, elements, prefix);
        units = new(graph, paths);
        var input = (SourceDeclaration)elements[0];
        Source = new(
            input.Kind == SourceKind.Input ? (source.Length > 0 ? source : "x") : (source.Length > 0 ? $"{source}Symbols" : "symbols"),
            input.Width, input.Width,
            input.Once ? null : Time)
        {
            IsSymbols = input.Kind == SourceKind.OneHot,
            IsInput = input.Kind == SourceKind.Input,
            Length = input.Length,
            PositionStride = input.Width / input.Length,
        };
        graph.Paths.UnionWith(elements.Skip(1).Select(e => prefix + e.Name));
    }

    /// <summary>The steps of its values.</summary>
    public Timeline Time { get; }

    /// <summary>The value of its last element.</summary>
    public ElementOutput Output => outputs[outputs.Length - 1];

    /// <summary>The value of the inputs.</summary>
    public Value Source { get; }

    public List<Head> Heads { get; } = [];

    public Value? Feedback { get; private set; }

    public void Build()
    {
        foreach (int index in elements.SelectMany(e => e.From).Where(u => u.IsPrevious).Select(u => u.Index).Distinct())
            previous[index] = new(
                elements[index].OwnWidth!.Value,
                Panel.Pad(elements[index] is RnnDeclaration rnn ? rnn.Hidden : elements[index].OwnWidth!.Value), Time);
        var order = ElementOrder.Of(elements);
        foreach (int index in order.Elements)
        {
            graph.IsInLoop = order.Loop.Contains(index);
            graph.IsFrozen = elements[index].IsFrozen;
            outputs[index] = Build(index);
            if (!previous.TryGetValue(index, out var earlier))
                continue;
            earlier.Of = outputs[index].Value;
            graph.Recurring.Add(outputs[index].Value);
            // A recurrent layer's state is kept anyway.
            if (elements[index] is not RnnDeclaration)
                graph.Carry(elements[index], outputs[index].Value);
        }

        graph.IsInLoop = false;
        graph.IsFrozen = false;
    }

    /// <summary>The result of an element: a value, and for a recurrent layer a way to make a value of its last state.</summary>
    /// <param name="Value">The value.</param>
    /// <param name="Last">Makes the value of its last state.</param>
    /// <param name="IsAlongPositions">True if that is the state behind the last position of a step.</param>
    public sealed record ElementOutput(Value Value, Func<Value>? Last, bool IsAlongPositions = false);

    private ElementOutput Build(int index)
    {
        var element = elements[index];
        switch (element)
        {
            case SourceDeclaration source:
                return new(AddSource(source), null);
            case NumbersDeclaration numbers:
                return new(graph.AddPart(numbers, Source), null);
            case SymbolsDeclaration symbols:
                return new(graph.AddEmbedding(paths.Of(symbols), symbols, Source), null);
            case RnnDeclaration rnn:
                return AddRnn(
                    rnn, index, rnn.IsAlongPositions ? graph.Grids.ToSteps(JoinGrids(element)) : Join(element));
            case DenseDeclaration dense:
                var input = Join(element);
                return new(
                    graph.AddDense(
                        graph.DenseOf(paths.Of(dense), input.Width, dense.Size, dense.Activation, dense.Bias),
                        input, previous.ContainsKey(index)),
                    null);
            case TimeDenseDeclaration dense:
                return new(AddTimeDense(dense, graph.Compact(Join(element))), null);
            case SoftmaxDeclaration { IsOverTime: true } softmax:
                var scores = graph.Compact(Join(element));
                return new(graph.Add(new TimeSoftmaxOperation(softmax.IsLog, graph.NewValue("shares", scores), scores)).Output, null);
            case ActivationDeclaration activation:
                return new(graph.AddActivation(activation.Function, Whole(JoinGrids(element))), null);
            case ConvolutionDeclaration convolution:
                return new(graph.Grids.AddConvolution(convolution, paths.Of(convolution), JoinGrids(element)), null);
            case GridPoolDeclaration pool:
                return new(graph.Grids.AddPool(pool, JoinGrids(element)), null);
            case MagnitudeDeclaration magnitude:
                return new(graph.Grids.AddMagnitude(magnitude, JoinGrids(element)), null);
            case DropoutDeclaration dropout:
                return AddDropout(dropout, index);
            case FeedbackDeclaration feedback:
                return new(AddFeedback(feedback, Join(element)), null);
            case RepeatDeclaration:
                return new(AddRepeat(Join(element)), null);
            case PoolDeclaration pool:
                return new(AddPool(pool), null);
            case AttentionDeclaration attention:
                return new(AddAttention(attention, Join(element), previous.ContainsKey(index)), null);
            case ContextDeclaration:
                return new(AddRepeat(encoder!.Context), null);
            case HeadDeclaration head:
                return AddHead(head, Join(element));
            case CombineDeclaration { Kind: MergeKind.Concat }:
                return new(JoinGrids(element), null);
            case CombineDeclaration combined:
                Value a = Whole(ValueOf(combined.From[0])), b = Whole(ValueOf(combined.From[1]));
                (a, b) = (Spread(a, b), Spread(b, a));
                if (a.Length != b.Length || a.IsFlat != b.IsFlat)
                    (a, b) = (graph.Compact(a), graph.Compact(b));
                return new(graph.AddMerge(combined.Kind, a, b, combined.Kind == MergeKind.Sum ? "Added" : "Multiplied"), null);
            case DelayDeclaration delay:
                return new(graph.AddDelay(delay, previous[delay.From[0].Index], previous.ContainsKey(index)), null);
            default:
                var value = units.TryAdd(element, () => Join(element));
                return new(value ?? throw new InvalidOperationException($"unexpected {element}"), null);
        }
    }

    private Value AddSource(SourceDeclaration source)
    {
        if (source.Kind != SourceKind.Embedding)
            return Source;
        return graph.AddEmbedding(
            graph.UniquePath($"{prefix}embedding"), source.Symbols, Source, graph.NewValue("embedded", source.Width, Time));
    }

    private ElementOutput AddRnn(RnnDeclaration rnn, int index, Value input)
    {
        string module = paths.Of(rnn);
        var time = rnn.IsAlongPositions ? input.Time! : Time;
        Value output = input;
        Func<Value>? last = null;
        for (int level = 0; level < rnn.Depth; level++)
        {
            if (level > 0 && rnn.Dropout > 0)
                output = graph.AddDropout(rnn.Dropout, output);
            bool firstState = rnn.FirstState && level == 0;
            int number = graph.NextLevel();
            var below = firstState ? graph.Padded(output) : output;
            if (rnn.Direction != DirectionKind.Bidirectional)
            {
                bool isReverse = rnn.Direction == DirectionKind.Reverse;
                var only = AddLayer(isReverse, isSecond: false);
                output = only;
                last = () => graph.AddPooling(isReverse ? PoolingKind.First : PoolingKind.Last, only);
                continue;
            }

            var forward = AddLayer(isReverse: false, isSecond: false);
            var reverse = AddLayer(isReverse: true, isSecond: true);
            var map = rnn.Merge == MergeKind.Linear
                ? graph.DenseOf(graph.UniquePath($"{module}.merge_l{level}"), 2 * rnn.Output, rnn.Output, Linear, bias: true)
                : null;
            // What takes the last states only needs no merged sequence.
            if (level < rnn.Depth - 1 || NeedsSequence(index, rnn.IsAlongPositions))
                output = graph.AddDirections(rnn.Merge, map, forward, reverse);
            last = () => graph.AddDirections(
                rnn.Merge, map, graph.AddPooling(PoolingKind.Last, forward), graph.AddPooling(PoolingKind.First, reverse));

            Value AddLayer(bool isReverse, bool isSecond) =>
                graph.AddLayer(
                    rnn, (module, level), below, number, firstState, isReverse, isSecond, time,
                    rnn.IsAlongPositions ? null : encoder?.InitialsOf(index, level));
        }

        bool isAlong = rnn.IsAlongPositions;
        return new(isAlong && NeedsSequence(index, isAlong) ? graph.Grids.ToGrid(output) : output, last, isAlong);
    }

    /// <summary>True if anything but [Pool(Pooling.Last)] along the same axis, perhaps behind dropout, takes a layer's outputs.</summary>
    private bool NeedsSequence(int index, bool isAlongPositions)
    {
        for (int i = index + 1; i < elements.Count; i++)
        {
            var element = elements[i];
            bool isLast =
                (element is PoolDeclaration { Kind: PoolKind.Last, From.Count: 1 } pool && pool.IsAlongPositions == isAlongPositions)
                || (element is DropoutDeclaration { From.Count: 1 } && !NeedsSequence(i, isAlongPositions));
            if (element.From.Any(u => u.Index == index) && !isLast)
                return true;
        }

        return index == elements.Count - 1 && areOutputsTaken;
    }

    private Value AddPool(PoolDeclaration pool)
    {
        if (pool.Kind == PoolKind.Last && LastOf(pool, pool.IsAlongPositions) is { } last)
            return last();
        if (pool.IsAlongPositions)
            return graph.AddPooling(PoolingKind.Last, graph.Grids.ToSteps(JoinGrids(pool)));
        var input = graph.Padded(Join(pool));
        if (pool.Kind != PoolKind.Attention)
            return graph.AddPooling(
                pool.Kind switch
                {
                    PoolKind.Mean => PoolingKind.Mean,
                    PoolKind.Max => PoolingKind.Max,
                    PoolKind.Sum => PoolingKind.Sum,
                    _ => PoolingKind.Last,
                },
                input);

        string path = paths.Of(pool);
        var keys = pool.Units > 0
            ? graph.AddDense(
                graph.DenseOf(
                    graph.UniquePath($"{path}.key"), input.Width, pool.Units, ActivationFunction.Of(ActivationKind.Tanh), bias: true),
                input)
            : input;
        // The softmax over time takes away any bias of the scores.
        var scores = graph.AddDense(graph.DenseOf(graph.UniquePath($"{path}.score"), keys.Width, 1, Linear, bias: false), keys);
        return graph.AddPooling(PoolingKind.Attention, input, scores);
    }

    /// <summary>The last states of a recurrent layer are dropped as its outputs are: in use, dropout in between changes nothing.</summary>
    private ElementOutput AddDropout(DropoutDeclaration dropout, int index)
    {
        bool isAlong = dropout.From.Count > 0 && !dropout.From[0].IsPrevious && outputs[dropout.From[0].Index].IsAlongPositions;
        Func<Value>? last = LastOf(dropout, isAlong) is { } below ? () => graph.AddDropout(dropout.Probability, below()) : null;
        return new(
            last is null || NeedsSequence(index, isAlong)
                ? graph.AddDropout(dropout.Probability, Join(dropout))
                : outputs[dropout.From[0].Index].Value,
            last, isAlong);
    }

    private Func<Value>? LastOf(ElementDeclaration element, bool isAlongPositions) =>
        element.From.Count == 1 && !element.From[0].IsPrevious && outputs[element.From[0].Index] is { } output
            && output.IsAlongPositions == isAlongPositions
            ? output.Last
            : null;

    private Value AddFeedback(FeedbackDeclaration declared, Value input)
    {
        Feedback = new Value("feedback", declared.Size, Panel.Pad(declared.Size), Time);
        graph.Add(new FeedbackOperation(Feedback, graph.TakeState(Feedback.Stride)));
        return graph.AddJoin(input, Feedback);
    }

    private Value AddRepeat(Value input)
    {
        input = graph.Padded(input);
        return graph.Add(new RepeatOperation(new Value(graph.NameBuffer("repeated"), input.Width, input.Stride, Time), input)).Output;
    }

    private ElementOutput AddHead(HeadDeclaration head, Value value)
    {
        Heads.Add(new Head(
            head, value.IsInput ? graph.Padded(value) : value, Heads.Sum(h => h.Size), Heads.Sum(h => h.TargetWidth)));
        return new(value, null);
    }

    /// <summary>Each Map of the score is a dense layer: of the keys once for a source, of the query at each step.</summary>
    private Value AddAttention(AttentionDeclaration attention, Value query, bool isCarried)
    {
        string path = paths.Of(attention);
        query = graph.Padded(query);
        var plan = AttentionPlan.Of(attention.Score);
        var memory = encoder!.Memory;
        Value[] operands = [.. plan.Operands.Select(o => (o.Side, o.Map) switch
        {
            (AttentionSide.Query, null) => query,
            (AttentionSide.Query, { } map) => graph.AddDense(MapOf(map, query.Width), query),
            (_, null) => memory,
            (_, { } map) => graph.BeforeDecoder(() => graph.AddDense(MapOf(map, memory.Width), memory)),
        })];
        var layout = new AttentionLayout
        {
            Name = graph.AttentionKernelName(attention, query.Stride),
            Plan = plan,
            Units = attention.Units,
            QueryStride = query.Stride,
            MemoryStride = memory.Stride,
            SourceSteps = memory.Time!.Steps,
            VectorOffsets =
                plan.Vectors.Select((v, i) => (v, Offset: i * Panel.Pad(attention.Units))).ToDictionary(p => p.v, p => p.Offset),
        };
        int vectors = graph.TakeWeights(plan.Vectors.Count * layout.Padded);
        var context = graph.NewValue("context", memory.Width, Time, isCarried);
        return graph.Add(new AttentionOperation(++attentions, layout, vectors, path, context, memory, operands)).Output;

        DenseLayout MapOf(int map, int width) =>
            graph.DenseOf($"{path}.{attention.Score.Parameters[map].Name.Text}", width, attention.Units, Linear, bias: false);
    }

    private Value AddTimeDense(TimeDenseDeclaration declared, Value x)
    {
        int depth = Panel.Pad(declared.Steps);
        var sums = graph.Add(new TimeDenseOperation(
            paths.Of(declared), ++timeDense, declared.Steps, declared.Bias,
            graph.TakeWeights(depth * (declared.Steps + (declared.Bias ? 1 : 0))), graph.NewValue("mixed", x), x)).Output;
        return declared.Activation.Kind == ActivationKind.Linear ? sums : graph.AddActivation(declared.Activation, sums);
    }

    /// <summary>A single number as wide as what it multiplies.</summary>
    private Value Spread(Value value, Value other) =>
        value.Width == 1 && other.Width > 1
            ? graph.Add(new SpreadOperation(graph.NewValue("spread", graph.Compact(other)), value)).Output
            : value;

    private Value ValueOf(ElementUse use) => use.IsPrevious ? previous[use.Index] : outputs[use.Index].Value;

    /// <summary>Joins the inputs of an element to vectors whose numbers lie side by side.</summary>
    private Value Join(ElementDeclaration element) => graph.Grids.Flat(JoinGrids(element));

    /// <summary>Joins the inputs of an element; grids of one length position by position.</summary>
    private Value JoinGrids(ElementDeclaration element)
    {
        Value[] inputs = [.. element.From.Select(ValueOf)];
        return inputs.Length == 1 ? inputs[0] : graph.AddJoin(inputs);
    }

    /// <summary>A value in whole blocks, for what works number by number: a grid may have padding at each position.</summary>
    private Value Whole(Value value) => value.IsFlat ? graph.Compact(value) : value;
}
