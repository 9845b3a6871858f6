using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes the vectors of symbols.</summary>
internal sealed class EmbeddingWriter(
    CodeWriter writer, ModelLayout model, EmbeddingOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value y = operation.Output;

    public override void Forward(Site site)
    {
        string symbols = site.Symbols(operation.Inputs[0]);
        var vectors = Weights(Model.Offsets.Of(operation));
        if (Model.Format.IsCompressed)
            Writer.Call($"Panels.Embed<V, {Real}>", symbols, operation.Symbols, y.Stride, vectors, site.Of(y));
        else
            Writer.Call($"Embedding.Gather<V, {Real}>", symbols, y.Stride, vectors, site.Of(y));
    }

    public override void Backward(TapeSite site)
    {
    }

    public override void EndBackward(TapeSite site)
    {
        if (operation.IsFrozen)
            return;
        var gradients = Gradients(Model.Offsets.Of(operation));
        WriteZeros(gradients, operation.Symbols * y.Stride);
        Writer.Call($"Embedding.Scatter<V, {Real}>", site.Symbols(operation.Inputs[0]), y.Stride, site.GradientOf(y), gradients);
    }
}
