using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Declarations;

/// <summary>A struct with [RnnCell], [RnnAttention] or [RnnLoss] and where the rest of it is to be written.</summary>
/// <param name="Namespace">The struct's; empty for the global one.</param>
/// <param name="Name">The struct.</param>
/// <param name="Kind">What it is marked as.</param>
/// <param name="Own">The functions of the language whose names the struct's own members have.</param>
/// <param name="Cell">Its equations; null if there are mistakes in it.</param>
internal sealed record CellType(
    Identifier Namespace, Identifier Name, EquationKind Kind, EquatableArray<string> Own, CellDeclaration? Cell)
{
    public Identifier FullName => Identifier.Qualified(Namespace, Name);

    /// <summary>The fields of a struct with mistakes: they are written to, so that C# says nothing about them.</summary>
    public EquatableArray<CellField> Fields { get; init; }
}

/// <param name="Name">The field.</param>
/// <param name="Kind">Its kind; null if that is one of the mistakes.</param>
internal sealed record CellField(Identifier Name, ParameterKind? Kind);
