using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes the softmax over time of each number, or its logarithm.</summary>
internal sealed class TimeSoftmaxWriter(
    CodeWriter writer, ModelLayout model, TimeSoftmaxOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    private string Method => operation.IsLog ? "TimeSoftmax.LogSoftmax" : "TimeSoftmax.Softmax";

    public override void Forward(Site site)
    {
        Writer.Comment(operation.IsLog ? "y_t = x_t - ln Σ exp(x_s)" : "y_t = exp(x_t) / Σ exp(x_s)");
        Writer.Call($"{Method}<V, {Real}>", [.. Sequences(site, x), site.Of(x), site.Of(y), y.Stride]);
    }

    public override void Backward(TapeSite site)
    {
        Writer.Comment(operation.IsLog ? "dx_t = dy_t - exp(y_t) * Σ dy_s" : "dx_t = y_t * (dy_t - Σ dy_s * y_s)");
        Writer.Call(
            $"{Method}Gradient<V, {Real}>",
            [.. Sequences(site, x), site.Of(y), site.GradientOf(y), site.GradientOf(x), y.Stride, Accumulate(Adds(0))]);
    }
}
