namespace RnnGen.Generator.Equations;

/// <summary>One of the two vectors that a score compares, and its index among the declaration's states.</summary>
internal enum AttentionSide
{
    Query,
    Key,
}

/// <summary>A vector that a score's kernels read: the query or the key, as it is or multiplied by a Map.</summary>
/// <param name="Side">The one of the two.</param>
/// <param name="Map">The matrix, by its index among the parameters; null for the vector itself, whose width is then the number of
/// units.</param>
/// <param name="State">The index of its <see cref="Op.State"/>.</param>
/// <param name="Name">Its name in comments' equations and in locals.</param>
internal sealed record AttentionOperand(AttentionSide Side, int? Map, int State, Identifier Name);
