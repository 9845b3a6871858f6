using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>An output and its loss: some neighbouring numbers of the outputs.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Weight">The factor on it.</param>
/// <param name="Value">The outputs.</param>
/// <param name="Offset">Their offset among all outputs.</param>
/// <param name="TargetOffset">The offset of its targets among all targets.</param>
internal sealed record Head(LossKind Loss, double Weight, Value Value, int Offset, int TargetOffset)
{
    public int Size => Value.Width;

    /// <summary>Elements of a target: one for a class.</summary>
    public int TargetWidth => Loss == LossKind.SoftmaxCrossEntropy ? 1 : Size;

    /// <summary>True if a model's outputs are probabilities, made of the values; false if they are the values.</summary>
    public bool GivesProbabilities => Loss is LossKind.SoftmaxCrossEntropy or LossKind.SigmoidCrossEntropy;
}
