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

    public override void Begin(Site site)
    {
        if (operation.BeginsWithZeros && site is ScratchSite)
            Writer.Line($"MemoryMarshal.CreateSpan(ref {site.Buffer(y.Buffer)}, {site.Rows.Times(y.Initial * y.Stride)}).Clear();");
    }

    public override void Forward(Site site) =>
        EachInput((x, offset, _) => Writer.Call(
            $"Merging.Concat<{Real}>", Count(site, x), WidthOf(x), site.Of(x), StrideOf(x), site.Of(y), StrideOf(y), offset));

    public override void Backward(TapeSite site) =>
        EachInput((x, offset, i) =>
        {
            WriteGradient(
                x,
                () => Writer.Call(
                    $"Merging.ConcatGradient<V, {Real}>", Count(site, x), WidthOf(x), site.GradientOf(y), GradientStrideOf(y), offset,
                    site.GradientOf(x), GradientStrideOf(x), Accumulate(Adds(i))));
        });

    /// <summary>Grids are joined position by position, other vectors as a whole.</summary>
    private bool IsByPosition => operation.Inputs.Count > 1 && y.Length > 1;

    private Amount Count(Site site, Value x) => site.Count(x).Times(IsByPosition ? y.Length : 1);

    private int WidthOf(Value x) => IsByPosition ? x.Channels : x.Width;

    private int StrideOf(Value value) => IsByPosition ? value.PositionStride : value.Stride;

    private int GradientStrideOf(Value value) => IsByPosition ? value.PositionStride : value.GradientStride;

    private void EachInput(Action<Value, int, int> action)
    {
        int offset = 0;
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            action(operation.Inputs[i], offset, i);
            offset += WidthOf(operation.Inputs[i]);
        }
    }
}
