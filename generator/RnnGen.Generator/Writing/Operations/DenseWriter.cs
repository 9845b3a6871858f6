using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Kernels;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes a dense layer: a product for all steps at once.</summary>
internal sealed class DenseWriter(
    CodeWriter writer, ModelLayout model, DenseOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly DenseLayout dense = operation.Dense;
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override IEnumerable<string> Shapes =>
        dense.Groups.Select(g => $"public static Panels.Shape {g.Name} => new(Depth: {dense.InputSize}, Blocks: {g.Panels}, Columns: "
            + $"{g.Columns}, BlockStride: {g.Columns * Panel.Lanes}, RowStride: {dense.Padded});");

    public override void Forward(Site site)
    {
        var sums = site is TapeSite ? SumsOf(site) : site.Of(y);
        foreach (var group in dense.Groups)
        {
            object[] bias = dense.HasBias
                ? [BiasOf(Weights(Model.Offsets.Bias(dense)), group), group.Columns * Panel.Lanes]
                : [$"ref Panels.Zero<{Real}>()", 0];
            object[] inputs = x.IsSymbols ? [site.Symbols(x)] : [Count(site), site.Of(x), InputStride];
            object[] all =
                [ShapeOf(group), .. inputs, Weights(Model.Offsets.Of(dense, group)), .. bias, sums.Plus(group.FirstBlock * Panel.Lanes)];
            Writer.Call($"Panels.{(x.IsSymbols ? "Gather" : "Project")}<V, {Real}>", all);
        }

        if (dense.Graph is not null)
            Writer.Call(ActivationWriter.MethodOf(Model, dense.Activation), sums, site.Of(y), site.Count(y).Times(y.Stride));
    }

    public override void BeginBackward(TapeSite site) =>
        WriteTransposes(dense.Groups.Where(_ => !x.IsSymbols).Select(g => (ShapeOf(g), Weights(Model.Offsets.Of(dense, g)), CopyOf(g))));

    public override void Backward(TapeSite site)
    {
        if (dense.Graph is not null)
            Writer.Call(
                $"{ActivationWriter.MethodOf(Model, dense.Activation)}Gradient", SumsOf(site), site.GradientOf(y),
                site.Count(y).Times(y.Stride));
        foreach (var (group, i) in dense.Groups.Where(_ => !x.IsSymbols).Select((g, i) => (g, i)))
        {
            WriteGradient(
                x,
                () => Writer.Call(
                    $"Panels.Transposed<V, {Real}>", ShapeOf(group), Count(site), GradientOf(site, group), CopyOf(group),
                    site.GradientOf(x), dense.IsConvolution ? x.PositionStride : x.GradientStride, Accumulate(Adds(i))));
        }
    }

    public override void EndBackward(TapeSite site)
    {
        foreach (var group in dense.Groups.Where(_ => !operation.IsFrozen))
        {
            var factors = new List<(string, object[])>();
            var gradients = Gradients(Model.Offsets.Of(dense, group));
            if (x.IsSymbols)
                WriteScatter(ShapeOf(group), site.Symbols(x), GradientOf(site, group), gradients, AddsToParameters);
            else
                factors.Add(("Factor", [ShapeOf(group), 0, site.Of(x), InputStride, gradients]));
            if (dense.HasBias)
                factors.Add(
                    ("Bias", [ShapeOf(group), 0, BiasOf(Gradients(Model.Offsets.Bias(dense)), group), group.Columns * Panel.Lanes]));
            WriteGradients(Count(site), GradientOf(site, group), factors, AddsToParameters);
        }
    }

    /// <summary>The number of vectors that it multiplies.</summary>
    private Amount Count(Site site) => site.Count(x).Times(operation.Positions);

    /// <summary>From one of them to the next.</summary>
    private int InputStride => dense.IsConvolution ? x.PositionStride : x.Stride;

    /// <summary>The activation's argument: a buffer of its own, or the outputs, which replace it.</summary>
    private Address SumsOf(Site site) => operation.Sums is { } sums ? site.VectorsOf(site.Buffer(sums), y.Stride) : site.Of(y);

    private static string ShapeOf(DenseGroup group) => $"Shapes.{group.Name}";

    private static Address BiasOf(Address all, DenseGroup group) => all.Plus(group.FirstBlock * Panel.Lanes);

    private Address CopyOf(DenseGroup group) => Transposed(Model.TransposedOffsets.Of(dense, group));

    private Address GradientOf(TapeSite site, DenseGroup group) => site.GradientOf(y).Plus(group.FirstBlock * Panel.Lanes);
}
