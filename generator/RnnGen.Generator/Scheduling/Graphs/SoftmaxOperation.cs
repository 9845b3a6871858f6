using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>The softmax over the numbers of each vector, or its logarithm.</summary>
/// <param name="isLog">True for the logarithm.</param>
internal sealed class SoftmaxOperation(bool isLog, Value output, Value input) : Operation(output, input)
{
    public bool IsLog { get; } = isLog;

    public override string Title => IsLog ? "Log softmax" : "Softmax";
}
