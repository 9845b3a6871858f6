using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>The places that each position of an output sees, side by side: [position][step tap][tap][channel].</summary>
/// <param name="window">The places.</param>
/// <param name="title">The comment above its lines.</param>
internal sealed class WindowOperation(ConvolutionWindow window, string title, Value output, Value input) : Operation(output, input)
{
    public ConvolutionWindow Window { get; } = window;

    public override string Title => title;

    /// <summary>The name of its shape in generated code.</summary>
    public string Name => char.ToUpperInvariant(Output.Buffer[0]) + Output.Buffer.Substring(1);
}

/// <summary>A convolution in groups: each output sees the channels of one of them.</summary>
/// <param name="path">The beginning of its parameters' names.</param>
/// <param name="number">From 1; 0 if the model has no other convolution.</param>
/// <param name="groups">The number of groups.</param>
/// <param name="window">The places that an output sees.</param>
/// <param name="kernel">The last dimensions of its weights.</param>
/// <param name="hasBias">True if it has a bias.</param>
/// <param name="firstParameter">Where its weights begin: [block][place][channel of the group][16]; then the biases.</param>
internal sealed class GroupedOperation(
    string path, int number, int groups, ConvolutionWindow window, KernelShape kernel, bool hasBias, int firstParameter, Value output,
    Value input) : Operation(output, input)
{
    public string Path { get; } = path;

    public int Groups { get; } = groups;

    public ConvolutionWindow Window { get; } = window;

    public KernelShape Kernel { get; } = kernel;

    public bool HasBias { get; } = hasBias;

    public int FirstParameter { get; } = firstParameter;

    public int BiasOffset => FirstParameter + (Panel.Pad(Output.Channels) * Depth);

    /// <summary>Weights of an output.</summary>
    public int Depth => Window.Places * (Inputs[0].Channels / Groups);

    /// <summary>The beginning of its names in generated code.</summary>
    public string Name => $"Conv{(number == 0 ? "" : $"{number}")}";

    public override string Title => $"Convolution{(number == 0 ? "" : $" {number}")} in {Groups} groups ({Path})";

    public override long ParameterCount => (long)Output.Channels * (Depth + (HasBias ? 1 : 0));

    public override int WeightCount => Panel.Pad(Output.Channels) * (Depth + (HasBias ? 1 : 0));

    public override long FlopPerStep => 2L * Output.Width * Depth;
}

/// <summary>The magnitudes of complex numbers.</summary>
internal sealed class MagnitudeOperation(ComplexKind parts, Value output, Value input) : Operation(output, input)
{
    public ComplexKind Parts { get; } = parts;

    public override string Title => "Magnitude";
}

/// <summary>Several positions made one.</summary>
internal sealed class GridPoolOperation(GridPoolDeclaration declaration, Value output, Value input) : Operation(output, input)
{
    public GridPoolDeclaration Declaration { get; } = declaration;

    public override string Title => Declaration.IsMax ? "Maximum over positions" : "Mean over positions";
}

/// <summary>The positions of grids as the steps of sequences, [position][grid][channel], or such steps as positions.</summary>
internal sealed class PositionsOperation(Value output, Value input) : Operation(output, input)
{
    /// <summary>True if positions become steps.</summary>
    public bool IsToSteps => Output.Time is { IsInner: true };

    /// <summary>The value that is a grid.</summary>
    public Value Grid => IsToSteps ? Inputs[0] : Output;

    /// <summary>The value that has a vector for each position.</summary>
    public Value Steps => IsToSteps ? Output : Inputs[0];

    public override string Title => IsToSteps ? "Positions as steps" : "Steps as positions";
}
