using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>A rectifier with a learned slope for every number, or one for all.</summary>
/// <param name="declaration">Its declaration.</param>
internal sealed class PReluOperation(
    PReluDeclaration declaration, string path, IReadOnlyList<ParameterVector> vectors, Value output, Value input)
    : VectorOperation(path, vectors, output, input)
{
    public bool IsShared => declaration.Shared;

    public override string Words => declaration.Words;

    public override string Title => $"PRelu ({Path})";

    protected override string Kind => "PRelu";
}
