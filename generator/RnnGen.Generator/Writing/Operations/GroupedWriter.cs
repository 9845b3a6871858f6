using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes a convolution in groups.</summary>
internal sealed class GroupedWriter(
    CodeWriter writer, ModelLayout model, GroupedOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override IEnumerable<string> Shapes =>
    [
        WindowShapes.Field($"{operation.Name}Window", operation.Window, x, y.Length),
        $"public static GroupedConvolution.Shape {operation.Name} => new({operation.Name}Window, Groups: {operation.Groups}, Outputs: "
            + $"{y.Channels});",
    ];

    public override IEnumerable<string> BackwardMemory => ["weights"];

    private string Shape => $"Shapes.{operation.Name}";

    public override void Forward(Site site)
    {
        Writer.Comment("y = b + W ∗ x");
        Writer.Call(
            $"GroupedConvolution.Forward<V, {Real}>", Shape, site.Rows, site.Count(y), site.Of(x), x.Stride,
            Weights(Model.Offsets.Of(operation)), operation.HasBias ? Weights(Model.Offsets.Bias(operation)) : None, site.Of(y));
    }

    public override void Backward(TapeSite site) => WriteGradient(x, () =>
    {
        Writer.Comment("dx += Wᵀ ∗ dy");
        Writer.Call(
            $"GroupedConvolution.Transposed<V, {Real}>", Shape, site.Rows, site.Count(y), site.GradientOf(y),
            Weights(Model.Offsets.Of(operation)), site.GradientOf(x), x.GradientStride, Accumulate(Adds(0)));
    });

    public override void EndBackward(TapeSite site)
    {
        if (operation.IsFrozen)
            return;
        Writer.Comment("dW += dy * x, db += dy");
        Writer.Call(
            $"GroupedConvolution.Gradients<V, {Real}>", Shape, site.Rows, site.Count(y), site.Of(x), x.Stride, site.GradientOf(y),
            Gradients(Model.Offsets.Of(operation)), operation.HasBias ? Gradients(Model.Offsets.Bias(operation)) : None,
            "accumulate: tape.Accumulates");
    }
}
