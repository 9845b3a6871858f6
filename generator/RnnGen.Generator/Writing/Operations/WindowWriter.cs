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

    public override IEnumerable<string> Shapes
    {
        get
        {
            var window = operation.Window;
            bool isTime = window.Over == AxisKind.Time;
            string[] said =
            [
                Said(isTime ? "Steps" : "Kernel", window.Kernel, 1), Said(isTime ? "StepDilation" : "Dilation", window.Dilation, 1),
                Said("Stride", window.Stride, 1), Said("Padding", window.Padding, 0),
                window.Mode == PaddingKind.Reflect ? "Reflects = true" : "",
            ];
            string initial = string.Join(", ", said.Where(s => s.Length > 0));
            int stride = x.Length == 1 ? x.Channels : x.PositionStride, positions = y.Width / (window.Kernel * x.Channels);
            string shape = $"public static WindowShape {operation.Name} => new(Length: {x.Length}, Channels: {x.Channels}, "
                + $"PositionStride: {stride}, Positions: {positions})";
            bool isLong = shape.Length + initial.Length > CodeWriter.Width - 20;
            yield return initial.Length == 0 ? $"{shape};" : $"{shape}{(isLong ? "\n    " : " ")}{{ {initial} }};";
        }
    }

    public override void Forward(Site site) =>
        Writer.Call($"Windows.Gather<{Real}>", Shape, site.Rows, site.Count(y), site.Of(x), x.Stride, site.Of(y));

    public override void Backward(TapeSite site)
    {
        using (Writer.Under(OnRequest(x)))
            Writer.Call(
                $"Windows.GatherGradient<V, {Real}>", Shape, site.Rows, site.Count(y), site.GradientOf(y), site.GradientOf(x),
                x.GradientStride, Accumulate(Adds(0)));
    }

    private static string Said(string name, int value, int otherwise) => value == otherwise ? "" : $"{name} = {value}";
}
