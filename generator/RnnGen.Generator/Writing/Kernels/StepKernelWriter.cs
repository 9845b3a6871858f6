using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Cells;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>
/// Writes a layer's step of one row. Sums run over the same numbers in the same order as those of many rows, so they are the same to the
/// bit.
/// </summary>
internal sealed class StepKernelWriter(CodeWriter writer, ModelLayout model, LayerLayout layer)
{
    // What the method of the equations calls its own variables.
    private static readonly string[] OwnNames = ["value", "unit"];

    private readonly CellPlan plan = layer.Plan;

    private string Real => model.Real;

    private IEnumerable<int> States => Enumerable.Range(0, layer.States);

    private IEnumerable<string> StateParameters => KernelMemory.StatesOf(layer).Select(m => $"ref {Real} {m.Name}");

    /// <summary>The lines that take a single step: a state that the step multiplies is replaced when all of the new one is there.</summary>
    public void WriteCall(ScratchSite site)
    {
        var x = layer.Input;
        var step = layer.WholeStep;
        var apart = States.Where(s => !step.IsTogether && layer.IsMultiplied(s)).ToList();
        object[] arguments =
        [
            Weights, x.IsSymbols ? $"{site.Symbols(x)}[0]" : site.Of(x), .. step.IsTogether ? (object[])[site.Buffer(layer.Slots)] : [],
            .. KernelMemory.StatesOf(layer)
                .Select(m => m.Kind == MemoryKind.NextState && apart.Contains(m.Index) ? Next(m.Index) : State(m.Index)),
            .. step.Alternates ? (object[])[$"Scratch<{Real}>.NextTurn(ref {Weights})"] : [],
        ];
        writer.Call($"{layer.Name}Step", arguments);
        foreach (int state in apart)
            writer.Call("Copy", Next(state), State(state), layer.Padded);

        Address State(int state) => site.StateOf(layer.StateOffset(state));
        Address Next(int state) => site.Buffer(layer.History(state)).Plus(layer.Padded);
    }

    /// <summary>A call for one of many steps, whose sums begin in slots.</summary>
    /// <param name="slots">The step's slots.</param>
    /// <param name="place">The address of a state's previous or next numbers.</param>
    /// <param name="step">The number of the step.</param>
    public void WriteCall(Address slots, Func<KernelMemory, Address> place, Amount step) =>
        writer.Call(
            $"{layer.Kernel}Step",
            [Weights, slots, .. KernelMemory.StatesOf(layer).Select(place), .. layer.Step.Alternates ? (object[])[step] : []]);

    /// <summary>The kernel of a single step: the products with its input come first.</summary>
    public void WriteOneStep()
    {
        writer.Blank();
        writer.Summary($"{Title} on {layer.InputSize}: a single step of one row.");
        WriteKernel(layer.Name, [layer.Input.IsSymbols ? "int x" : $"ref {Real} x"], WriteStartFromInput, layer.WholeStep);
    }

    /// <summary>The kernels that layers of the same cell and size share: the equations, and a step whose sums begin in slots.</summary>
    public void WriteShared()
    {
        WriteEquations();
        writer.Blank();
        writer.Summary($"{Title}: one step of one row. The slots hold the part of the sums that does not depend on the step before.");
        WriteKernel(layer.Kernel, [], WriteStartFromSlots, layer.Step);
    }

    /// <summary>The address of the first of some blocks: of all of them, the start.</summary>
    private Amount First(int blocks, int stride) => blocks == layer.Blocks ? 0 : new Amount(stride, "block");

    // Behind the last unit of a single block there is nothing to compute.
    private string LoopOverLanes => $"for (nint lane = 0; lane < {(layer.Blocks == 1 ? layer.Hidden : Panel.Lanes)}; lane += V.Count)";

    private string Title => $"{layer.Cell.Name.Text} of {layer.Hidden} units";

    private Address Weights => Address.Of("weights").Plus(model.Offsets.Of(layer));

    private int SlotBlock => plan.SlotCount * Panel.Lanes;

    private int SumBlock => plan.SumCount * Panel.Lanes;

    private static string Sum(int block, int column) => $"{(char)('a' + block)}{column + 1}";

    private void WriteKernel(string name, string[] input, Action<int> writeStart, StepPlan step)
    {
        bool hasSlots = step.IsTogether || input.Length == 0;
        if (step.Alternates)
            writer.Line("/// <remarks>Every other step begins at the other end: with the blocks that the one before has left in the "
                + "caches.</remarks>");
        writer.Line(Api.Optimized);
        string[] slots = hasSlots ? [$"ref {Real} slots"] : [], number = step.Alternates ? ["nint step"] : [];
        writer.List($"private static void {name}Step(", [$"ref {Real} weights", .. input, .. slots, .. StateParameters, .. number], ")");
        using (writer.Block())
        {
            if (step.IsTogether)
                WriteTogether(writeStart);
            else
                WriteInTurns(writeStart, step, hasSlots);
        }
    }

