using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>An operation over the steps of a sequence, which it needs all.</summary>
internal abstract class TimeOperation(Value output, Value input) : Operation(output, input);

/// <summary>The softmax over the steps of each number, or its logarithm.</summary>
/// <param name="isLog">True for the logarithm.</param>
internal sealed class TimeSoftmaxOperation(bool isLog, Value output, Value input) : TimeOperation(output, input)
{
    public bool IsLog { get; } = isLog;

    public override string Title => IsLog ? "Log softmax over time" : "Softmax over time";
}

/// <summary>A matrix over the steps of each number.</summary>
/// <param name="path">The beginning of its parameters' names.</param>
/// <param name="number">From 1.</param>
/// <param name="steps">The declared steps.</param>
/// <param name="hasBias">True if it has a bias.</param>
/// <param name="firstParameter">Where its weights begin: [t][s, in whole blocks]; then the biases.</param>
internal sealed class TimeDenseOperation(
    string path, int number, int steps, bool hasBias, int firstParameter, Value output, Value input) : TimeOperation(output, input)
{
    public string Path { get; } = path;

    public int Steps { get; } = steps;

    public bool HasBias { get; } = hasBias;

    public int FirstParameter { get; } = firstParameter;

    /// <summary>From a row of its weights to the next.</summary>
    public int Depth => Panel.Pad(Steps);

    public int BiasOffset => FirstParameter + (Steps * Depth);

    /// <summary>The beginning of its names in generated code.</summary>
    public string Name => $"TimeDense{number}";

    public override string Title => $"Dense layer over time ({Path})";

    public override long ParameterCount => (long)Steps * (Steps + (HasBias ? 1 : 0));

    public override int WeightCount => Depth * (Steps + (HasBias ? 1 : 0));

    /// <summary>A step has its share of the product, one row of the weights.</summary>
    public override long FlopPerStep => 2L * Steps * Output.Width;
}

/// <summary>One number of a vector given to all of a wider one.</summary>
internal sealed class SpreadOperation(Value output, Value input) : Operation(output, input)
{
    public override string Title => "One number for all";
}
