using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes the softmax over the numbers of each vector, or its logarithm.</summary>
internal sealed class SoftmaxWriter(
    CodeWriter writer, ModelLayout model, SoftmaxOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    private string Method => operation.IsLog ? "UnitSoftmax.LogSoftmax" : "UnitSoftmax.Softmax";

    public override void Forward(Site site)
    {
        Writer.Comment(operation.IsLog ? "y = x - ln Σ exp(x)" : "y = exp(x) / Σ exp(x)");
        Writer.Call($"{Method}<V, {Real}>", site.Count(y), y.Width, y.Stride, site.Of(x), site.Of(y));
    }

    public override void Backward(TapeSite site)
    {
        Writer.Comment(operation.IsLog ? "dx = dy - exp(y) * Σ dy" : "dx = y * (dy - Σ dy * y)");
        Writer.Call(
            $"{Method}Backward<V, {Real}>", site.Count(y), y.Width, y.Stride, site.Of(y), site.GradientOf(y), site.GradientOf(x),
            Accumulate(Adds(0)));
    }
}
