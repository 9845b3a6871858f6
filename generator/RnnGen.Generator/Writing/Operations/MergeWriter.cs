using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes both directions made one, element by element.</summary>
internal sealed class MergeWriter(
    CodeWriter writer, ModelLayout model, MergeOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value y = operation.Output;

    public override void Forward(Site site)
    {
        object[] more = operation.Kind == MergeKind.Multiply ? [Accumulate(false)] : [];
        Writer.Call(
            $"Merging.{operation.Kind}<V, {Real}>",
            [site.Of(operation.Inputs[0]), site.Of(operation.Inputs[1]), site.Of(y), site.Count(y).Times(y.Stride), .. more]);
    }

    public override void Backward(TapeSite site)
    {
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            Value x = operation.Inputs[i], other = operation.Inputs[1 - i];
            var count = site.Count(y).Times(y.Stride);
            string accumulate = Accumulate(Adds(i)), scale = operation.Kind == MergeKind.Mean ? "0.5" : "1";
            WriteGradient(x, () =>
            {
                if (operation.Kind == MergeKind.Multiply)
                    Writer.Call($"Merging.Multiply<V, {Real}>", site.GradientOf(y), site.Of(other), site.GradientOf(x), count, accumulate);
                else
                    Writer.Call($"Merging.Scale<V, {Real}>", site.GradientOf(y), site.GradientOf(x), count, scale, accumulate);
            });
        }
    }
}
