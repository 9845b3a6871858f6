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
        switch (operation.Kind)
        {
            case PoolingKind.First:
                Writer.Call("Copy", site.Of(x), site.Of(y), site.RowsOf(x.Time).Times(x.Stride));
                break;
            case PoolingKind.Last:
                Writer.Call($"TimePooling.Last<{Real}>", [.. Sequences(site, x), site.Of(x), site.Of(y), x.Stride]);
                break;
            case PoolingKind.Mean:
            case PoolingKind.Max:
            case PoolingKind.Sum:
                Writer.Call($"TimePooling.{operation.Kind}<V, {Real}>", [.. Sequences(site, x), site.Of(x), site.Of(y), x.Stride]);
                break;
            default:
                var scores = operation.Inputs[1];
                Writer.Call(
                    $"TimePooling.Attention<V, {Real}>",
                    [
                        .. Sequences(site, x), site.Of(scores), scores.Stride, site.Buffer(operation.Weights), site.Of(x), site.Of(y),
                        x.Stride
                    ]);
                break;
        }
    }

    public override void Backward(TapeSite site)
    {
        Address dy = site.GradientOf(y), dx = site.GradientOf(x);
        switch (operation.Kind)
        {
            case PoolingKind.First:
                if (!Adds(0))
                    Writer.Line(site.ClearGradient(x));
                Writer.Call($"Merging.Scale<V, {Real}>", dy, dx, site.RowsOf(x.Time).Times(x.Stride), 1, Accumulate(true));
                break;
            case PoolingKind.Last:
            case PoolingKind.Mean:
            case PoolingKind.Sum:
                Writer.Call(
                    $"TimePooling.{operation.Kind}Gradient<V, {Real}>", [.. Sequences(site, x), dy, dx, x.Stride, Accumulate(Adds(0))]);
                break;
            case PoolingKind.Max:
                Writer.Call(
                    $"TimePooling.MaxGradient<V, {Real}>",
                    [.. Sequences(site, x), site.Of(x), site.Of(y), dy, dx, x.Stride, Accumulate(Adds(0))]);
                break;
            default:
                var scores = operation.Inputs[1];
                object[] sequences = [site.Buffer(operation.Weights), site.Of(x), site.Of(y), dy, dx, x.Stride];
                Writer.Call(
                    $"TimePooling.AttentionGradient<V, {Real}>",
                    [.. Sequences(site, x), .. sequences, Accumulate(Adds(0)), site.GradientOf(scores), scores.Stride]);
                break;
        }
    }
}