    private void WriteTogether(Action<int> writeStart)
    {
        writer.Line(LoopOverLanes);
        using (writer.Block())
        {
            writer.Line($"ref {Real} slot = ref {Address.Of("slots").Plus("lane")};");
            WriteSums(writeStart, layer.Blocks);
            for (int block = 0; block < layer.Blocks; block++)
            {
                for (int column = 0; column < plan.SumCount; column++)
                    writer.Store(Code.Name(Sum(block, column)), Slot(block, column));
            }
        }

        if (layer.Blocks > 1)
            writer.Line($"for (nint block = 0; block < {layer.Blocks}; block++)");
        writer.Line(LoopOverLanes);
        using (writer.Block())
        {
            writer.Line($"ref {Real} slot = ref {SlotsOf(layer.Blocks > 1)};");
            WriteUnits(Enumerable.Range(0, plan.SumCount).Select(c => Code.Load(Slot(0, c))), layer.Blocks > 1);
        }
    }

    private void WriteInTurns(Action<int> writeStart, StepPlan step, bool hasSlots)
    {
        int blocks = step.BlocksPerTurn;
        if (step.Turns > 1)
            writer.Line($"for (nint turn = 0; turn < {step.Turns}; turn++)");
        writer.Line(LoopOverLanes);
        using (writer.Block())
        {
            if (step.Turns > 1)
            {
                string turn = $"(step & 1) == 0 ? turn : {step.Turns - 1} - turn";
                writer.Line($"nint block = {(blocks == 1 ? turn : $"{blocks} * ({turn})")};");
            }

            if (hasSlots)
                writer.Line($"ref {Real} slot = ref {SlotsOf(step.Turns > 1)};");
            WriteSums(writeStart, blocks);
            for (int block = 0; block < blocks; block++)
                WriteUnits(Sums(block), step.Turns > 1, block);
        }
    }

    /// <summary>The first slot of the block at hand, or of the first.</summary>
    private Address SlotsOf(bool hasBlock) => Address.Of("slots").Plus(hasBlock ? new Amount(SlotBlock, "block") : 0).Plus("lane");

    private void WriteSums(Action<int> writeStart, int blocks)
    {
        writeStart(blocks);
        foreach (var group in layer.Step.Products)
            WriteProduct(group, KernelMemory.Previous(layer, group.Operand!.Index), blocks);
    }

    private void WriteUnits(IEnumerable<Code> sums, bool hasBlock, int block = 0)
    {
        Amount first = hasBlock ? new Amount(Panel.Lanes, block == 0 ? "block" : $"(block + {block})") : block * Panel.Lanes;
        writer.Call($"{layer.Kernel}Units", [.. UnitsMemory.Select(Address.Of), Amount.Sum(first, "lane"), .. sums]);
    }

    /// <summary>The memory that the method of the equations reads and writes, apart from its sums.</summary>
    private IEnumerable<string> UnitsMemory
    {
        get
        {
            var reads = Reads.Of(NewStates.Select(s => s.Value));
            if (reads.Any(n => n.Op == Op.PerUnit))
                yield return "weights";
            foreach (int state in States)
            {
                if (reads.Any(n => n.Op == Op.State && n.Index == state))
                    yield return KernelMemory.Previous(layer, state);
                yield return KernelMemory.Next(layer, state);
            }
        }
    }

    private IReadOnlyList<Store> NewStates => [.. plan.Forward[0].Stores.Where(s => s.Place == Place.NewState)];

    private IEnumerable<Code> Sums(int block) => Enumerable.Range(0, plan.SumCount).Select(c => Code.Name(Sum(block, c)));

    private Address Slot(int block, int column) => Address.Of("slot").Plus((block * SlotBlock) + (column * Panel.Lanes));

    private void WriteStartFromSlots(int blocks)
    {
        for (int block = 0; block < blocks; block++)
            writer.List("V ", Enumerable.Range(0, plan.SumCount).Select(c => $"{Sum(block, c)} = {Code.Load(Slot(block, c))}"), ";");
    }

