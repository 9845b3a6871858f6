using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes one vector at every step.</summary>
internal sealed class RepeatWriter(
    CodeWriter writer, ModelLayout model, RepeatOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override void Forward(Site site) =>
        Writer.Call($"TimePooling.Repeat<{Real}>", site.Steps(y.Time!), site.Rows, site.Of(x), site.Of(y), y.Stride);

    public override void Backward(TapeSite site) =>
        Writer.Call(
            $"TimePooling.RepeatGradient<V, {Real}>", site.Steps(y.Time!), site.Rows, site.GradientOf(y), site.GradientOf(x), y.Stride,
            Accumulate(Adds(0)));
}
