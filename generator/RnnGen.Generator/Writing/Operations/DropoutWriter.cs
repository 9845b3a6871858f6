using System.Globalization;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes dropout: a mask on the tape, none in use.</summary>
internal sealed class DropoutWriter(
    CodeWriter writer, ModelLayout model, DropoutOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override bool IsInferred => false;

    public override void Begin(Site site)
    {
        string p = operation.Probability.ToString("R", CultureInfo.InvariantCulture);
        object[] steps = y.Time is { } time ? [site.Steps(time)] : [];
        Writer.Call(
            $"tape.Keep{(y.Once ? "Throughout" : "")}",
            [site.Buffer(operation.Mask), $"stream: {operation.Number}", .. steps, y.Width, y.Stride, p]);
    }

    public override void Forward(Site site)
    {
        Writer.Call($"Noise.Apply<V, {Real}>", Mask(site), site.Of(x), site.Of(y), site.Count(y).Times(y.Stride), Accumulate(false));
    }

    public override void Backward(TapeSite site) =>
        Writer.Call(
            $"Noise.Apply<V, {Real}>", Mask(site), site.GradientOf(y), site.GradientOf(x), site.Count(y).Times(y.Stride),
            Accumulate(Adds(0)));

    private Address Mask(Site site) => y.Once ? site.Buffer(operation.Mask) : site.VectorsOf(site.Buffer(operation.Mask), y.Stride);
}
