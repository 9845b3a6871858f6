using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes how positions become steps, and steps positions.</summary>
internal sealed class PositionsWriter(
    CodeWriter writer, ModelLayout model, PositionsOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value grid = operation.Grid;
    private readonly Value steps = operation.Steps;

    public override void Forward(Site site) =>
        WriteMove(operation.IsToSteps, site, site.Of(grid), grid.Stride, site.Of(steps), accumulate: false);

    public override void Backward(TapeSite site) => WriteGradient(
        operation.Inputs[0],
        () => WriteMove(
            !operation.IsToSteps, site, site.GradientOf(grid), grid.GradientStride, site.GradientOf(steps), Adds(0)));

    private void WriteMove(bool toSteps, Site site, Address positions, int stride, Address along, bool accumulate)
    {
        object[] from = [positions, stride, grid.PositionStride], to = [along, steps.Stride];
        object[] places = toSteps ? [.. from, .. to] : [.. to, .. from];
        Writer.Call(
            $"Positions.{(toSteps ? "ToSteps" : "ToGrids")}<V, {Real}>",
            [grid.Length, site.RowsOf(steps.Time), grid.Channels, .. places, Accumulate(accumulate)]);
    }
}
