using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>
/// Writes a layer's single step of one row: products with the input and the state in registers, and the equations behind them, without a slot in between.
/// Sums run over the same numbers in the same order as those of whole sequences, so they are the same to the bit.
/// </summary>
internal sealed class StepKernelWriter(CodeWriter writer, ModelLayout model, LayerLayout layer)
{
    // What a method calls its own variables.
    private static readonly string[] Own = ["x", "value", "k", "unit", "block", "lane"];

    private readonly CellPlan plan = layer.Plan;

    private string Real => model.Real;

    private string Name => $"{layer.Name}Step";

    /// <summary>The lines that take the step.</summary>
    public void WriteCall(ScratchSite site)
    {
        var x = layer.Input;
        string input = x.IsSymbols ? $"{site.Symbols(x)}[0]" : $"ref {site.Of(x)}";
        var states = Enumerable.Range(0, layer.States).SelectMany(s => layer.IsMultiplied(s) ? new[] { State(s), Next(site, s) } : [State(s)]);
        writer.Line($"{Name}(ref weights, {input}, {string.Join(", ", states.Select(s => $"ref {s}"))});");
        foreach (int state in Enumerable.Range(0, layer.States).Where(s => layer.IsMultiplied(s)))
            writer.Line($"Copy(ref {Next(site, state)}, ref {State(state)}, {layer.Padded});");
    }

    public void WriteKernel()
    {
        writer.Blank();
        writer.Line($"/// <summary>{layer.Cell.Name.TrimStart('@')} of {layer.Hidden} units on {layer.InputSize}: one step of one row, in registers.</summary>");
        string input = layer.Input.IsSymbols ? "int x" : $"ref {Real} x";
        var states = Enumerable.Range(0, layer.States).SelectMany(s => layer.IsMultiplied(s) ? new[] { KernelMemory.Previous(layer, s), KernelMemory.Next(layer, s) } : [KernelMemory.Previous(layer, s)]);
        writer.Line($"{Api.Optimized}\nprivate static void {Name}(ref {Real} weights, {input}, {string.Join(", ", states.Select(s => $"ref {Real} {s}"))})");
        using (writer.Block())
        {
            writer.Line($"for (nint block = 0; block < {layer.Blocks}; block++)");
            writer.Line($"for (nint lane = 0; lane < {Layout.Lanes}; lane += V.Count)");
            using (writer.Block())
            {
                WriteSums();
                WriteEquations();
            }
        }
    }

    private static string Sum(int column) => $"sum{column + 1}";

    private string State(int state) => $"At(ref state, {layer.StateOffset(state)})";

    private string Next(ScratchSite site, int state) => Site.Shift(site.Buffer(layer.History(state)), layer.Padded);

    private void WriteSums()
    {
        writer.Line("nint unit = block * 16 + lane;");
        bool hasBias = layer.BiasOffsets.Length > 0;
        writer.Line($"V {string.Join(", ", Enumerable.Range(0, plan.SumCount).Select(c => $"{Sum(c)} = {(hasBias ? Bias(0, c) : "V.Zero")}"))};");
        foreach (var group in plan.InputGroups)
            WriteProduct(group, "x", layer.InputSize);
        for (int rank = 1; rank < layer.BiasOffsets.Length; rank++)
        {
            foreach (var run in layer.BiasRuns(rank))
            {
                foreach (int column in Enumerable.Range(run.FirstColumn, run.Parameters.Count))
                    writer.Line($"{Sum(column)} = {Sum(column)} + {Bias(rank, column)};");
            }
        }

        foreach (var group in plan.Forward[0].Products)
            WriteProduct(group, KernelMemory.Previous(layer, group.Operand!.Index), layer.DepthOf(group));
    }

    private string Bias(int rank, int column) => $"V.Load(ref weights, {layer.BiasOffsets[rank] + (column * Layout.Lanes)} + block * {plan.SumCount * Layout.Lanes} + lane)";

    private void WriteProduct(PanelGroup group, string vector, int depth)
    {
        int run = group.Columns * Layout.Lanes;
        string panel = $"panel{group.Index + 1}";
        string operand = group.Operand is null ? layer.Cell.Input : layer.Cell.States[group.Operand.Index];
        writer.Line($"// sums += {string.Join(", ", group.Matrices.Select(m => $"{layer.Cell.Parameters[m].Name} * {operand}"))}");
        if (group.Operand is null && layer.Input.IsSymbols)
        {
            writer.Line($"ref {Real} {panel} = ref At(ref weights, {Text.Plus(layer.GroupOffsets[group.Index])}block * {depth * run} + x * {run} + lane);");
            for (int column = 0; column < group.Columns; column++)
                writer.Line($"{Sum(group.FirstColumn + column)} = {Sum(group.FirstColumn + column)} + V.Load(ref {panel}, {column * Layout.Lanes});");
            return;
        }

        writer.Line($"ref {Real} {panel} = ref At(ref weights, {Text.Plus(layer.GroupOffsets[group.Index])}block * {depth * run} + lane);");
        using (writer.Block($"for (nint k = 0; k < {depth}; k++)"))
        {
            writer.Line($"V value = V.Broadcast(At(ref {vector}, k));");
            for (int column = 0; column < group.Columns; column++)
                writer.Line($"{Sum(group.FirstColumn + column)} = V.MultiplyAdd(value, V.Load(ref {panel}, {column * Layout.Lanes}), {Sum(group.FirstColumn + column)});");
            writer.Line($"{panel} = ref At(ref {panel}, {run});");
        }
    }

    private void WriteEquations()
    {
        var names = new NameTable();
        foreach (string name in Own.Concat(Enumerable.Range(0, plan.SumCount).Select(Sum)).Concat(plan.Groups.Select(g => $"panel{g.Index + 1}")).Concat(KernelMemory.Of(layer, backward: false).Select(m => m.Name)))
            names.Take(name);
        var stores = plan.Forward[0].Stores.Where(s => s.Place == Place.NewState).ToList();
        var elementwise = new ElementwiseWriter(writer, names, Load, new KernelNames(layer).OfValue);
        elementwise.Count(stores.Select(s => s.Value));
        var equations = new EquationWriter(writer, layer);
        equations.WriteEquations(elementwise);
        equations.WriteStores(elementwise, stores, s => $"ref {(layer.IsMultiplied(s.Index) ? KernelMemory.Next(layer, s.Index) : KernelMemory.Previous(layer, s.Index))}, unit");
    }

    private string? Load(Node node) => node.Op switch
    {
        Op.State => $"V.Load(ref {KernelMemory.Previous(layer, node.Index)}, unit)",
        Op.PerUnit => $"V.Load(ref weights, {Text.Plus(layer.VectorOffsets[node.Index])}unit)",
        Op.Sum => Sum(plan.Columns[node.Index]),
        _ => null,
    };
}
