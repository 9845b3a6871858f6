using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;

namespace RnnGen.Generator.Scheduling;

/// <summary>Turns a declaration into operations on values, with a place for every parameter.</summary>
internal sealed class GraphBuilder
{
    private static readonly ActivationFunction Linear = ActivationFunction.Of(ActivationKind.Linear);

    private readonly ModelDeclaration declaration;
    private readonly List<Operation> operations = [];
    private readonly List<LayerLayout> layers = [];
    private readonly Dictionary<(CellDeclaration, bool, int), CellPlan> plans = [];
    private readonly HashSet<string> paths = [];
    private readonly Dictionary<string, int> buffers = [];
    private readonly Value source;
    private readonly bool hasOneDense;
    private readonly bool hasOneRnn;
    private Value? feedback;
    private int weights;
    private int transposed;
    private int state;
    private int streams;
    private int levels;
    private int denses;
    private int denseLayers;
    private int rnns;

    public GraphBuilder(ModelDeclaration declaration)
    {
        this.declaration = declaration;
        var input = declaration.Source;
        source = new Value("x", input.Width, input.Width) { Once = input.Once, IsSymbols = input.Kind == SourceKind.OneHot, IsInput = input.Kind == SourceKind.Input };
        hasOneRnn = declaration.Elements.OfType<RnnDeclaration>().Count() == 1;
        hasOneDense = declaration.Elements.OfType<DenseDeclaration>().Count() == 1;
        paths.UnionWith(declaration.Elements.Skip(1).Select(e => e.Name));
    }

    public ModelLayout Build()
    {
        var elements = new ElementOutput[declaration.Elements.Count];
        elements[0] = new(AddSource(), null);
        var heads = new List<Head>();
        for (int i = 1; i < elements.Length; i++)
        {
            var element = declaration.Elements[i];
            ElementOutput[] from = [.. element.From.Select(f => elements[f])];
            elements[i] = element switch
            {
                RnnDeclaration rnn => AddRnn(rnn, i, Join(from)),
                DenseDeclaration dense => new(AddDense(DenseOf(Path(dense.Name, "dense", hasOneDense, ++denses), Join(from).Width, dense.Size, dense.Activation, dense.Bias), Join(from)), null),
                DropoutDeclaration dropout => AddDropout(dropout, i, from),
                FeedbackDeclaration feedback => new(AddFeedback(feedback, Join(from)), null),
                RepeatDeclaration => new(AddRepeat(Join(from)), null),
                PoolDeclaration pool => new(AddPool(pool, from), null),
                HeadDeclaration head => AddHead(head, Join(from), heads),
                _ => throw new InvalidOperationException($"unexpected {element}"),
            };
        }

        return new ModelLayout
        {
            Declaration = declaration,
            Source = source,
            Heads = heads,
            Outputs = heads.Count == 1 ? heads[0].Value : AddJoin([.. heads.Select(h => h.Value)], "outputs", isOutput: true),
            Operations = operations,
            Layers = layers,
            Feedback = feedback,
            WeightCount = weights,
            TransposedCount = transposed,
        };
    }

    /// <summary>What an element gives: a value, and for a recurrent layer how to make its last state one.</summary>
    private sealed record ElementOutput(Value Value, Func<Value>? Last);

    private int CountDense() =>
        declaration.Elements.Sum(e => e switch
        {
            DenseDeclaration => 1,
            PoolDeclaration { Kind: PoolKind.Attention } pool => pool.Units > 0 ? 2 : 1,
            RnnDeclaration { Direction: DirectionKind.Bidirectional, Merge: MergeKind.Linear } rnn => rnn.Depth,
            _ => 0,
        });

    private Value AddSource()
    {
        if (declaration.Source.Kind != SourceKind.Embedding)
            return source;
        var embedded = NewValue("embedded", declaration.Source.Width, once: false);
        weights += declaration.Source.Symbols * embedded.Stride;
        operations.Add(new EmbeddingOperation(source, embedded));
        return embedded;
    }

