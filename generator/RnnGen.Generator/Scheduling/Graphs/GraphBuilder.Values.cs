using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <content>Values: new ones, and operations that make one of others without parameters.</content>
internal sealed partial class GraphBuilder
{
    /// <summary>Several values as one vector; the same ones are joined once.</summary>
    public Value AddJoin(params Value[] inputs)
    {
        // Grids of one length are joined position by position.
        int length = inputs.All(i => i.Length == inputs[0].Length) ? inputs[0].Length : 1;
        bool isByPosition = length > 1 && inputs.Length > 1;
        inputs = [.. inputs.Select(i => isByPosition ? Grids.Even(i) : Grids.Flat(i))];
        var same = operations.OfType<JoinOperation>().FirstOrDefault(o => !o.Output.IsBehindInitial && o.Inputs.SequenceEqual(inputs));
        if (same is not null)
            return same.Output;
        var joined = isByPosition
            ? NewGrid("joined", length, inputs.Sum(p => p.Channels), inputs[0].Time)
            : NewValue("joined", inputs.Sum(p => p.Width), inputs[0].Time, length);
        return AddJoin(joined, inputs, "Joined");
    }

    /// <summary>One of several inputs, as a value of its own.</summary>
    public Value AddPart(NumbersDeclaration part, Value source) =>
        Add(new PartOperation(part, NewValue("part", part.Width, source.Time, part.Length), source)).Output;

    /// <summary>The vectors of symbols that stand in a step's vector: a grid, if there are several.</summary>
    public Value AddEmbedding(string path, SymbolsDeclaration symbols, Value source) =>
        AddEmbedding(
            path, symbols.Symbols, source,
            symbols.Width == 1
                ? NewValue("embedded", symbols.Channels, source.Time)
                : NewGrid("embedded", symbols.Width, symbols.Channels, source.Time),
            symbols.Column);

    /// <summary>The vectors of symbols.</summary>
    /// <param name="column">The first number of a step that is one; null if inputs are symbols themselves.</param>
    public Value AddEmbedding(string path, int symbols, Value source, Value embedded, int? column = null) =>
        Add(new EmbeddingOperation(
            path, symbols, TakeWeights(Format.EmbeddingSize(symbols, embedded.PositionStride)), Format, source, embedded)
        {
            Column = column,
        }).Output;

    private Value AddOutputs(Value[] heads) =>
        AddJoin(NewValue("outputs", heads.Sum(h => h.Width), heads[0].Time), heads, "Outputs side by side", isOutput: true);

    /// <summary>A value one step later, as a value of its own.</summary>
    /// <param name="delay">The declaration.</param>
    /// <param name="earlier">The value at the step before.</param>
    /// <param name="isCarried">True if the next step takes it.</param>
    public Value AddDelay(DelayDeclaration delay, PreviousValue earlier, bool isCarried) =>
        AddJoin(
            NewValue("delayed", earlier.Width, earlier.Time, isCarried), [earlier],
            $"{delay.Of}, {delay.Steps} step{(delay.Steps == 1 ? "" : "s")} before");

    /// <summary>Two values made one, element by element; what they give is a grid where both are.</summary>
    public Value AddMerge(MergeKind kind, Value a, Value b, string title)
    {
        var merged = a.Length == b.Length ? NewValue("merged", a) : NewValue("merged", a.Width, a.Time);
        return Add(new MergeOperation(kind, merged, a, b, title)).Output;
    }

    /// <summary>Both directions of a layer as one.</summary>
    /// <param name="map">The matrix of <see cref="MergeKind.Linear"/>.</param>
    public Value AddDirections(MergeKind kind, DenseLayout? map, Value forward, Value reverse) =>
        kind == MergeKind.Concat ? AddJoin(forward, reverse)
        : map is not null ? AddDense(map, AddJoin(forward, reverse))
        : AddMerge(kind, forward, reverse, $"{kind} of both directions");

    public Value AddPooling(PoolingKind kind, params Value[] inputs) =>
        Add(new PoolOperation(
            kind, new Value(NameBuffer("pooled"), inputs[0].Width, inputs[0].Stride, inputs[0].Time!.Grids), inputs)).Output;

    public Value AddActivation(ActivationFunction function, Value input) =>
        Add(new ActivationOperation(function, NewValue("activated", input), input)).Output;

    public Value AddDropout(double probability, Value input)
    {
        if (probability == 0)
            return input;
        input = Grids.Flat(Padded(input));
        return Add(new DropoutOperation(NextStream(), probability, NewValue("dropped", input), input)).Output;
    }

    /// <summary>The value in whole blocks: a user's inputs are not, and only products and joins take them as they are.</summary>
    public Value Padded(Value value) => value.IsInput ? AddJoin(value) : value;

    /// <summary>The value in no more blocks than it needs: a projected state has those of its layer's units.</summary>
    public Value Compact(Value value) =>
        !value.IsFlat ? Grids.Flat(value)
        : value.IsInput || value.Stride != Panel.Pad(value.Width) ? AddJoin(value)
        : value;

    /// <summary>Values behind those of the steps before the first, which a state holds; an encoder begins with zeros.</summary>
    public Value AddPast(string name, Value output, Value input, string title)
    {
        if (!isEncoding)
            carried.Add(new(name, 0, output, TakeState(Panel.Pad(output.Initial * output.Stride))));
        Recurring.Add(output);
        return Add(new JoinOperation(output, [input], title) { BeginsWithZeros = isEncoding }).Output;
    }

    private Value AddJoin(Value output, Value[] inputs, string title, bool isOutput = false) =>
        Add(new JoinOperation(output, inputs, title, isOutput)).Output;

    public Value NewValue(string name, int width, Timeline? time, bool isCarried = false) =>
        new(NameBuffer(name), width, Panel.Pad(width), time) { Initial = isCarried ? 1 : 0 };

    /// <summary>A grid whose positions are in whole blocks.</summary>
    public Value NewGrid(string name, int length, int channels, Timeline? time) =>
        new(NameBuffer(name), length * channels, length * Panel.Pad(channels), time)
        {
            Length = length,
            PositionStride = Panel.Pad(channels),
        };

    /// <summary>A value in one piece; of a grid, so many positions.</summary>
    private Value NewValue(string name, int width, Timeline? time, int length) =>
        new(NameBuffer(name), width, Panel.Pad(width), time)
        {
            Length = length,
            PositionStride = length == 1 ? Panel.Pad(width) : width / length,
        };

    /// <summary>A value like another.</summary>
    public Value NewValue(string name, Value like) =>
        new(NameBuffer(name), like.Width, like.Stride, like.Time) { Length = like.Length, PositionStride = like.PositionStride };

    public string NameBuffer(string name)
    {
        buffers.TryGetValue(name, out int count);
        buffers[name] = count + 1;
        return name is "outputs" or "embedded" && count == 0 ? name : $"{name}{count + 1}";
    }
}
