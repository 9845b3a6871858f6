using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>Numbers in units of their own spread, or back: its mean and scale are frozen.</summary>
/// <param name="declaration">Its declaration.</param>
internal sealed class StandardizeOperation(
    StandardizeDeclaration declaration, string path, IReadOnlyList<ParameterVector> vectors, Value output, Value input)
    : VectorOperation(path, vectors, output, input)
{
    public bool Inverts => declaration.Inverts;

    public override string Words => declaration.Words;

    public override string Title => $"{(Inverts ? "Plain units" : "Units of the spread")} ({Path})";

    protected override string Kind => "Standardize";
}
