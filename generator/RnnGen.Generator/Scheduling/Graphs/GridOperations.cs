using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>The places that each position of an output sees, side by side: [position][step tap][tap][channel].</summary>
/// <param name="window">The places.</param>
/// <param name="title">The comment above its lines.</param>
internal sealed class WindowOperation(ConvolutionWindow window, string title, Value output, Value input) : Operation(output, input)
{
    public ConvolutionWindow Window { get; } = window;

    public override string Title => title;

    /// <summary>The name of its shape in generated code.</summary>
    public string Name => char.ToUpperInvariant(Output.Buffer[0]) + Output.Buffer.Substring(1);
}

/// <summary>The magnitudes of complex numbers.</summary>
internal sealed class MagnitudeOperation(ComplexKind parts, Value output, Value input) : Operation(output, input)
{
    public ComplexKind Parts { get; } = parts;

    public override string Title => "Magnitude";
}

/// <summary>Several positions made one.</summary>
internal sealed class GridPoolOperation(GridPoolDeclaration declaration, Value output, Value input) : Operation(output, input)
{
    public GridPoolDeclaration Declaration { get; } = declaration;

    public override string Title => Declaration.IsMax ? "Maximum over positions" : "Mean over positions";
}
