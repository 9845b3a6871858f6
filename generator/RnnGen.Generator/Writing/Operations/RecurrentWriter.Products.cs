using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Cells;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Kernels;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <content>The products: with a layer's inputs for many steps at once, and for the gradients of its parameters.</content>
internal sealed partial class RecurrentWriter
{
    /// <summary>The part of the sums that no recurrence touches: biases, and the product with the inputs.</summary>
    private void WriteProjection(Site site)
    {
        var rows = site.Count(layer.Time);
        foreach (var group in layer.Plan.InputGroups)
        {
            bool starts = layer.Plan.StartsSums(group);
            object[] inputs = x.IsSymbols ? [site.Symbols(x)] : [rows, site.Of(x), x.Stride];
            object[] bias = starts ? Bias(group.FirstColumn) : [];
            object[] all = [ShapeOf(group), .. inputs, Weights(Model.Offsets.Of(layer, group)), .. bias, Slots(site, group.FirstColumn)];
            Writer.Call($"Panels.{(x.IsSymbols ? "Gather" : "Project")}{(starts ? "" : "More")}<V, {Real}>", all);
        }

        foreach (var (first, count) in layer.ColumnsWithoutInput())
            Writer.Call($"Panels.Fill<V, {Real}>", [SlotShape(count), rows, .. Bias(first), Slots(site, first)]);
        for (int rank = 1; rank < layer.BiasOffsets.Length; rank++)
        {
            foreach (var run in layer.BiasRuns(rank))
                Writer.Call(
                    $"Panels.AddBias<V, {Real}>", SlotShape(run.Parameters.Count), rows,
                    Weights(Model.Offsets.Bias(layer, rank)).Plus(run.FirstColumn * Panel.Lanes), BiasStride,
                    Slots(site, run.FirstColumn));
        }

        foreach (int column in layer.InputColumns)
            Writer.Call($"Elementwise.AddInput<V, {Real}>", SlotShape(1), rows, x.Width, site.Of(x), x.Stride, Slots(site, column));

        object[] Bias(int column) => layer.BiasOffsets.Length == 0
            ? [$"ref Panels.Zero<{Real}>()", 0]
            : [Weights(Model.Offsets.Bias(layer, 0)).Plus(column * Panel.Lanes), BiasStride];
    }

    /// <summary>
    /// Projects the inputs of this step and of the following ones, as many as make a product of good size: their slots are still in a cache
    /// when the kernel comes to them.
    /// </summary>
    private void WriteStretch()
    {
        string steps = layer.Time.Count;
        string number = layer.IsReverse ? $"{steps} - 1 - step" : "step";
        Writer.Line("// What inputs and biases give the sums, for this step and those behind it.");
        using (Writer.Block($"if (({number} & (tape.StepsAtOnce - 1)) == 0)"))
        {
            string count = layer.IsReverse ? "(step + 1 - first)" : $"Math.Min(tape.StepsAtOnce, {steps} - step)";
            Writer.Line($"nint first = {(layer.IsReverse ? "Math.Max(0, step + 1 - tape.StepsAtOnce)" : "step")};");
            Writer.Line($"int count = (int){count} * {layer.Time.Rows};");
            WriteProjection(TapeSite.Stretch(Model, layer.Time));
        }
    }

    private void WriteGradients(TapeSite site)
    {
        var slots = site.Buffer(layer.Slots);
        var factors = new List<(string, object[])>();
        foreach (var group in layer.Plan.Groups)
        {
            var gradient = Gradients(Model.Offsets.Of(layer, group));
            if (group.Operand is null && x.IsSymbols)
            {
                WriteScatter(ShapeOf(group), site.Symbols(x), slots.Plus(group.FirstColumn * Panel.Lanes), gradient, accumulate: false);
                continue;
            }

            var (operand, stride) = group.Operand switch
            {
                null => (site.Of(x), x.Stride),
                // What a step multiplied is the state before it: in time, or going backward, after it.
                { Op: Op.State } state =>
                    (
                        site.Buffer(layer.History(state.Index))
                            .Plus(layer.IsReverse ? new Amount(layer.Padded, $"(nint){layer.Time.Rows}") : 0),
                        layer.Padded),
                _ => (site.Buffer(layer.Operand(layer.Plan.Derivative.Operands.IndexOf(group.Operand))), layer.Padded),
            };
            object[] rows =
                group.Operand is { Op: Op.State } && ZeroRows() is { } zeros ? [layer.IsReverse ? $"..^{zeros}" : $"{zeros}.."] : [];
            factors.Add(("Factor", [ShapeOf(group), group.FirstColumn, operand, stride, gradient, .. rows]));
        }

        for (int rank = 0; rank < layer.BiasOffsets.Length; rank++)
        {
            foreach (var run in layer.BiasRuns(rank))
            {
                int end = run.FirstColumn + run.Parameters.Count;
                for (int column = run.FirstColumn; column < end; column += PanelGrouping.TileColumns)
                {
                    var gradient = Gradients(Model.Offsets.Bias(layer, rank)).Plus(column * Panel.Lanes);
                    factors.Add(("Bias", [SlotShape(Math.Min(PanelGrouping.TileColumns, end - column)), column, gradient, BiasStride]));
                }
            }
        }

        WriteGradients(site.Count(layer.Time), slots, factors, accumulate: false);
        foreach (int parameter in layer.VectorOffsets.Keys)
        {
            var gradient = Gradients(Model.Offsets.Vector(layer, parameter));
            if (layer.Cell.Parameters[parameter].Kind == ParameterKind.Scalar)
                Writer.Call($"Elementwise.SumUnits<V, {Real}>", layer.Hidden, layer.Padded, gradient);
            else if (layer.IsPadded)
                Writer.Call(
                    $"Panels.ClearPadding<{Real}>", $"new(0, {layer.Blocks}, 1, {Panel.Lanes}, {layer.Padded})", 1, layer.Hidden,
                    gradient);
        }
    }

    /// <summary>The rows before the first step that nobody gave a state; null where somebody always does.</summary>
    private string? ZeroRows() => layer.Initials.Any(i => i is not null) ? null : layer.IsStateless ? layer.Time.Rows : "tape.ZeroRows";

    private string ShapeOf(PanelGroup group) => $"Shapes.{KernelWriter.ShapeName(layer, group)}";

    private Address CopyOf(PanelGroup group) => Transposed(Model.TransposedOffsets.Of(layer, group));

    private string SlotShape(int columns) => $"new(0, {layer.Blocks}, {columns}, {layer.Plan.SlotCount * Panel.Lanes}, {layer.SlotRow})";

    private int BiasStride => layer.Plan.SumCount * Panel.Lanes;

    /// <summary>A column of the sums of all steps, or of this one.</summary>
    private Address Slots(Site site, int column) => site.VectorsOf(site.Buffer(layer.Slots), layer.SlotRow).Plus(column * Panel.Lanes);
}
