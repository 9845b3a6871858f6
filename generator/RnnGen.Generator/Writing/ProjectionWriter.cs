using RnnGen.Generator.Reading;
using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>Writes the products that no recurrence is part of: a layer's with its inputs, for many steps at once, and the dense layer's.</summary>
internal sealed class ProjectionWriter(CodeWriter writer, ModelLayout model)
{
    private string Real => model.Real;

    /// <summary>The part of a layer's sums that no recurrence touches, for all steps at once: biases, and the product with the inputs.</summary>
    public void WriteLayer(LayerLayout layer, string rows, string x, string symbols, string slots)
    {
        bool hasBias = layer.BiasOffsets.Length > 0;
        foreach (var group in layer.Plan.InputGroups)
        {
            // Of several panels on the same columns only the first starts from the bias; the others add to it.
            bool first = layer.Plan.InputGroups.TakeWhile(g => g != group).All(g => g.FirstColumn + g.Columns <= group.FirstColumn || group.FirstColumn + group.Columns <= g.FirstColumn);
            string start = $"ref {Places.Shift(slots, group.FirstColumn * Layout.Lanes)}";
            string shape = KernelWriter.ShapeName(layer, group);
            string matrix = $"ref {Places.Shift("weights", layer.GroupOffsets[group.Index])}";
            string bias = first ? Bias(group.FirstColumn) : "";
            if (model.IsOneHot(layer))
                writer.Line(first ? $"{Api.Panels}.Gather<V, {Real}>({shape}, {symbols}, {matrix}, {bias}, {start});" : $"{Api.Panels}.GatherMore<V, {Real}>({shape}, {symbols}, {matrix}, {start});");
            else
                writer.Line(first ? $"{Api.Panels}.Project<V, {Real}>({shape}, {rows}, ref {x}, {Places.RowOfInput(model, layer)}, {matrix}, {bias}, {start});" : $"{Api.Panels}.ProjectMore<V, {Real}>({shape}, {rows}, ref {x}, {Places.RowOfInput(model, layer)}, {matrix}, {start});");
        }

        foreach (var (first, count) in layer.ColumnsWithoutInput())
            writer.Line($"{Api.Panels}.Fill<V, {Real}>({Places.Slots(layer, count)}, {rows}, {Bias(first)}, ref {Places.Shift(slots, first * Layout.Lanes)});");
        for (int rank = 1; rank < layer.BiasOffsets.Length; rank++)
        {
            foreach (var run in layer.BiasRuns(rank))
                writer.Line($"{Api.Panels}.AddBias<V, {Real}>({Places.Slots(layer, run.Parameters.Count)}, {rows}, ref {Places.Shift("weights", layer.BiasOffsets[rank] + (run.FirstColumn * Layout.Lanes))}, {Places.BiasStride(layer)}, ref {Places.Shift(slots, run.FirstColumn * Layout.Lanes)});");
        }

        string Bias(int column) => hasBias
            ? $"ref {Places.Shift("weights", layer.BiasOffsets[0] + (column * Layout.Lanes))}, {Places.BiasStride(layer)}"
            : $"ref {Api.Panels}.Zero<{Real}>(), 0";
    }

    public void WriteDense(string rows, string x, string y)
    {
        var dense = model.Dense!;
        foreach (var group in dense.Groups)
            writer.Line($"{Api.Panels}.Project<V, {Real}>({group.Name}, {rows}, ref {x}, {model.Layers[model.Layers.Count - 1].Padded}, ref At(ref weights, {group.Offset}), ref At(ref weights, {dense.BiasOffset + (group.FirstBlock * Layout.Lanes)}), {group.Columns * Layout.Lanes}, ref {Places.Shift(y, group.FirstBlock * Layout.Lanes)});");
        if (dense.Activation != ActivationKind.Linear)
            writer.Line($"{Api.Numerics}.Activations.{dense.Activation}<V, {Real}>(ref {y}, {rows} * {dense.Padded});");
    }
}
