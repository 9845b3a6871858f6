using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>An output and its loss: some neighbouring numbers of the outputs.</summary>
/// <param name="Declaration">The loss.</param>
/// <param name="Value">The outputs.</param>
/// <param name="Offset">Their offset among all outputs.</param>
/// <param name="TargetOffset">The offset of its targets among all targets.</param>
internal sealed record Head(HeadDeclaration Declaration, Value Value, int Offset, int TargetOffset)
{
    public LossKind Loss => Declaration.Loss;

    /// <summary>The factor on the loss.</summary>
    public double Weight => Declaration.Weight;

    public int Size => Value.Width;

    /// <summary>Elements of a target: one for a class.</summary>
    public int TargetWidth => Declaration.HasClasses ? 1 : Size / Declaration.OutputsOfTarget;

    /// <summary>The losses of an output, of which the mean is taken.</summary>
    public int Terms => Declaration.IsSoftmax ? 1 : TargetWidth;

    /// <summary>True if a model's outputs are probabilities, made of the values; false if they are the values.</summary>
    public bool GivesProbabilities => Declaration.IsSoftmax || Loss == LossKind.SigmoidCrossEntropy;
}
