using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes the vectors of symbols.</summary>
internal sealed class EmbeddingWriter(CodeWriter writer, ModelLayout model, EmbeddingOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value y = operation.Output;

    public override void Forward(Site site) => Writer.Line(Model.Format.IsCompressed
        ? $"{Api.Panels}.Embed<V, {Real}>({site.Symbols(operation.Inputs[0])}, {operation.Symbols}, {y.Stride}, ref {Weights(operation.FirstParameter)}, ref {site.Of(y)});"
        : $"{Api.Numerics}.Embedding.Gather<V, {Real}>({site.Symbols(operation.Inputs[0])}, {y.Stride}, ref {Weights(operation.FirstParameter)}, ref {site.Of(y)});");

    public override void Backward(TapeSite site)
    {
    }

    public override void EndBackward(TapeSite site)
    {
        WriteZeros(operation.FirstParameter, operation.Symbols * y.Stride);
        Writer.Line($"{Api.Numerics}.Embedding.Scatter<V, {Real}>({site.Symbols(operation.Inputs[0])}, {y.Stride}, ref {site.GradientOf(y)}, ref {Gradients(operation.FirstParameter)});");
    }
}
