using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>Each vector normalised, as a whole or group by group: y = γ ⊙ n + β.</summary>
/// <param name="declaration">Its declaration.</param>
/// <param name="normalized">The buffer of n, on a tape.</param>
/// <param name="scale">The buffer of what x − mean was multiplied by, on a tape.</param>
internal sealed class NormOperation(
    NormDeclaration declaration, string path, IReadOnlyList<ParameterVector> vectors, string normalized, string scale, Value output,
    Value input) : VectorOperation(path, vectors, output, input)
{
    public NormDeclaration Declaration { get; } = declaration;

    public string Normalized { get; } = normalized;

    public string Scale { get; } = scale;

    public override string Words => Declaration.Words;

    public override string Title => $"{Declaration.Kind} normalisation ({Path})";

    protected override string Kind => "Norm";

    public override IEnumerable<PassBuffer> Buffers =>
        base.Buffers.Concat(new[] { Normalized, Scale }.Select(b => PassBuffer.Of(Output) with { Name = b, Inference = Extent.None }));
}
