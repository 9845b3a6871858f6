using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes both directions made one, element by element.</summary>
internal sealed class MergeWriter(CodeWriter writer, ModelLayout model, MergeOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value y = operation.Output;

    public override void Forward(Site site)
    {
        string more = operation.Kind == MergeKind.Multiply ? ", accumulate: false" : "";
        Writer.Line($"{Api.Merging}.{operation.Kind}<V, {Real}>(ref {site.Of(operation.Inputs[0])}, ref {site.Of(operation.Inputs[1])}, ref {site.Of(y)}, {site.Count(y)} * {y.Stride}{more});");
    }

    public override void Backward(TapeSite site)
    {
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            Value x = operation.Inputs[i], other = operation.Inputs[1 - i];
            string accumulate = Literal(Adds(i));
            Writer.Line(operation.Kind == MergeKind.Multiply
                ? $"{Api.Merging}.Multiply<V, {Real}>(ref {site.GradientOf(y)}, ref {site.Of(other)}, ref {site.GradientOf(x)}, {site.Count(y)} * {y.Stride}, accumulate: {accumulate});"
                : $"{Api.Merging}.Pass<V, {Real}>(ref {site.GradientOf(y)}, ref {site.GradientOf(x)}, {site.Count(y)} * {y.Stride}, {(operation.Kind == MergeKind.Mean ? "0.5" : "1")}, accumulate: {accumulate});");
        }
    }
}
