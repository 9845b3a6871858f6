using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes several values joined to one.</summary>
internal sealed class JoinWriter(CodeWriter writer, ModelLayout model, JoinOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value y = operation.Output;

    /// <summary>An inference reads each head's outputs where they are.</summary>
    public override bool IsInferred => !operation.IsOutput;

    public override void Forward(Site site) =>
        EachInput((x, offset, _) => Writer.Call(
            $"Merging.Concat<{Real}>", site.Count(x), x.Width, site.Of(x), x.Stride, site.Of(y), y.Stride, offset));

    public override void Backward(TapeSite site) =>
        EachInput((x, offset, i) =>
        {
            using (Writer.Under(OnRequest(x)))
                Writer.Call(
                    $"Merging.ConcatGradient<V, {Real}>", site.Count(x), x.Width, site.GradientOf(y), y.GradientStride, offset,
                    site.GradientOf(x), x.GradientStride, Accumulate(Adds(i)));
        });

    private void EachInput(Action<Value, int, int> action)
    {
        int offset = 0;
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            action(operation.Inputs[i], offset, i);
            offset += operation.Inputs[i].Width;
        }
    }
}
