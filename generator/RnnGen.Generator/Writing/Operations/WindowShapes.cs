using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes what the runtime is told about the places that a convolution sees.</summary>
internal static class WindowShapes
{
    /// <summary>A field of the kernels' shapes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="window">The places.</param>
    /// <param name="x">The input.</param>
    /// <param name="positions">Positions of the output.</param>
    public static string Field(string name, ConvolutionWindow window, Value x, int positions)
    {
        string[] said =
        [
            Said("Steps", window.Steps, 1), Said("StepDilation", window.StepDilation, 1), Said("Kernel", window.Kernel, 1),
            Said("Dilation", window.Dilation, 1), Said("Stride", window.Stride, 1), Said("Padding", window.Padding, 0),
            window.Mode == PaddingKind.Reflect ? "Reflects = true" : "",
        ];
        string initial = string.Join(", ", said.Where(s => s.Length > 0));
        int stride = x.Length == 1 ? x.Channels : x.PositionStride;
        string shape = $"public static WindowShape {name} => new(Length: {x.Length}, Channels: {x.Channels}, "
            + $"PositionStride: {stride}, Positions: {positions})";
        bool isLong = shape.Length + initial.Length > CodeWriter.Width - 20;
        return initial.Length == 0 ? $"{shape};" : $"{shape}{(isLong ? "\n    " : " ")}{{ {initial} }};";
    }

    private static string Said(string name, int value, int otherwise) => value == otherwise ? "" : $"{name} = {value}";
}