    private ElementOutput AddRnn(RnnDeclaration rnn, int index, Value input)
    {
        rnns++;
        string module = Path(rnn.Name, "rnn", hasOneRnn, rnns);
        Value output = input;
        Func<Value>? last = null;
        for (int level = 0; level < rnn.Depth; level++)
        {
            if (level > 0 && rnn.Dropout > 0)
                output = AddDropout(rnn.Dropout, output);
            bool firstState = rnn.FirstState && level == 0;
            levels++;
            var below = firstState ? Padded(output) : output;
            if (rnn.Direction != DirectionKind.Bidirectional)
            {
                bool isReverse = rnn.Direction == DirectionKind.Reverse;
                var only = AddLayer(rnn, (module, level), below, firstState, isReverse, isSecond: false);
                output = only;
                last = () => AddPooling(isReverse ? PoolingKind.First : PoolingKind.Last, only);
                continue;
            }

            var forward = AddLayer(rnn, (module, level), below, firstState, isReverse: false, isSecond: false);
            var reverse = AddLayer(rnn, (module, level), below, firstState, isReverse: true, isSecond: true);
            var map = rnn.Merge == MergeKind.Linear ? DenseOf(Unique($"{module}.merge_l{level}"), 2 * rnn.Output, rnn.Output, Linear, bias: true) : null;
            // What takes the last states only needs no merged sequence.
            if (level < rnn.Depth - 1 || NeedsSequence(index))
                output = AddMerge(rnn.Merge, map, forward, reverse);
            last = () => AddMerge(rnn.Merge, map, AddPooling(PoolingKind.Last, forward), AddPooling(PoolingKind.First, reverse));
        }

        return new(output, last);
    }

    /// <summary>Whether anything but [Pool(Pooling.Last)], perhaps behind dropout, takes a layer's outputs.</summary>
    private bool NeedsSequence(int index)
    {
        for (int i = index + 1; i < declaration.Elements.Count; i++)
        {
            var element = declaration.Elements[i];
            bool isLast = element is PoolDeclaration { Kind: PoolKind.Last, From.Count: 1 } || (element is DropoutDeclaration { From.Count: 1 } && !NeedsSequence(i));
            if (element.From.Contains(index) && !isLast)
                return true;
        }

        return false;
    }

