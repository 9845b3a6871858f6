using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Kernels;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes an element-wise function of a value.</summary>
internal sealed class ActivationCallWriter(
    CodeWriter writer, ModelLayout model, ActivationOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    private string Method => ActivationWriter.MethodOf(Model, operation.Function);

    public override void Forward(Site site) => Writer.Call(Method, site.Of(x), site.Of(y), site.Count(y).Times(y.Stride));

    /// <summary>The gradient of y becomes that of x in place, which is then added to what other takers of x gave.</summary>
    public override void Backward(TapeSite site)
    {
        var count = site.Count(y).Times(y.Stride);
        Writer.Call($"{Method}Gradient", operation.Graph.NeedsInputs ? site.Of(x) : site.Of(y), site.GradientOf(y), count);
        Writer.Call($"Merging.Scale<V, {Real}>", site.GradientOf(y), site.GradientOf(x), count, "1", Accumulate(Adds(0)));
    }
}