    private void WriteStartFromInput(int blocks)
    {
        bool hasBias = layer.BiasOffsets.Length > 0;
        for (int rank = 0; rank < layer.BiasOffsets.Length; rank++)
            writer.Line($"ref {Real} bias{rank + 1} = ref "
                + $"{Own(model.Offsets.Bias(layer, rank)).Plus(First(blocks, SumBlock)).Plus("lane")};");
        for (int block = 0; block < blocks; block++)
            writer.List(
                "V ", Enumerable.Range(0, plan.SumCount).Select(c => $"{Sum(block, c)} = {(hasBias ? Bias(0, block, c) : new("V.Zero"))}"),
                ";");
        foreach (var group in plan.InputGroups)
            WriteProduct(group, "x", blocks);
        for (int rank = 1; rank < layer.BiasOffsets.Length; rank++)
        {
            for (int block = 0; block < blocks; block++)
            {
                foreach (int column in layer.BiasRuns(rank).SelectMany(run => Enumerable.Range(run.FirstColumn, run.Parameters.Count)))
                    writer.Line($"{Sum(block, column)} = {Sum(block, column)} + {Bias(rank, block, column)};");
            }
        }

        foreach (int column in layer.InputColumns)
        {
            for (int block = 0; block < blocks; block++)
                writer.Line($"{Sum(block, column)} = {Sum(block, column)} + "
                    + $"{Code.Load(Address.Of("x").Plus(First(blocks, Panel.Lanes)).Plus(block * Panel.Lanes).Plus("lane"))};");
        }

        Code Bias(int rank, int block, int column) =>
            Code.Load(Address.Of($"bias{rank + 1}").Plus((block * SumBlock) + (column * Panel.Lanes)));
    }

    /// <summary>A place among the layer's own parameters, which is where the kernel's begin.</summary>
    private Address Own(NamedOffset offset) => Address.Of("weights").Plus($"{offset} - {model.Offsets.Of(layer)}");

    private void WriteProduct(PanelGroup group, string vector, int blocks)
    {
        int depth = layer.DepthOf(group), run = group.Columns * Panel.Lanes;
        string panel = $"panel{group.Index + 1}";
        var operand = group.Operand is null ? layer.Cell.Input : layer.Cell.States[group.Operand.Index];
        writer.Comment($"sums += {string.Join(", ", group.Matrices.Select(m => $"{layer.Cell.Parameters[m].Name} * {operand}"))}");
        bool isPicked = group.Operand is null && layer.Input.IsSymbols;
        var matrix =
            group.Operand is null ? Own(model.Offsets.Of(layer, group)) : Address.Of("weights").Plus(model.Offsets.InKernel(layer, group));
        var first = matrix.Plus(First(blocks, depth * run)).Plus(isPicked ? new Amount(run, "x") : 0).Plus("lane");
        writer.Line($"ref {Real} {panel} = ref {first};");
        if (isPicked)
        {
            foreach (var (sum, weight) in Terms())
                writer.Line($"{sum} = {sum} + {weight};");
            return;
        }

        if (depth == 1)
        {
            foreach (var (sum, weight) in Terms())
                writer.Line($"{sum} = V.MultiplyAdd(V.Broadcast({vector}), {weight}, {sum});");
            return;
        }

        using (writer.Block($"for (nint k = 0; k < {depth}; k++)"))
        {
            writer.Line($"V value = V.Broadcast(At(ref {vector}, k));");
            foreach (var (sum, weight) in Terms())
                writer.Line($"{sum} = V.MultiplyAdd(value, {weight}, {sum});");
            writer.Line($"{panel} = ref At(ref {panel}, {run});");
        }

        IEnumerable<(string Sum, Code Weight)> Terms() =>
            Enumerable.Range(0, blocks).SelectMany(block => Enumerable.Range(0, group.Columns).Select(column =>
            (Sum(block, group.FirstColumn + column), Code.Load(Address.Of(panel).Plus((block * depth * run) + (column * Panel.Lanes))))));
    }

    private void WriteEquations()
    {
        writer.Blank();
        writer.Summary($"{Title}: what becomes of the sums of some units.");
        writer.Line(Api.Inlined);
        writer.List(
            $"private static void {layer.Kernel}Units(",
            [.. UnitsMemory.Select(m => $"ref {Real} {m}"), "nint unit", .. Sums(0).Select(s => $"V {s}")], ")");
        using var block = writer.Block();
        var names = new NameTable();
        foreach (string name in OwnNames.Concat(Sums(0).Select(s => s.Text))
            .Concat(KernelMemory.Of(layer, backward: false).Select(m => m.Name)))
            names.Take(name);
        var stores = NewStates;
        var elementwise = new ElementwiseWriter(writer, names, Load, new KernelNames(layer).OfValue);
        elementwise.Count(stores.Select(s => s.Value));
        var equations = new EquationWriter(writer, layer);
        equations.WriteEquations(elementwise);
        equations.WriteStores(elementwise, stores, s => Unit(KernelMemory.Next(layer, s.Index)));
    }

    private Code? Load(Node node) => node.Op switch
    {
        Op.State => Code.Load(Unit(KernelMemory.Previous(layer, node.Index))),
        Op.PerUnit => KernelMemory.Parameter(layer, node.Index, model.Offsets.InKernel(layer, node.Index), "unit"),
        Op.Sum => Code.Name(Sum(0, plan.Columns[node.Index])),
        _ => null,
    };

    private static Address Unit(string memory) => Address.Of(memory).Plus("unit");
}
