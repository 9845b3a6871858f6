using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Declarations;

/// <summary>A struct with [RnnCell] or [RnnAttention] and where the rest of it is to be written.</summary>
internal sealed record CellType(Identifier Namespace, CellDeclaration Cell)
{
    public Identifier FullName => Identifier.Qualified(Namespace, Cell.Name);
}
