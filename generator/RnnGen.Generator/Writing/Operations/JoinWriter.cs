using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes several values joined to one.</summary>
internal sealed class JoinWriter(CodeWriter writer, ModelLayout model, JoinOperation operation) : OperationWriter(writer, model)
{
    private readonly Value y = operation.Output;

    /// <summary>An inference reads each head's outputs where they are.</summary>
    public override bool IsInferred => !operation.IsOutput;

    public override void Forward(Site site) =>
        EachPart((x, offset) => Writer.Line($"{Api.Merging}.Concat<{Real}>({site.Count(x)}, {x.Width}, ref {site.Of(x)}, {x.Stride}, ref {site.Of(y)}, {y.Stride}, {offset});"));

    public override void Backward(TapeSite site) =>
        EachPart((x, offset) => Writer.Line($"{TapeSite.OnRequest(x)}{Api.Merging}.ConcatGradient<V, {Real}>({site.Count(x)}, {x.Width}, ref {site.GradientOf(y)}, {y.GradientStride}, {offset}, ref {site.GradientOf(x)}, {x.GradientStride}, accumulate: {Literal(site.Accumulate(x))});"));

    private void EachPart(Action<Value, int> action)
    {
        int offset = 0;
        foreach (var x in operation.Inputs)
        {
            action(x, offset);
            offset += x.Width;
        }
    }
}
