using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes the magnitudes of complex numbers, at each position.</summary>
internal sealed class MagnitudeWriter(
    CodeWriter writer, ModelLayout model, MagnitudeOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    /// <summary>From one real part to the next, and from a real part to its imaginary part.</summary>
    private string[] Parts =>
        operation.Parts == ComplexKind.Pairs ? ["step: 2", "imaginary: 1"] : ["step: 1", $"imaginary: {y.Channels}"];

    public override void Forward(Site site) =>
        Writer.Call(
            $"Magnitudes.Of<V, {Real}>",
            [site.Count(y).Times(y.Length), y.Channels, .. Parts, site.Of(x), x.PositionStride, site.Of(y), y.PositionStride]);

    public override void Backward(TapeSite site) =>
        Writer.Call(
            $"Magnitudes.Gradient<V, {Real}>",
            [
                site.Count(y).Times(y.Length), y.Channels, .. Parts, site.Of(x), x.PositionStride, site.Of(y), site.GradientOf(y),
                y.PositionStride, site.GradientOf(x), x.PositionStride, Accumulate(Adds(0))
            ]);
}
