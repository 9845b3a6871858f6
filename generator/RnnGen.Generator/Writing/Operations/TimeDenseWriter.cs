using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes a dense layer over time.</summary>
internal sealed class TimeDenseWriter(
    CodeWriter writer, ModelLayout model, TimeDenseOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override void Forward(Site site)
    {
        Writer.Comment("y_t = b_t + Σ W[t, s] * x_s");
        Writer.Call(
            $"TimeProduct.Forward<V, {Real}>",
            [
                .. Sequences(site, x), operation.Depth, Weights(Model.Offsets.Of(operation)),
                operation.HasBias ? Weights(Model.Offsets.Bias(operation)) : None, site.Of(x), site.Of(y), y.Stride
            ]);
    }

    public override void Backward(TapeSite site) => WriteGradient(x, () =>
    {
        Writer.Comment("dx_s = Σ W[t, s] * dy_t");
        Writer.Call(
            $"TimeProduct.Transposed<V, {Real}>",
            [
                .. Sequences(site, x), operation.Depth, Weights(Model.Offsets.Of(operation)), site.GradientOf(y),
                site.GradientOf(x), y.Stride,
                Accumulate(Adds(0))
            ]);
    });

    public override void EndBackward(TapeSite site)
    {
        if (operation.IsFrozen)
            return;
        Writer.Comment("dW[t, s] += Σ dy_t * x_s, db_t += Σ dy_t");
        Writer.Call(
            $"TimeProduct.Gradients<V, {Real}>", site.Lengths(x.Time!), site.Steps(x.Time!), operation.Steps, site.Rows, x.Width,
            operation.Depth, site.Of(x), site.GradientOf(y), Gradients(Model.Offsets.Of(operation)),
            operation.HasBias ? Gradients(Model.Offsets.Bias(operation)) : None, y.Stride, "accumulate: tape.Accumulates");
    }
}
