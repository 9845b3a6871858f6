using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>
/// Adds what works on the positions of a grid. A convolution is a dense layer of windows: its parameters are a dense layer's, and so
/// are its products; one in groups has an operation of its own.
/// </summary>
internal sealed class GridBuilder(GraphBuilder graph)
{
    private readonly Dictionary<(Value Of, ConvolutionWindow Window), Value> windows = [];
    private readonly Dictionary<Value, Value> flats = [];
    private readonly Dictionary<Value, Value> steps = [];

    public Value AddConvolution(ConvolutionDeclaration declared, string path, Value input)
    {
        var window = declared.Window;
        int channels = input.Channels;
        if (window.Past > 0)
            input = AddPast(declared, path, input);
        if (declared.Groups > 1)
            return AddGroups(declared, path, input);
        // A window of one place is that place.
        bool isPoint = window is { Places: 1, Stride: 1, Padding: 0, PaddingEnd: 0 } && input.IsEven;
        string places = window.Places == 1 ? "place" : $"{window.Places} places";
        var seen = isPoint ? input : AddWindows(window, $"{path}: the {places} that each output sees", "windows", input);
        return graph.AddDense(
            graph.DenseOf(path, window.Places * channels, declared.Channels, declared.Activation, declared.Bias, KernelOf(declared)), seen);
    }

    private Value AddGroups(ConvolutionDeclaration declared, string path, Value input)
    {
        var window = declared.Window;
        int depth = (int)declared.DepthOf(input.Channels), padded = Panel.Pad(declared.Channels);
        var sums = graph.Add(new GroupedOperation(
            path, graph.NumberConvolution(), declared.Groups, window, KernelOf(declared), declared.Bias,
            graph.TakeWeights(padded * (depth + (declared.Bias ? 1 : 0))),
            graph.NewGrid("y", window.PositionsOf(input.Length), declared.Channels, input.Time), input)).Output;
        return declared.Activation.Kind == ActivationKind.Linear ? sums : graph.AddActivation(declared.Activation, sums);
    }

    private static KernelShape KernelOf(ConvolutionDeclaration declared) =>
        new(declared.Window.Places, declared.IsOverBoth ? declared.Window.Kernel : 0);

    public Value AddMagnitude(MagnitudeDeclaration declared, Value input)
    {
        input = Even(input);
        return graph.Add(
            new MagnitudeOperation(
                declared.Parts, graph.NewGrid("magnitudes", input.Length, input.Channels / 2, input.Time), input)).Output;
    }

    public Value AddPool(GridPoolDeclaration declared, Value input)
    {
        input = Even(input);
        return graph.Add(
            new GridPoolOperation(
                declared, graph.NewGrid("pooled", declared.PositionsOf(input.Length), input.Channels, input.Time), input)).Output;
    }

    /// <summary>The positions of a grid as steps; the same ones are laid out once.</summary>
    public Value ToSteps(Value grid)
    {
        if (!steps.TryGetValue(grid, out var along))
            steps[grid] = along = graph.Add(
                new PositionsOperation(graph.NewValue("along", grid.Channels, Timeline.Along(grid.Length, grid.Time)), grid)).Output;
        return along;
    }

    /// <summary>Such steps as the positions of a grid.</summary>
    public Value ToGrid(Value along) =>
        graph.Add(new PositionsOperation(graph.NewGrid("positions", along.Time!.Steps, along.Width, along.Time.Grids), along)).Output;

    /// <summary>Vectors whose numbers lie side by side, in whole blocks.</summary>
    public Value Flat(Value value)
    {
        if (value.IsFlat)
            return value;
        if (!flats.TryGetValue(value, out var flat))
        {
            // A window over a whole grid is the grid itself, in one piece.
            flat = new(graph.NameBuffer("flat"), value.Width, Panel.Pad(value.Width), value.Time)
            {
                Length = value.Length,
                PositionStride = value.Channels,
            };
            var whole = ConvolutionWindow.Point with { Kernel = value.Length };
            graph.Add(new WindowOperation(whole, "Without the padding of each position", flat, value));
            flats[value] = flat;
        }

        return flat;
    }

    /// <summary>A grid whose positions are in whole blocks, one behind the other.</summary>
    public Value Even(Value value) =>
        value.IsEven ? value : AddWindows(ConvolutionWindow.Point, "Each position in whole blocks", "padded", value);

    private Value AddWindows(ConvolutionWindow window, string title, string name, Value input)
    {
        if (windows.TryGetValue((input, window), out var same))
            return same;
        var output = graph.NewGrid(name, window.PositionsOf(input.Length), window.Places * input.Channels, input.Time);
        return windows[(input, window)] = graph.Add(new WindowOperation(window, title, output, input)).Output;
    }

    /// <summary>The inputs behind those of earlier steps, which a state holds; an encoder begins with zeros.</summary>
    private Value AddPast(ConvolutionDeclaration declared, string path, Value input)
    {
        input = Flat(input);
        int past = declared.Window.Past;
        var output = new Value(graph.NameBuffer("past"), input.Width, input.Width, input.Time)
        {
            Initial = past,
            Length = input.Length,
            PositionStride = input.Channels,
        };
        // Of decoder.conv1 the state says conv1.
        string name = path.Substring(path.LastIndexOf('.') + 1);
        return graph.AddPast(name, output, input, $"{path}: {past} step{(past == 1 ? "" : "s")} before");
    }
}
