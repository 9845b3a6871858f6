using System.Globalization;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes dropout: a mask on the tape, none in use.</summary>
internal sealed class DropoutWriter(CodeWriter writer, ModelLayout model, DropoutOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override bool IsInferred => false;

    public override void Start(Site site)
    {
        string p = operation.Probability.ToString("R", CultureInfo.InvariantCulture);
        string what = $"ref {site.Buffer(operation.Mask)}, stream: {operation.Number}", width = $"{y.Width}, {y.Stride}, {p}";
        Writer.Line(y.Time is { } time ? $"tape.Keep({what}, {site.Steps(time)}, {width});" : $"tape.KeepThroughout({what}, {width});");
    }

    public override void Forward(Site site)
    {
        Writer.Line($"{Api.Numerics}.Noise.Apply<V, {Real}>(ref {Mask(site)}, ref {site.Of(x)}, ref {site.Of(y)}, {site.Count(y)} * {y.Stride}, accumulate: false);");
    }

    public override void Backward(TapeSite site) =>
        Writer.Line($"{Api.Numerics}.Noise.Apply<V, {Real}>(ref {Mask(site)}, ref {site.GradientOf(y)}, ref {site.GradientOf(x)}, {site.Count(y)} * {y.Stride}, accumulate: {Literal(Adds(0))});");

    private Address Mask(Site site) => y.Once ? site.Buffer(operation.Mask) : site.VectorsOf(site.Buffer(operation.Mask), y.Stride);
}
