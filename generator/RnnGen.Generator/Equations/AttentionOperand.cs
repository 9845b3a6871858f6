namespace RnnGen.Generator.Equations;

/// <summary>Which of the two vectors that a score compares: also its place among the declaration's states.</summary>
internal enum AttentionSide
{
    Query,
    Key,
}

/// <summary>A vector that a score's kernels read: the query or the key, as it is or multiplied by a Map.</summary>
/// <param name="Side">Which of the two.</param>
/// <param name="Map">The matrix, by its index among the parameters; null for the vector itself, whose width is then the number of units.</param>
/// <param name="State">The index of its <see cref="Op.State"/>.</param>
/// <param name="Name">What equations in comments, and locals, call it.</param>
internal sealed record AttentionOperand(AttentionSide Side, int? Map, int State, Identifier Name);
