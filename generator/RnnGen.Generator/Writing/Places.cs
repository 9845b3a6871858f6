using RnnGen.Generator.Reading;
using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>Where the passes over time find things, as generated code says it.</summary>
internal static class Places
{
    public static string InputOf(ModelLayout model, LayerLayout layer) => layer.Number > 1 ? OutputOf(model.Layers[layer.Number - 2]) : "tape.x.Start";

    public static int RowOfInput(ModelLayout model, LayerLayout layer) => layer.Number > 1 ? model.Layers[layer.Number - 2].Padded
        : model.Declaration.Source.Kind == SourceKind.Embedding ? model.EmbeddingRow : model.Declaration.Source.Width;

    /// <summary>A layer's outputs are its first state from step 1 on.</summary>
    public static string OutputOf(LayerLayout layer) => $"At(ref tape.{KernelMemory.History(layer, 0)}.Start, (nint)tape.Rows * {layer.Padded})";

    public static string OutputGradientOf(LayerLayout layer) => $"At(ref tape.d{KernelMemory.History(layer, 0)}.Start, (nint)tape.Rows * {layer.Padded})";

    public static string Slots(LayerLayout layer, int columns) => $"new(0, {layer.Blocks}, {columns}, {layer.Plan.SlotCount * Layout.Lanes}, {layer.SlotRow})";

    public static int BiasStride(LayerLayout layer) => layer.Plan.SumCount * Layout.Lanes;

    public static string Shift(string place, int offset) => offset == 0 ? place : Shift(place, $"{offset}");

    /// <summary>The element some way after a place; At(ref a, 3) shifted by 4 is At(ref a, 3 + 4).</summary>
    public static string Shift(string place, string offset) =>
        place.StartsWith("At(ref ", StringComparison.Ordinal) ? $"{place.Substring(0, place.Length - 1)} + {offset})" : $"At(ref {place}, {offset})";

    /// <summary>The element a constant and a variable distance behind a place.</summary>
    public static string Shift(string place, int offset, string more) => Shift(place, offset == 0 ? more : $"{offset} + {more}");
}
