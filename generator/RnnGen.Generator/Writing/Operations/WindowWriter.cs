using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes the windows that a convolution multiplies.</summary>
internal sealed class WindowWriter(
    CodeWriter writer, ModelLayout model, WindowOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    private string Shape => $"Shapes.{operation.Name}";

    public override IEnumerable<string> Shapes =>
        [WindowShapes.Field(operation.Name, operation.Window, x, y.Width / (operation.Window.Places * x.Channels))];

    public override void Forward(Site site) =>
        Writer.Call($"Windows.Gather<{Real}>", Shape, site.Rows, site.Count(y), site.Of(x), x.Stride, site.Of(y));

    public override void Backward(TapeSite site)
    {
        WriteGradient(
            x,
            () => Writer.Call(
                $"Windows.GatherGradient<V, {Real}>", Shape, site.Rows, site.Count(y), site.GradientOf(y), site.GradientOf(x),
                x.GradientStride, Accumulate(Adds(0))));
    }
}
