using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes a rectifier with a learned slope.</summary>
internal sealed class PReluWriter(
    CodeWriter writer, ModelLayout model, PReluOperation operation) : VectorWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    private string Shared => $"shared: {CodeWriter.Argument(operation.IsShared)}";

    private NamedOffset Slope => Model.Offsets.Vector(operation, 0);

    public override void Forward(Site site)
    {
        Writer.Comment("y = max(x, 0) + a * min(x, 0)");
        Writer.Call(
            $"ParametricRelu.Forward<V, {Real}>", site.Count(y), y.Stride, Shared, Weights(Slope), site.Of(x), site.Of(y));
    }

    public override void Backward(TapeSite site)
    {
        Writer.Comment("da += dy * min(x, 0), dx = dy or a * dy");
        Writer.Call(
            $"ParametricRelu.Backward<V, {Real}>", site.Count(y), y.Width, y.Stride, Shared, Weights(Slope), Gradients(Slope), site.Of(x),
            site.GradientOf(y), site.GradientOf(x), Accumulate(Adds(0)));
    }
}
