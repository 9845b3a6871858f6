using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes one of several inputs, copied out of a step's vector.</summary>
internal sealed class PartWriter(CodeWriter writer, ModelLayout model, PartOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override void Forward(Site site) => Writer.Call(
        $"Merging.Concat<{Real}>", site.Count(y), y.Width, site.Of(x).Plus(operation.Column), x.Stride, site.Of(y), y.Stride, 0);

    /// <summary>No other input has these columns, so nothing is ever added to them.</summary>
    public override void Backward(TapeSite site) => WriteGradient(x, () => Writer.Call(
        $"Merging.Concat<{Real}>", site.Count(y), y.Width, site.GradientOf(y), y.Stride, site.GradientOf(x), x.GradientStride,
        operation.Column));
}
