using RnnGen.Generator.Declarations;

namespace RnnGen.Generator.Pipeline;

/// <summary>The type that a generated file is named after: a model, a cell, a score or a loss.</summary>
internal sealed record FileName(string Type, string Suffix)
{
    public string Text => Type + Suffix;

    public static FileName Of(ModelDeclaration model) => new(model.FullName.Text, "");

    public static FileName Of(CellType cell) => new(cell.FullName.Text, $".{cell.Kind}");
}
