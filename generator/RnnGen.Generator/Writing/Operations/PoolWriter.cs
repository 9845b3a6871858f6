using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes one vector out of a sequence.</summary>
internal sealed class PoolWriter(CodeWriter writer, ModelLayout model, PoolOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override void Forward(Site site)
    {
        string over = $"{site.Lengths(x.Time!)}, {site.Steps(x.Time!)}, {site.Rows}";
        switch (operation.Kind)
        {
            case PoolingKind.First:
                Writer.Line($"Copy(ref {site.Of(x)}, ref {site.Of(y)}, {site.RowsOf(x.Stride)});");
                break;
            case PoolingKind.Last:
                Writer.Line($"{Api.TimePooling}.Last<{Real}>({over}, ref {site.Of(x)}, ref {site.Of(y)}, {x.Stride});");
                break;
            case PoolingKind.Mean:
                Writer.Line($"{Api.TimePooling}.Mean<V, {Real}>({over}, ref {site.Of(x)}, ref {site.Of(y)}, {x.Stride});");
                break;
            default:
                var scores = operation.Inputs[1];
                Writer.Line($"{Api.TimePooling}.Attention<V, {Real}>({over}, ref {site.Of(scores)}, {scores.Stride}, ref {site.Buffer(operation.Weights)}, ref {site.Of(x)}, ref {site.Of(y)}, {x.Stride});");
                break;
        }
    }

    public override void Backward(TapeSite site)
    {
        string over = $"{site.Lengths(x.Time!)}, {site.Steps(x.Time!)}, {site.Rows}";
        Address dy = site.GradientOf(y), dx = site.GradientOf(x);
        bool accumulate = Adds(0);
        switch (operation.Kind)
        {
            case PoolingKind.First:
                if (!accumulate)
                    Writer.Line(site.ClearGradient(x));
                Writer.Line($"{Api.Merging}.Pass<V, {Real}>(ref {dy}, ref {dx}, {site.Rows} * {x.Stride}, 1, accumulate: true);");
                break;
            case PoolingKind.Last:
            case PoolingKind.Mean:
                Writer.Line($"{Api.TimePooling}.{operation.Kind}Gradient<V, {Real}>({over}, ref {dy}, ref {dx}, {x.Stride}, accumulate: {Literal(accumulate)});");
                break;
            default:
                var scores = operation.Inputs[1];
                Writer.Line($"{Api.TimePooling}.AttentionGradient<V, {Real}>({over}, ref {site.Buffer(operation.Weights)}, ref {site.Of(x)}, ref {site.Of(y)}, ref {dy}, ref {dx}, {x.Stride}, accumulate: {Literal(accumulate)}, ref {site.GradientOf(scores)}, {scores.Stride});");
                break;
        }
    }
}
