using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>
/// Adds what works on the positions of a grid. A convolution is a dense layer of windows: its parameters are a dense layer's, and so
/// are its products.
/// </summary>
internal sealed class GridBuilder(GraphBuilder graph)
{
    private static readonly ConvolutionWindow Point = new(AxisKind.Inner, 1, 1, 1, 0, 0, PaddingKind.Zeros);

    private readonly Dictionary<(Value Of, ConvolutionWindow Window), Value> windows = [];
    private readonly Dictionary<Value, Value> flats = [];

    public Value AddConvolution(ConvolutionDeclaration declared, string path, Value input)
    {
        var window = declared.Window;
        int channels = input.Channels;
        if (window.Past > 0)
            input = AddPast(declared, path, input);
        // A window of one place is that place.
        bool isPoint = window is { Kernel: 1, Stride: 1, Padding: 0, PaddingEnd: 0 } && input.IsEven;
        string places = window.Kernel == 1 ? "place" : $"{window.Kernel} places";
        var seen = isPoint ? input : AddWindows(window, $"{path}: the {places} that each output sees", "windows", input);
        return graph.AddDense(
            graph.DenseOf(path, window.Kernel * channels, declared.Channels, declared.Activation, declared.Bias, window.Kernel), seen);
    }

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
            graph.Add(new WindowOperation(Point with { Kernel = value.Length }, "Without the padding of each position", flat, value));
            flats[value] = flat;
        }

        return flat;
    }

    /// <summary>A grid whose positions are in whole blocks, one behind the other.</summary>
    public Value Even(Value value) => value.IsEven ? value : AddWindows(Point, "Each position in whole blocks", "padded", value);

    private Value AddWindows(ConvolutionWindow window, string title, string name, Value input)
    {
        if (windows.TryGetValue((input, window), out var same))
            return same;
        var output = graph.NewGrid(name, window.PositionsOf(input.Length), window.Kernel * input.Channels, input.Time);
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
