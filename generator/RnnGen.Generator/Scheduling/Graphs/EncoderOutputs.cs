using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>An encoder, and what a decoder takes of it: its outputs, its context, and through the bridge the states to begin in.</summary>
internal sealed class EncoderOutputs
{
    private readonly GraphBuilder graph;
    private readonly BridgeKind bridge;
    private readonly Dictionary<(int Element, int Level), IReadOnlyList<Value?>> initials = [];
    private readonly List<List<LayerLayout>> levels;
    private Value? memory;
    private Value? context;

    /// <param name="graph">The graph to build.</param>
    /// <param name="joint">The encoder and the bridge.</param>
    /// <param name="decoder">The decoder's elements.</param>
    public EncoderOutputs(GraphBuilder graph, JointDeclaration joint, EquatableArray<ElementDeclaration> decoder)
    {
        this.graph = graph;
        bridge = joint.Bridge;
        Part = new(
            graph, joint.Encoder.Elements, Timeline.Source(joint.Encoder.Steps),
            areOutputsTaken: decoder.Any(e => e is AttentionDeclaration));
        Part.Build();
        levels = [.. graph.Layers.GroupBy(l => l.Number).Select(g => g.ToList())];
        int height = decoder.OfType<RnnDeclaration>().Sum(r => r.Depth);
        int number = 0, count = height;
        for (int i = 0; i < decoder.Count; i++)
        {
            for (int level = 0; decoder[i] is RnnDeclaration rnn && bridge != BridgeKind.None && level < rnn.Depth; level++)
                initials[(i, level)] = InitialsOf(rnn, height--, count == 1 ? "bridge" : $"bridge{++number}");
        }
    }

    /// <summary>The encoder's elements.</summary>
    public PartBuilder Part { get; }

    /// <summary>The encoder's outputs, one per source step.</summary>
    public Value Memory => memory ??= graph.BeforeDecoder(() => graph.Compact(Part.Output.Value));

    /// <summary>The encoder's last output in both directions, or what it ends in, if that is one vector.</summary>
    public Value Context => context ??= graph.BeforeDecoder(() =>
        Part.Output.Last is { } last ? last()
            : Part.Output.Value.Once ? graph.Padded(Part.Output.Value)
            : graph.AddPooling(PoolingKind.Last, Memory));

    /// <summary>The first states of a decoder's layer; null for zeros.</summary>
    /// <param name="element">The declaration's position.</param>
    /// <param name="level">The layer of its depth.</param>
    public IReadOnlyList<Value?>? InitialsOf(int element, int level) =>
        initials.TryGetValue((element, level), out var values) ? values : null;

    /// <param name="rnn">The decoder's layer.</param>
    /// <param name="height">Its place from the top, from 1.</param>
    /// <param name="path">The name that the bridge's parameters begin with.</param>
    private Value?[] InitialsOf(RnnDeclaration rnn, int height, string path)
    {
        var states = rnn.CellWithInput.States;
        var values = new Value?[states.Count];
        for (int state = 0; state < values.Length; state++)
        {
            int width = state == 0 ? rnn.Output : rnn.Hidden;
            var from = bridge == BridgeKind.Dense ? (state == 0 ? Context : null) : FinalState(height, states[state]);
            if (from is null)
                continue;
            string name = bridge == BridgeKind.EveryState ? $"{path}.{states[state].Text}" : path;
            values[state] = bridge == BridgeKind.Direct ? from
                : graph.AddDense(
                    graph.DenseOf(
                        name, from.Width, width, ActivationFunction.Of(state == 0 ? ActivationKind.Tanh : ActivationKind.Linear),
                        bias: true),
                    from);
        }

        return values;
    }

    /// <summary>The state of that name of the encoder's layer at a height, both directions side by side; null if it has none.</summary>
    private Value? FinalState(int height, Identifier name)
    {
        var layers = levels[levels.Count - height];
        int state = layers[0].Cell.States.ToList().IndexOf(name);
        if (state < 0)
            return null;
        Value[] finals = [.. layers.Select(l => graph.Add(new FinalStateOperation(
            l, state, new(graph.NameBuffer("final"), l.StateWidth(state), l.Padded, time: null))).Output)];
        return finals.Length == 1 ? finals[0] : graph.AddJoin(finals);
    }
}
