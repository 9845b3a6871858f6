using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Declarations;

/// <summary>A struct with [RnnCell] or [RnnAttention] and where the rest of it is to be written.</summary>
internal sealed record CellType(string Namespace, CellDeclaration Cell)
{
    public string FullName => Namespace.Length == 0 ? Cell.Name : $"{Namespace}.{Cell.Name}";
}
