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

    private readonly Dictionary<(string Buffer, ConvolutionWindow Window), Value> windows = [];

    public Value AddConvolution(ConvolutionDeclaration declared, string path, Value input)
    {
        var window = declared.Window;
        int channels = input.Channels;
        if (window.Past > 0)
            input = AddPast(declared, path, input);
        // A window of one place is that place.
        bool isPoint = window is { Kernel: 1, Stride: 1, Padding: 0, PaddingEnd: 0 } && input.IsEven && !input.IsInput;
        string places = window.Kernel == 1 ? "place" : $"{window.Kernel} places";
        var seen = isPoint ? input : AddWindows(window, $"{path}: the {places} that each output sees", "windows", input);
        return graph.AddDense(
            graph.DenseOf(path, window.Kernel * channels, declared.Channels, declared.Activation, declared.Bias, window.Kernel), seen);
    }

    public Value AddMagnitude(MagnitudeDeclaration declared, Value input)
    {
        input = Even(graph.Padded(input));
        return graph.Add(
            new MagnitudeOperation(
                declared.Parts, graph.NewGrid("magnitudes", input.Length, input.Channels / 2, input.Time), input)).Output;
    }

    public Value AddPool(GridPoolDeclaration declared, Value input)
    {
        input = Even(graph.Padded(input));
        return graph.Add(
            new GridPoolOperation(
                declared, graph.NewGrid("pooled", declared.PositionsOf(input.Length), input.Channels, input.Time), input)).Output;
    }

    /// <summary>Vectors whose numbers lie side by side, in whole blocks.</summary>
    public Value Flat(Value value) =>
        value.IsFlat
            ? value
            : AddWindows(Point with { Kernel = value.Length }, "Without the padding of each position", "flat", value, value.Length);

    /// <summary>A grid whose positions are equally far apart in all vectors.</summary>
    public Value Even(Value value) => value.IsEven ? value : AddWindows(Point, "Each position in whole blocks", "padded", value);

    private Value AddWindows(ConvolutionWindow window, string title, string name, Value input, int length = 0)
    {
        if (windows.TryGetValue((input.Buffer, window), out var same))
            return same;
        int width = window.Kernel * input.Channels;
        // Windows over a whole grid are the grid itself, in one piece.
        var output = length > 0
            ? new Value(graph.NameBuffer(name), width, Panel.Pad(width), input.Time) { Length = length, PositionStride = input.Channels }
            : graph.NewGrid(name, window.PositionsOf(input.Length), width, input.Time);
        return windows[(input.Buffer, window)] = graph.Add(new WindowOperation(window, title, output, input)).Output;
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
