using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>
/// Writes a layer's step of one row, whose sums stay in registers. Where the weights lie in the first-level cache it takes a few blocks at a time, as many as
/// keep the multiply-add units busy; from further away one block's weights come no faster than it can use them.
/// Sums run over the same numbers in the same order as those of many rows, so they are the same to the bit.
/// </summary>
internal sealed class StepKernelWriter(CodeWriter writer, ModelLayout model, LayerLayout layer)
{
    // Two units, and a result after four cycles: eight sums at least. With more than a dozen, narrow vectors run out of registers.
    private const int MostSums = 12;

    // Of 48 KiB: the rest is for states and what else the program touches.
    private const int FirstLevelCache = 40 << 10;

    // Half of a second-level cache.
    private const int LargeMatrix = 1 << 20;

    // What the method of the equations calls its own variables.
    private static readonly string[] Own = ["value", "unit"];

    private readonly CellPlan plan = layer.Plan;

    private string Real => model.Real;

    private IEnumerable<int> States => Enumerable.Range(0, layer.States);

    private string StateParameters => string.Join(", ", States.Select(s => $"ref {Real} {KernelMemory.Previous(layer, s)}, ref {Real} {KernelMemory.Next(layer, s)}"));

    /// <summary>The lines that take a single step: a state that the step multiplies is replaced when all of the new one is there.</summary>
    public void WriteCall(ScratchSite site)
    {
        var x = layer.Input;
        string input = x.IsSymbols ? $"{site.Symbols(x)}[0]" : $"ref {site.Of(x)}";
        var states = States.Select(s => $"ref {State(s)}, ref {(layer.IsMultiplied(s) ? Next(s) : State(s))}");
        writer.Line($"{layer.Name}Step(ref {Weights}, {input}, ref {site.Buffer(layer.Slots)}, {string.Join(", ", states)}{(TakesTurns(All) ? $", {Api.Numerics}.Scratch<{Real}>.NextTurn()" : "")});");
        foreach (int state in States.Where(layer.IsMultiplied))
            writer.Line($"Copy(ref {Next(state)}, ref {State(state)}, {layer.Padded});");

        string State(int state) => $"At(ref state, {layer.StateOffset(state)})";
        string Next(int state) => Site.Shift(site.Buffer(layer.History(state)), layer.Padded);
    }

    /// <summary>A call for one of many steps, whose sums begin in slots.</summary>
    /// <param name="slots">The step's slots.</param>
    /// <param name="states">The previous and the next of each state.</param>
    /// <param name="step">The number of the step.</param>
    public string Call(string slots, IEnumerable<(string Previous, string Next)> states, string step) =>
        $"{layer.Kernel}Step(ref {Weights}, ref {slots}, {string.Join(", ", states.Select(s => $"ref {s.Previous}, ref {s.Next}"))}{(TakesTurns(Recurrent) ? $", {step}" : "")});";

    /// <summary>The kernel of a single step: the products with its input come first.</summary>
    public void WriteOneStep()
    {
        writer.Blank();
        writer.Line($"/// <summary>{Title} on {layer.InputSize}: a single step of one row.</summary>");
        WriteKernel(layer.Name, layer.Input.IsSymbols ? "int x" : $"ref {Real} x", WriteStartFromInput, All);
    }

    /// <summary>The kernels that layers of the same cell and size share: the equations, and a step whose sums begin in slots.</summary>
    public void WriteShared()
    {
        WriteEquations();
        writer.Blank();
        writer.Line($"/// <summary>{Title}: one step of one row. The slots hold the part of the sums that does not depend on the step before.</summary>");
        WriteKernel(layer.Kernel, "", WriteStartFromSlots, Recurrent);
    }

    private IReadOnlyList<PanelGroup> Recurrent => plan.Forward[0].Products;

    private IReadOnlyList<PanelGroup> All => [.. plan.InputGroups, .. Recurrent];

    private string Title => $"{layer.Cell.Name.TrimStart('@')} of {layer.Hidden} units";

    private string Weights => Site.Shift("weights", layer.FirstParameter);

    private int SlotBlock => plan.SlotCount * Layout.Lanes;

    private int SumBlock => plan.SumCount * Layout.Lanes;

    private static string Sum(int block, int column) => $"{(char)('a' + block)}{column + 1}";

    /// <summary>Whether matrices are too large to stay in the second-level cache from step to step.</summary>
    private bool TakesTurns(IReadOnlyList<PanelGroup> products) => Bytes(products) >= LargeMatrix;

