namespace RnnGen.Onnx;

/// <summary>A convolution's weights.</summary>
/// <param name="Groups">Groups of channels that are convolved apart.</param>
/// <param name="Channels">Outputs at each place.</param>
/// <param name="Kernel">Places that each of them sees.</param>
/// <param name="Matrix">[channel][input channel of its group][kernel].</param>
/// <param name="Bias">One for each channel; null for none.</param>
internal sealed record ConvWeights(int Groups, int Channels, int Kernel, float[] Matrix, float[]? Bias);

/// <summary>A convolution along the positions of a step, or over time.</summary>
internal sealed class ConvElement(int index, IReadOnlyList<Element> inputs) : Element(index, inputs)
{
    public required string Node { get; init; }

    public required bool IsOverTime { get; init; }

    public required int Dilation { get; init; }

    public int Stride { get; init; } = 1;

    public int Padding { get; init; }

    public int PaddingEnd { get; init; }

    public bool IsReflected { get; init; }

    /// <summary>Positions of the output; 1 for vectors.</summary>
    public required int Length { get; init; }

    public required ConvWeights Weights { get; init; }

    public Function Function { get; init; } = Function.Linear;

    public override int Width => Length * Weights.Channels;

    public override int Positions => Length;

    public override string What => $"the output of {Node}";

    public override Element Of(int index, IReadOnlyList<Element> inputs) => With(index, inputs, Weights, Function);

    public ConvElement With(int index, IReadOnlyList<Element> inputs, ConvWeights weights, Function function) =>
        new(index, inputs)
        {
            Node = Node,
            IsOverTime = IsOverTime,
            Dilation = Dilation,
            Stride = Stride,
            Padding = Padding,
            PaddingEnd = PaddingEnd,
            IsReflected = IsReflected,
            Length = Length,
            Weights = weights,
            Function = function,
        };
}

/// <summary>√(re² + im²) of halves of the channels.</summary>
internal sealed class MagnitudeElement(int index, Element of) : Element(index, [of])
{
    public override int Width => Inputs[0].Width / 2;

    public override int Positions => InputPositions;

    public override string What => "a magnitude";

    public override Element Of(int index, IReadOnlyList<Element> inputs) => new MagnitudeElement(index, inputs[0]);
}

/// <summary>The mean or the largest of windows of positions.</summary>
internal sealed class GridPoolElement(int index, Element of, bool isMean, int kernel, int stride) : Element(index, [of])
{
    public bool IsMean { get; } = isMean;

    public int Kernel { get; } = kernel;

    public int Stride { get; } = stride;

    public override int Positions => ((InputPositions - Kernel) / Stride) + 1;

    public override int Width => Positions * (Inputs[0].Width / InputPositions);

    public override string What => "a pool of positions";

    public override Element Of(int index, IReadOnlyList<Element> inputs) => new GridPoolElement(index, inputs[0], IsMean, Kernel, Stride);
}
