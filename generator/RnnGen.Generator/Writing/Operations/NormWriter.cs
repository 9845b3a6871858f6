using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes a normalisation: n on the tape, in use only y.</summary>
internal sealed class NormWriter(
    CodeWriter writer, ModelLayout model, NormOperation operation) : VectorWriter(writer, model, operation)
{
    private readonly NormDeclaration norm = operation.Declaration;
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override IEnumerable<string> Shapes =>
        [$"public static GroupNormalization.Shape {Name} => new(Width: {y.Width}, Groups: {norm.Groups}, Stride: {y.Stride}, Centered: "
            + $"{CodeWriter.Argument(IsCentered)}, Epsilon: {Numeral.Literal(norm.Epsilon)});"];

    private bool IsCentered => norm.Kind != NormKind.Rms;

    private string Shape => $"Shapes.{Name}";

    public override void Forward(Site site)
    {
        bool isTaped = site is TapeSite;
        var n = isTaped ? Place(site, operation.Normalized) : site.Of(y);
        Writer.Comment($"n = {(IsCentered ? "(x - mean(x)) / √(variance(x)" : "x / √(mean(x²)")} + ε){Equation}");
        Call("Forward", site, site.Of(x), n, isTaped ? Place(site, operation.Scale) : None);
        if (isTaped || norm.Gain || norm.Bias)
            Call("Scale", site, Weight(norm.Gain, 0), Weight(norm.Bias, Last), n, site.Of(y));
    }

    public override void Backward(TapeSite site)
    {
        var n = Place(site, operation.Normalized);
        if (norm.Gain || norm.Bias)
        {
            Writer.Comment(string.Join(
                ", ",
                new[] { norm.Gain ? "dγ += dy * n" : "", norm.Bias ? "dβ += dy" : "", norm.Gain ? "dn = γ * dy" : "" }
                    .Where(e => e.Length > 0)));
            Call(
                "ScaleBackward", site, Weight(norm.Gain, 0), Gradient(norm.Gain, 0), Gradient(norm.Bias, Last), n, site.GradientOf(y));
        }

        Writer.Comment($"dx = (dn{(IsCentered ? " - mean(dn)" : "")} - n * mean(dn * n)) / √(…)");
        Writer.Call(
            $"GroupNormalization.Backward<V, {Real}>", Shape, site.Count(y), n, Place(site, operation.Scale), site.GradientOf(y),
            site.GradientOf(x), Accumulate(Adds(0)));
    }

    private string Equation => (norm.Gain, norm.Bias) switch
    {
        (true, true) => ", y = γ * n + β",
        (true, false) => ", y = γ * n",
        (false, true) => ", y = n + β",
        _ => ", y = n",
    };

    private int Last => operation.Vectors.Count - 1;

    private Address Weight(bool exists, int vector) => exists ? Weights(Model.Offsets.Vector(operation, vector)) : None;

    private Address Gradient(bool exists, int vector) => exists ? Gradients(Model.Offsets.Vector(operation, vector)) : None;

    private Address Place(Site site, string buffer) => y.Once ? site.Buffer(buffer) : site.VectorsOf(site.Buffer(buffer), y.Stride);

    private void Call(string method, Site site, params Address[] memory) =>
        Writer.Call($"GroupNormalization.{method}<V, {Real}>", [Shape, site.Count(y), .. memory]);
}
