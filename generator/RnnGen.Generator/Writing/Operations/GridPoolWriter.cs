using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes several positions made one.</summary>
internal sealed class GridPoolWriter(
    CodeWriter writer, ModelLayout model, GridPoolOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    private string Kind => operation.Declaration.IsMax ? "Max" : "Mean";

    public override void Forward(Site site) =>
        Writer.Call($"GridPooling.{Kind}<V, {Real}>", [.. Shape(site), site.Of(x), site.Of(y), y.PositionStride]);

    public override void Backward(TapeSite site)
    {
        object[] values = operation.Declaration.IsMax ? [site.Of(x), site.Of(y)] : [];
        Writer.Call(
            $"GridPooling.{Kind}Gradient<V, {Real}>",
            [.. Shape(site), .. values, site.GradientOf(y), site.GradientOf(x), y.PositionStride, Accumulate(Adds(0))]);
    }

    private object[] Shape(Site site) =>
    [
        site.Count(y), x.Length, y.Length, $"kernel: {operation.Declaration.KernelOf(x.Length)}",
        $"shift: {operation.Declaration.StrideOf(x.Length)}",
    ];
}