    private void WriteKernel(string name, string input, Action<int> writeStart, IReadOnlyList<PanelGroup> products)
    {
        bool takesTurns = TakesTurns(products);
        if (takesTurns)
            writer.Line("/// <remarks>Every other step begins at the other end: with the blocks that the one before has left in the cache.</remarks>");
        writer.Line($"{Api.Optimized}\nprivate static void {name}Step(ref {Real} weights, {(input.Length > 0 ? $"{input}, " : "")}ref {Real} slots, {StateParameters}{(takesTurns ? ", nint step" : "")})");
        using (writer.Block())
        {
            foreach (var (first, end, size) in Groups(products))
            {
                writer.Line(takesTurns ? $"for (nint turn = 0; turn < {end}; turn++)" : $"for (nint block = {first}; block < {end}; {(size == 1 ? "block++" : $"block += {size}")})");
                writer.Line($"for (nint lane = 0; lane < {Layout.Lanes}; lane += V.Count)");
                using (writer.Block())
                {
                    if (takesTurns)
                        writer.Line($"nint block = (step & 1) == 0 ? turn : {end - 1} - turn;");
                    writer.Line($"nint unit = block * {Layout.Lanes} + lane;");
                    if (size > 1 || input.Length == 0)
                        writer.Line($"ref {Real} slot = ref At(ref slots, block * {SlotBlock} + lane);");
                    writeStart(size);
                    foreach (var group in plan.Forward[0].Products)
                        WriteProduct(group, KernelMemory.Previous(layer, group.Operand!.Index), size);
                    WriteUnits(size);
                }
            }
        }
    }

    /// <summary>Of one block the sums go from register to register; those of several wait in their slots, so that the equations are there once.</summary>
    private void WriteUnits(int size)
    {
        string states = string.Join(", ", States.Select(s => $"ref {KernelMemory.Previous(layer, s)}, ref {KernelMemory.Next(layer, s)}"));
        if (size == 1)
        {
            writer.Line($"{layer.Kernel}Units(ref weights, unit, {string.Join(", ", Sums(0))}, {states});");
            return;
        }

        for (int block = 0; block < size; block++)
        {
            for (int column = 0; column < plan.SumCount; column++)
                writer.Line($"{Sum(block, column)}.Store(ref slot, {(block * SlotBlock) + (column * Layout.Lanes)});");
        }

        writer.Line($"for (nint next = 0; next < {size}; next++)");
        writer.Line($"    {layer.Kernel}Units(ref weights, unit + next * {Layout.Lanes}, {string.Join(", ", Enumerable.Range(0, plan.SumCount).Select(c => $"V.Load(ref slot, next * {SlotBlock}{(c == 0 ? "" : $" + {c * Layout.Lanes}")})"))}, {states});");
    }

    /// <summary>The blocks in runs, each taken some at a time, evenly: 5 are 3 and 2.</summary>
    private IEnumerable<(int First, int End, int Size)> Groups(IReadOnlyList<PanelGroup> products)
    {
        int most = Bytes(products) > FirstLevelCache ? 1 : Math.Max(1, MostSums / plan.SumCount);
        int groups = (layer.Blocks + most - 1) / most;
        int size = (layer.Blocks + groups - 1) / groups;
        int border = (layer.Blocks - ((size - 1) * groups)) * size;
        yield return (0, border, size);
        if (border < layer.Blocks)
            yield return (border, layer.Blocks, size - 1);
    }

    /// <summary>What a step reads of some matrices.</summary>
    private long Bytes(IEnumerable<PanelGroup> products) =>
        products.Where(g => g.Operand is not null || !layer.Input.IsSymbols).Sum(g => (long)layer.DepthOf(g) * layer.Padded * g.Columns) * (Real == "float" ? 4 : 8);

    private IEnumerable<string> Sums(int block) => Enumerable.Range(0, plan.SumCount).Select(c => Sum(block, c));

    private void WriteStartFromSlots(int size)
    {
        for (int block = 0; block < size; block++)
            writer.Line($"V {string.Join(", ", Enumerable.Range(0, plan.SumCount).Select(c => $"{Sum(block, c)} = V.Load(ref slot, {(block * SlotBlock) + (c * Layout.Lanes)})"))};");
    }