    private Value AddLayer(RnnDeclaration rnn, (string, int) path, Value input, bool firstState, bool isReverse, bool isSecond)
    {
        // Only the lowest of several layers can begin in a first state.
        var cell = firstState ? rnn.Cell : rnn.CellWithInput;
        var key = (cell, rnn.Bias, rnn.Options.Projection);
        if (!plans.TryGetValue(key, out var plan))
            plans[key] = plan = CellScheduler.Schedule(CellGraph.Build(cell, rnn.Bias));
        var layer = new LayerLayout
        {
            Number = levels,
            IsReverse = isReverse,
            IsSecond = isSecond,
            Path = path,
            Declaration = rnn,
            Cell = cell,
            Plan = plan,
            Equations = firstState ? CellGraph.Build(rnn.CellWithInput, rnn.Bias) : plan.Cell,
            Kernel = KernelName(plan, rnn),
            Input = input,
            HasFirstState = firstState,
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
        operations.Add(new RecurrentOperation(layer));
        return layer.Output;
    }

    /// <summary>The cell and its size; a number more where the same cell with other options has that size too.</summary>
    private string KernelName(CellPlan plan, RnnDeclaration layer)
    {
        string name = $"{layer.Cell.Name.TrimStart('@')}{layer.Hidden}";
        var others = layers.Where(l => l.Cell.Name == layer.Cell.Name && l.Hidden == layer.Hidden).Select(l => l.Plan).Distinct().ToList();
        int place = others.IndexOf(plan) is >= 0 and var found ? found : others.Count;
        return place == 0 ? name : $"{name}Variant{place + 1}";
    }

    private Value AddMerge(MergeKind kind, DenseLayout? map, Value forward, Value reverse)
    {
        if (kind == MergeKind.Concat)
            return AddJoin([forward, reverse], "joined");
        if (map is not null)
            return AddDense(map, AddJoin([forward, reverse], "joined"));
        var output = NewValue("merged", forward);
        operations.Add(new MergeOperation(kind, output, forward, reverse));
        return output;
    }

    private Value AddPool(PoolDeclaration pool, ElementOutput[] from)
    {
        if (pool.Kind == PoolKind.Last && from.Length == 1 && from[0].Last is { } last)
            return last();
        var input = Padded(Join(from));
        if (pool.Kind != PoolKind.Attention)
            return AddPooling(pool.Kind == PoolKind.Mean ? PoolingKind.Mean : PoolingKind.Last, input);

        string path = Path(pool.Name, "pool", isOnly: true);
        var keys = pool.Units > 0 ? AddDense(DenseOf(Unique($"{path}.key"), input.Width, pool.Units, ActivationFunction.Of(ActivationKind.Tanh), bias: true), input) : input;
        // The softmax over time takes away any bias of the scores.
        var scores = AddDense(DenseOf(Unique($"{path}.score"), keys.Width, 1, Linear, bias: false), keys);
        return AddPooling(PoolingKind.Attention, input, scores);
    }

    private Value AddPooling(PoolingKind kind, params Value[] inputs)
    {
        var output = new Value(NameBuffer("pooled"), inputs[0].Width, inputs[0].Stride) { Once = true };
        operations.Add(new PoolOperation(kind, output, inputs));
        return output;
    }

    private DenseLayout DenseOf(string path, int inputs, int size, ActivationFunction activation, bool bias)
    {
        denseLayers++;
        var dense = new DenseLayout
        {
            Number = CountDense() == 1 ? 0 : denseLayers,
            Path = path,
            InputSize = inputs,
            Size = size,
            Activation = activation,
            Graph = activation.Kind == ActivationKind.Linear ? null : new ActivationGraph(activation),
            HasBias = bias,
            FirstParameter = weights,
            FirstTransposed = transposed,
        };
        weights = dense.EndParameter;
        transposed = dense.EndTransposed;
        return dense;
    }

    private Value AddDense(DenseLayout dense, Value input)
    {
        var output = NewValue("y", dense.Size, input.Once);
        operations.Add(new DenseOperation(dense, input, output));
        return output;
    }

    /// <summary>The last states of a recurrent layer are dropped as its outputs are: in use, dropout in between changes nothing.</summary>
    private ElementOutput AddDropout(DropoutDeclaration dropout, int index, ElementOutput[] from)
    {
        Func<Value>? last = from.Length == 1 && from[0].Last is { } below ? () => AddDropout(dropout.Probability, below()) : null;
        return new(last is null || NeedsSequence(index) ? AddDropout(dropout.Probability, Join(from)) : from[0].Value, last);
    }

    private Value AddDropout(double probability, Value input)
    {
        if (probability == 0)
            return input;
        input = Padded(input);
        var output = NewValue("dropped", input);
        operations.Add(new DropoutOperation(++streams, probability, output, input));
        return output;
    }

    private Value AddFeedback(FeedbackDeclaration declared, Value input)
    {
        feedback = new Value("feedback", declared.Size, Layout.Pad(declared.Size));
        operations.Add(new FeedbackOperation(feedback));
        return AddJoin([input, feedback], "joined");
    }

    private Value AddRepeat(Value input)
    {
        input = Padded(input);
        var output = new Value(NameBuffer("repeated"), input.Width, input.Stride);
        operations.Add(new RepeatOperation(output, input));
        return output;
    }

    private ElementOutput AddHead(HeadDeclaration head, Value value, List<Head> heads)
    {
        heads.Add(new Head(head.Loss, head.Weight, value.IsInput ? Padded(value) : value, heads.Sum(h => h.Size), heads.Sum(h => h.TargetWidth)));
        return new(value, null);
    }

    private Value Join(ElementOutput[] from) => from.Length == 1 ? from[0].Value : AddJoin([.. from.Select(f => f.Value)], "joined");

    private Value AddJoin(Value[] parts, string name, bool isOutput = false)
    {
        var same = operations.OfType<JoinOperation>().FirstOrDefault(o => !isOutput && o.Inputs.SequenceEqual(parts));
        if (same is not null)
            return same.Output;
        var output = NewValue(name, parts.Sum(p => p.Width), parts[0].Once);
        operations.Add(new JoinOperation(output, parts, isOutput));
        return output;
    }

    /// <summary>The value in whole blocks: a user's inputs are not, and only products and joins take them as they are.</summary>
    private Value Padded(Value value) => value.IsInput ? AddJoin([value], "joined") : value;

    private Value NewValue(string name, int width, bool once) => new(NameBuffer(name), width, Layout.Pad(width)) { Once = once };

    /// <summary>A value like another.</summary>
    private Value NewValue(string name, Value like) => new(NameBuffer(name), like.Width, like.Stride) { Once = like.Once };

    private string NameBuffer(string name)
    {
        buffers.TryGetValue(name, out int count);
        buffers[name] = count + 1;
        return name is "outputs" or "embedded" ? name : $"{name}{count + 1}";
    }

    /// <summary>What an element's parameters are called after: its name, or its kind, numbered where there are several.</summary>
    private string Path(string name, string kind, bool isOnly, int number = 0) =>
        name.Length > 0 ? name : Unique(isOnly ? kind : $"{kind}{number}");

    private string Unique(string wanted)
    {
        string path = wanted;
        for (int i = 2; !paths.Add(path); i++)
            path = $"{wanted}_{i}";
        return path;
    }
}
