using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes one number for all of a vector.</summary>
internal sealed class SpreadWriter(
    CodeWriter writer, ModelLayout model, SpreadOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override void Forward(Site site) =>
        Writer.Call($"Merging.Spread<{Real}>", site.Count(y), site.Of(x), x.Stride, site.Of(y), y.Stride);

    public override void Backward(TapeSite site) => WriteGradient(x, () => Writer.Call(
        $"Merging.SpreadGradient<V, {Real}>", site.Count(y), y.Width, site.GradientOf(y), y.Stride, site.GradientOf(x), x.GradientStride,
        Accumulate(Adds(0))));
}
