using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes a state of an encoder's layer behind its last step.</summary>
internal sealed class FinalStateWriter(CodeWriter writer, ModelLayout model, FinalStateOperation operation) : OperationWriter(writer, model)
{
    private readonly LayerLayout layer = operation.Layer;
    private readonly Value y = operation.Output;

    public override void Forward(Site site)
    {
        string history = site.Buffer(layer.History(operation.State));
        Writer.Line($"Copy(ref {(layer.IsReverse ? history : Site.Shift(history, $"{site.Count(layer.Time)} * {layer.Padded}"))}, ref {site.Of(y)}, {site.RowsOf(layer.Padded)});");
    }

    public override void Backward(TapeSite site)
    {
        string gradient = site.Buffer("d" + layer.History(operation.State));
        string rows = layer.Time.Rows;
        if (operation.State == 0 && !site.Accumulate(layer.Output))
            Writer.Line(site.ClearGradient(layer.Output));
        // Two gradients of an inner state take turns.
        string last = operation.State == 0 ? $"{rows} * {layer.Padded}" : $"({layer.Time.Count} & 1) * tape.Rows * {layer.Padded}";
        Writer.Line($"{Api.Merging}.Pass<V, {Real}>(ref {site.GradientOf(y)}, ref {(layer.IsReverse ? gradient : Site.Shift(gradient, last))}, tape.Rows * {layer.Padded}, 1, accumulate: true);");
    }
}
