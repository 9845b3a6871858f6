using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>The kernels of an attention: its score's plan, and the sizes and places that they are written for.</summary>
internal sealed class AttentionLayout
{
    /// <summary>The name of the kernels: AdditiveScore64.</summary>
    public required string Name { get; init; }

    public required AttentionPlan Plan { get; init; }

    /// <summary>The length of the vector whose sum is the score.</summary>
    public required int Units { get; init; }

    /// <summary>From a row of the query to the next, where the score uses it element by element.</summary>
    public required int QueryStride { get; init; }

    /// <summary>
    /// From a row of what is attended to to the next: also of the key itself, where the score uses it element by element.
    /// </summary>
    public required int MemoryStride { get; init; }

    /// <summary>The declared steps of the source: from a row of weights to the next.</summary>
    public required int SourceSteps { get; init; }

    /// <summary>
    /// The offset of each PerUnit vector in the kernels' <c>weights</c> and <c>gradients</c>, [<see cref="Padded"/>], by the parameter's
    /// index.
    /// </summary>
    public required IReadOnlyDictionary<int, int> VectorOffsets { get; init; }

    public int Padded => Panel.Pad(Units);

    public bool IsPadded => Padded != Units;

    /// <summary>From a row of an operand to the next.</summary>
    public int StrideOf(AttentionOperand operand) =>
        operand.Map is not null ? Padded : operand.Side == AttentionSide.Query ? QueryStride : MemoryStride;
}
