using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes units of the spread, whose statistics have no gradients.</summary>
internal sealed class StandardizeWriter(
    CodeWriter writer, ModelLayout model, StandardizeOperation operation) : VectorWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    private Address Scale => Weights(Model.Offsets.Vector(operation, 1));

    public override IEnumerable<string> BackwardMemory => ["weights"];

    public override void BeginBackward(TapeSite site)
    {
    }

    public override void Forward(Site site)
    {
        Writer.Comment(operation.Inverts ? "y = x * scale + mean" : "y = (x - mean) * scale");
        Writer.Call(
            $"Standardizing.Forward<V, {Real}>", site.Count(y), y.Stride, $"inverts: {CodeWriter.Argument(operation.Inverts)}",
            Weights(Model.Offsets.Vector(operation, 0)), Scale, site.Of(x), site.Of(y));
    }

    public override void Backward(TapeSite site) => WriteGradient(
        x,
        () => Writer.Call(
            $"Standardizing.Backward<V, {Real}>", site.Count(y), y.Stride, Scale, site.GradientOf(y), site.GradientOf(x),
            Accumulate(Adds(0))));
}
