using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes the vectors of symbols.</summary>
internal sealed class EmbeddingWriter(
    CodeWriter writer, ModelLayout model, EmbeddingOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override void Forward(Site site)
    {
        var vectors = Weights(Model.Offsets.Of(operation));
        object[] arguments = [.. Model.Format.IsCompressed ? (object[])[operation.Symbols] : [], operation.Stride, vectors, site.Of(y)];
        Writer.Call(
            $"{(Model.Format.IsCompressed ? "Panels.Embed" : "Embedding.Gather")}<V, {Real}>", [.. Symbols(site), .. arguments]);
    }

    public override void Backward(TapeSite site)
    {
    }

    public override void EndBackward(TapeSite site)
    {
        if (operation.IsFrozen)
            return;
        var gradients = Gradients(Model.Offsets.Of(operation));
        WriteZeros(gradients, operation.Symbols * operation.Stride);
        Writer.Call($"Embedding.Scatter<V, {Real}>", [.. Symbols(site), operation.Stride, site.GradientOf(y), gradients]);
    }

    /// <summary>The symbols themselves, or where they stand in the vectors of all steps.</summary>
    private object[] Symbols(Site site) => operation.Column is { } column
        ? [site.Count(x), x.Stride, y.Length, site.Of(x).Plus(column)]
        : [site.Symbols(x)];
}
