using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes a state of an encoder's layer behind its last step.</summary>
internal sealed class FinalStateWriter(
    CodeWriter writer, ModelLayout model, FinalStateOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly LayerLayout layer = operation.Layer;
    private readonly Value y = operation.Output;

    public override void Forward(Site site)
    {
        var history = site.Buffer(layer.History(operation.State));
        Writer.Call(
            "Copy", layer.IsReverse ? history : history.Plus(site.Count(layer.Time).Times(layer.Padded)), site.Of(y),
            site.Rows.Times(layer.Padded));
    }

    public override void Backward(TapeSite site)
    {
        var gradient = site.Buffer("d" + layer.History(operation.State));
        if (operation.State == 0 && !Adds(0))
            Writer.Line(site.ClearGradient(layer.Output));
        // Two gradients of an inner state take turns.
        Amount last = operation.State == 0 ? layer.Time.Vectors : $"({layer.Time.Count} & 1) * tape.Rows";
        Writer.Call(
            $"Merging.Scale<V, {Real}>", site.GradientOf(y), layer.IsReverse ? gradient : gradient.Plus(last.Times(layer.Padded)),
            site.Rows.Times(layer.Padded), 1, Accumulate(true));
    }
}
