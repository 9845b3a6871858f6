namespace RnnGen.Generator.Scheduling;

/// <summary>Where the transposed copy of each matrix lies in the backward pass's own buffer.</summary>
internal static class TransposedLayout
{
    public static int OffsetOf(ModelLayout model, LayerLayout layer, PanelGroup group) =>
        FirstOf(model, layer) + layer.Plan.Groups.OrderBy(g => g.Operand is null).TakeWhile(g => g != group).Sum(g => SizeOf(model, layer, g));

    public static int FirstOf(ModelLayout model, LayerLayout layer) => model.Layers.TakeWhile(l => l != layer).Sum(l => SizeOf(model, l));

    public static int OffsetOfDense(ModelLayout model) => model.Layers.Sum(l => SizeOf(model, l));

    public static int Size(ModelLayout model) => OffsetOfDense(model) + (model.Dense is { } dense ? Layout.Pad(dense.InputSize) * dense.Padded : 0);

    /// <summary>One-hot inputs have no gradient, and their matrix no transposed copy.</summary>
    public static bool IsTransposed(ModelLayout model, LayerLayout layer, PanelGroup group) => group.Operand is not null || !model.IsOneHot(layer);

    private static int SizeOf(ModelLayout model, LayerLayout layer) => layer.Plan.Groups.Sum(g => SizeOf(model, layer, g));

    private static int SizeOf(ModelLayout model, LayerLayout layer, PanelGroup group) =>
        IsTransposed(model, layer, group) ? Layout.Pad(layer.DepthOf(group)) * layer.Padded * group.Columns : 0;
}