    private void WriteStartFromInput(int size)
    {
        bool hasBias = layer.BiasOffsets.Length > 0;
        for (int rank = 0; rank < layer.BiasOffsets.Length; rank++)
            writer.Line($"ref {Real} bias{rank + 1} = ref At(ref weights, {Text.Plus(layer.BiasOffsets[rank] - layer.FirstParameter)}block * {SumBlock} + lane);");
        for (int block = 0; block < size; block++)
            writer.Line($"V {string.Join(", ", Enumerable.Range(0, plan.SumCount).Select(c => $"{Sum(block, c)} = {(hasBias ? Bias(0, block, c) : "V.Zero")}"))};");
        foreach (var group in plan.InputGroups)
            WriteProduct(group, "x", size);
        for (int rank = 1; rank < layer.BiasOffsets.Length; rank++)
        {
            for (int block = 0; block < size; block++)
            {
                foreach (int column in layer.BiasRuns(rank).SelectMany(run => Enumerable.Range(run.FirstColumn, run.Parameters.Count)))
                    writer.Line($"{Sum(block, column)} = {Sum(block, column)} + {Bias(rank, block, column)};");
            }
        }

        string Bias(int rank, int block, int column) => $"V.Load(ref bias{rank + 1}, {(block * SumBlock) + (column * Layout.Lanes)})";
    }

    private void WriteProduct(PanelGroup group, string vector, int size)
    {
        int depth = layer.DepthOf(group), run = group.Columns * Layout.Lanes;
        string panel = $"panel{group.Index + 1}";
        string operand = group.Operand is null ? layer.Cell.Input : layer.Cell.States[group.Operand.Index];
        writer.Line($"// sums += {string.Join(", ", group.Matrices.Select(m => $"{layer.Cell.Parameters[m].Name} * {operand}"))}");
        bool isPicked = group.Operand is null && layer.Input.IsSymbols;
        string first = $"{Text.Plus(layer.GroupOffsets[group.Index] - layer.FirstParameter)}block * {depth * run} + {(isPicked ? $"x * {run} + " : "")}lane";
        writer.Line($"ref {Real} {panel} = ref At(ref weights, {first});");
        if (isPicked)
        {
            foreach (var (sum, weight) in Terms())
                writer.Line($"{sum} = {sum} + {weight};");
            return;
        }

        using (writer.Block($"for (nint k = 0; k < {depth}; k++)"))
        {
            writer.Line($"V value = V.Broadcast(At(ref {vector}, k));");
            foreach (var (sum, weight) in Terms())
                writer.Line($"{sum} = V.MultiplyAdd(value, {weight}, {sum});");
            writer.Line($"{panel} = ref At(ref {panel}, {run});");
        }

        IEnumerable<(string Sum, string Weight)> Terms() => Enumerable.Range(0, size).SelectMany(block => Enumerable.Range(0, group.Columns).Select(column =>
            (Sum(block, group.FirstColumn + column), $"V.Load(ref {panel}, {(block * depth * run) + (column * Layout.Lanes)})")));
    }

    private void WriteEquations()
    {
        writer.Blank();
        writer.Line($"/// <summary>{Title}: what becomes of the sums of some units.</summary>");
        writer.Line($"{Api.Inlined}\nprivate static void {layer.Kernel}Units(ref {Real} weights, nint unit, {string.Join(", ", Sums(0).Select(s => $"V {s}"))}, {StateParameters})");
        using var block = writer.Block();
        var names = new NameTable();
        foreach (string name in Own.Concat(Sums(0)).Concat(KernelMemory.Of(layer, backward: false).Select(m => m.Name)))
            names.Take(name);
        var stores = plan.Forward[0].Stores.Where(s => s.Place == Place.NewState).ToList();
        var elementwise = new ElementwiseWriter(writer, names, Load, new KernelNames(layer).OfValue);
        elementwise.Count(stores.Select(s => s.Value));
        var equations = new EquationWriter(writer, layer);
        equations.WriteEquations(elementwise);
        equations.WriteStores(elementwise, stores, s => $"ref {KernelMemory.Next(layer, s.Index)}, unit");
    }

    private string? Load(Node node) => node.Op switch
    {
        Op.State => $"V.Load(ref {KernelMemory.Previous(layer, node.Index)}, unit)",
        Op.PerUnit => $"V.Load(ref weights, {Text.Plus(layer.VectorOffsets[node.Index] - layer.FirstParameter)}unit)",
        Op.Sum => Sum(0, plan.Columns[node.Index]),
        _ => null,
    };
}
