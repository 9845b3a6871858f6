using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes a dense layer: a product for all steps at once.</summary>
internal sealed class DenseWriter(CodeWriter writer, ModelLayout model, DenseOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly DenseLayout dense = operation.Dense;
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override IEnumerable<string> Shapes =>
        dense.Groups.Select(g => $"private static {Api.Panels}.Shape {g.Name} => new(Depth: {dense.InputSize}, Blocks: {g.Panels}, Columns: {g.Columns}, BlockStride: {g.Columns * Layout.Lanes}, RowStride: {dense.Padded});");

    /// <summary>What the methods of an activation are called.</summary>
    public static string MethodOf(ModelLayout model, DenseLayout dense)
    {
        var alike = model.DenseLayers.Select(d => d.Activation).Where(a => a.Kind == dense.Activation.Kind).Distinct().ToList();
        return $"Activate{dense.Activation.Kind}{(alike.Count == 1 ? "" : $"{alike.IndexOf(dense.Activation) + 1}")}";
    }

    public override void Forward(Site site)
    {
        var sums = site is TapeSite && operation.Sums is { } buffer ? site.VectorsOf(site.Buffer(buffer), y.Stride) : site.Of(y);
        foreach (var group in dense.Groups)
        {
            string bias = dense.HasBias ? $"ref {Weights(dense.BiasOffset + (group.FirstBlock * Layout.Lanes))}, {group.Columns * Layout.Lanes}" : $"ref {Api.Panels}.Zero<{Real}>(), 0";
            string target = $"ref {sums.Plus(group.FirstBlock * Layout.Lanes)}";
            Writer.Line(x.IsSymbols
                ? $"{Api.Panels}.Gather<V, {Real}>({group.Name}, {site.Symbols(x)}, ref {Weights(group.Offset)}, {bias}, {target});"
                : $"{Api.Panels}.Project<V, {Real}>({group.Name}, {site.Count(x)}, ref {site.Of(x)}, {x.Stride}, ref {Weights(group.Offset)}, {bias}, {target});");
        }

        if (dense.Graph is not null)
            Writer.Line($"{MethodOf(Model, dense)}(ref {sums}, ref {site.Of(y)}, {site.Count(y)} * {dense.Padded});");
    }

    public override void StartBackward(TapeSite site)
    {
        WriteTransposes(dense.Groups.Where(_ => !x.IsSymbols).Select(g => (g.Name, Weights(g.Offset), Transposed(g.Transposed))));
    }

    public override void Backward(TapeSite site)
    {
        if (dense.Graph is not null)
            Writer.Line($"{MethodOf(Model, dense)}Gradient(ref {(operation.Sums is { } sums ? site.VectorsOf(site.Buffer(sums), y.Stride) : site.Of(y))}, ref {site.GradientOf(y)}, {site.Count(y)} * {dense.Padded});");
        foreach (var (group, i) in dense.Groups.Where(_ => !x.IsSymbols).Select((g, i) => (g, i)))
            Writer.Line($"{TapeSite.OnRequest(x)}{Api.Panels}.Transposed<V, {Real}>({group.Name}, {site.Count(x)}, ref {GradientOf(site, group)}, ref {Transposed(group.Transposed)}, ref {site.GradientOf(x)}, {x.GradientStride}, accumulate: {Literal(Adds(i))});");
    }

    public override void EndBackward(TapeSite site)
    {
        foreach (var group in dense.Groups)
        {
            var factors = new List<string>();
            if (x.IsSymbols)
                WriteScatter(group.Name, site.Symbols(x), GradientOf(site, group), group.Offset, AddsToParameters);
            else
                factors.Add($"{Api.Panels}.Factor({group.Name}, 0, ref {site.Of(x)}, {x.Stride}, ref {Gradients(group.Offset)})");
            if (dense.HasBias)
                factors.Add($"{Api.Panels}.Bias({group.Name}, 0, ref {Gradients(dense.BiasOffset + (group.FirstBlock * Layout.Lanes))}, {group.Columns * Layout.Lanes})");
            WriteGradients(site.Count(x), GradientOf(site, group), factors, AddsToParameters);
        }
    }

    private Address GradientOf(TapeSite site, DenseGroup group) => site.GradientOf(y).Plus(group.FirstBlock * Layout.Lanes);
}
