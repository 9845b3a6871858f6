using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;

namespace RnnGen.Generator.Scheduling;

/// <summary>The elements of a model's largest buffers, before anything is planned.</summary>
internal sealed record ModelSizes(long Weights, long State)
{
    public static ModelSizes Of(ModelDeclaration model)
    {
        long weights = model.Source.Kind == SourceKind.Embedding ? (long)model.Source.Symbols * Layout.Pad(model.Source.Width) : 0;
        long state = 0;
        long width = model.Source.Width;
        foreach (var layer in model.Layers)
        {
            long padded = Layout.Pad(layer.Hidden);
            for (int level = 0; level < layer.Depth; level++)
            {
                weights += layer.Cell.Parameters.Sum(p => padded * (p.Kind switch { ParameterKind.Weight => width, ParameterKind.Recurrent or ParameterKind.Projection => layer.Hidden, _ => 1 }));
                state += padded * layer.Cell.States.Count;
                width = layer.Output;
            }
        }

        if (model.Dense is { } dense)
            weights += (long)Layout.Pad(dense.Size) * (width + 1);
        return new(weights, state);
    }
}

/// <summary>The panel layout's arithmetic.</summary>
internal static class Layout
{
    /// <summary>Units per block.</summary>
    public const int Lanes = 16;

    public static int Blocks(int size) => (size + Lanes - 1) / Lanes;

    public static int Pad(int size) => Blocks(size) * Lanes;
}
