using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Cells;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>
/// Writes a layer's step of one row. Sums run over the same numbers in the same order as those of many rows, so they are the same to the bit.
/// </summary>
internal sealed class StepKernelWriter(CodeWriter writer, ModelLayout model, LayerLayout layer)
{
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
        string input = x.IsSymbols ? $"{site.Symbols(x)}[0]" : $"ref {site.Of(x)}", slots = layer.WholeStep.IsTogether ? $"ref {site.Buffer(layer.Slots)}, " : "";
        var apart = States.Where(s => !layer.WholeStep.IsTogether && layer.IsMultiplied(s)).ToList();
        var states = States.Select(s => $"ref {State(s)}, ref {(apart.Contains(s) ? Next(s) : State(s))}");
        writer.Line($"{layer.Name}Step(ref {Weights}, {input}, {slots}{string.Join(", ", states)}{(layer.WholeStep.IsTogether ? "" : $", {Api.Numerics}.Scratch<{Real}>.NextTurn(ref {Weights})")});");
        foreach (int state in apart)
            writer.Line($"Copy(ref {Next(state)}, ref {State(state)}, {layer.Padded});");

        Address State(int state) => site.StateOf(layer.StateOffset(state));
        Address Next(int state) => site.Buffer(layer.History(state)).Plus(layer.Padded);
    }

    /// <summary>A call for one of many steps, whose sums begin in slots.</summary>
    /// <param name="slots">The step's slots.</param>
    /// <param name="states">The previous and the next of each state.</param>
    /// <param name="step">The number of the step.</param>
    public string Call(Address slots, IEnumerable<(Address Previous, Address Next)> states, string step) =>
        $"{layer.Kernel}Step(ref {Weights}, ref {slots}, {string.Join(", ", states.Select(s => $"ref {s.Previous}, ref {s.Next}"))}{(layer.Step.IsTogether ? "" : $", {step}")});";

    /// <summary>The kernel of a single step: the products with its input come first.</summary>
    public void WriteOneStep()
    {
        writer.Blank();
        writer.Line($"/// <summary>{Title} on {layer.InputSize}: a single step of one row.</summary>");
        WriteKernel(layer.Name, layer.Input.IsSymbols ? "int x" : $"ref {Real} x", WriteStartFromInput, layer.WholeStep);
    }

    /// <summary>The kernels that layers of the same cell and size share: the equations, and a step whose sums begin in slots.</summary>
    public void WriteShared()
    {
        WriteEquations();
        writer.Blank();
        writer.Line($"/// <summary>{Title}: one step of one row. The slots hold the part of the sums that does not depend on the step before.</summary>");
        WriteKernel(layer.Kernel, "", WriteStartFromSlots, layer.Step);
    }

    /// <summary>Where the first of some blocks begins: of all of them, at the start.</summary>
    private Amount First(int blocks, int stride) => blocks == layer.Blocks ? 0 : new Amount(stride, "block");

    // Behind the last unit of a single block there is nothing to compute.
    private string LoopOverLanes => $"for (nint lane = 0; lane < {(layer.Blocks == 1 ? layer.Hidden : Layout.Lanes)}; lane += V.Count)";

    private string Title => $"{layer.Cell.Name.TrimStart('@')} of {layer.Hidden} units";

    private Address Weights => Address.Of("weights").Plus(layer.FirstParameter);

    private int SlotBlock => plan.SlotCount * Layout.Lanes;

    private int SumBlock => plan.SumCount * Layout.Lanes;

    private static string Sum(int block, int column) => $"{(char)('a' + block)}{column + 1}";

    private void WriteKernel(string name, string input, Action<int> writeStart, StepPlan step)
    {
        string slots = step.IsTogether || input.Length == 0 ? $"ref {Real} slots, " : "";
        if (!step.IsTogether)
            writer.Line("/// <remarks>Every other step begins at the other end: with the blocks that the one before has left in the caches.</remarks>");
        writer.Line($"{Api.Optimized}\nprivate static void {name}Step(ref {Real} weights, {(input.Length > 0 ? $"{input}, " : "")}{slots}{StateParameters}{(step.IsTogether ? "" : ", nint step")})");
        using (writer.Block())
        {
            if (step.IsTogether)
                WriteTogether(writeStart);
            else
                WriteInTurns(writeStart, step.BlocksPerTurn, hasSlots: slots.Length > 0);
        }
    }

    private void WriteTogether(Action<int> writeStart)
    {
        writer.Line(LoopOverLanes);
        using (writer.Block())
        {
            writer.Line($"ref {Real} slot = ref At(ref slots, lane);");
            WriteSums(writeStart, layer.Blocks);
            for (int block = 0; block < layer.Blocks; block++)
            {
                for (int column = 0; column < plan.SumCount; column++)
                    writer.Store(Code.Name(Sum(block, column)), Slot(block, column));
            }
        }

        writer.Blank();
        writer.Line($"for (nint block = 0; block < {layer.Blocks}; block++)");
        writer.Line(LoopOverLanes);
        using (writer.Block())
        {
            writer.Line($"ref {Real} slot = ref {Address.Of("slots").Plus(new Amount(SlotBlock, "block")).Plus("lane")};");
            WriteUnits(Enumerable.Range(0, plan.SumCount).Select(c => Code.Load(Slot(0, c))));
        }
    }

    private void WriteInTurns(Action<int> writeStart, int blocks, bool hasSlots)
    {
        int turns = layer.Blocks / blocks;
        writer.Line($"for (nint turn = 0; turn < {turns}; turn++)");
        writer.Line(LoopOverLanes);
        using (writer.Block())
        {
            string turn = $"(step & 1) == 0 ? turn : {turns - 1} - turn";
            writer.Line($"nint block = {(blocks == 1 ? turn : $"{blocks} * ({turn})")};");
            if (hasSlots)
                writer.Line($"ref {Real} slot = ref {Address.Of("slots").Plus(new Amount(SlotBlock, "block")).Plus("lane")};");
            WriteSums(writeStart, blocks);
            for (int block = 0; block < blocks; block++)
                WriteUnits(Sums(block), block);
        }
    }

    private void WriteSums(Action<int> writeStart, int blocks)
    {
        writeStart(blocks);
        foreach (var group in layer.Step.Products)
            WriteProduct(group, KernelMemory.Previous(layer, group.Operand!.Index), blocks);
    }

    private void WriteUnits(IEnumerable<Code> sums, int block = 0) =>
        writer.Line($"{layer.Kernel}Units(ref weights, {(block == 0 ? "block" : $"(block + {block})")} * {Layout.Lanes} + lane, {string.Join(", ", sums)}, {string.Join(", ", States.Select(s => $"ref {KernelMemory.Previous(layer, s)}, ref {KernelMemory.Next(layer, s)}"))});");

    private IEnumerable<Code> Sums(int block) => Enumerable.Range(0, plan.SumCount).Select(c => Code.Name(Sum(block, c)));

    private Address Slot(int block, int column) => Address.Of("slot").Plus((block * SlotBlock) + (column * Layout.Lanes));

    private void WriteStartFromSlots(int blocks)
    {
        for (int block = 0; block < blocks; block++)
            writer.Line($"V {string.Join(", ", Enumerable.Range(0, plan.SumCount).Select(c => $"{Sum(block, c)} = {Code.Load(Slot(block, c))}"))};");
    }

    private void WriteStartFromInput(int blocks)
    {
        bool hasBias = layer.BiasOffsets.Length > 0;
        for (int rank = 0; rank < layer.BiasOffsets.Length; rank++)
            writer.Line($"ref {Real} bias{rank + 1} = ref {Parameter(layer.BiasOffsets[rank]).Plus(First(blocks, SumBlock)).Plus("lane")};");
        for (int block = 0; block < blocks; block++)
            writer.Line($"V {string.Join(", ", Enumerable.Range(0, plan.SumCount).Select(c => $"{Sum(block, c)} = {(hasBias ? Bias(0, block, c) : new("V.Zero"))}"))};");
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

        Code Bias(int rank, int block, int column) => Code.Load(Address.Of($"bias{rank + 1}").Plus((block * SumBlock) + (column * Layout.Lanes)));
    }

    private Address Parameter(int offset) => Address.Of("weights").Plus(offset - layer.FirstParameter);

    private void WriteProduct(PanelGroup group, string vector, int blocks)
    {
        int depth = layer.DepthOf(group), run = group.Columns * Layout.Lanes;
        string panel = $"panel{group.Index + 1}";
        string operand = group.Operand is null ? layer.Cell.Input : layer.Cell.States[group.Operand.Index];
        writer.Line($"// sums += {string.Join(", ", group.Matrices.Select(m => $"{layer.Cell.Parameters[m].Name} * {operand}"))}");
        bool isPicked = group.Operand is null && layer.Input.IsSymbols;
        var first = Parameter(layer.GroupOffsets[group.Index]).Plus(First(blocks, depth * run)).Plus(isPicked ? new Amount(run, "x") : 0).Plus("lane");
        writer.Line($"ref {Real} {panel} = ref {first};");
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

        IEnumerable<(string Sum, Code Weight)> Terms() => Enumerable.Range(0, blocks).SelectMany(block => Enumerable.Range(0, group.Columns).Select(column =>
            (Sum(block, group.FirstColumn + column), Code.Load(Address.Of(panel).Plus((block * depth * run) + (column * Layout.Lanes))))));
    }

    private void WriteEquations()
    {
        writer.Blank();
        writer.Line($"/// <summary>{Title}: what becomes of the sums of some units.</summary>");
        writer.Line($"{Api.Inlined}\nprivate static void {layer.Kernel}Units(ref {Real} weights, nint unit, {string.Join(", ", Sums(0).Select(s => $"V {s}"))}, {StateParameters})");
        using var block = writer.Block();
        var names = new NameTable();
        foreach (string name in Own.Concat(Sums(0).Select(s => s.Text)).Concat(KernelMemory.Of(layer, backward: false).Select(m => m.Name)))
            names.Take(name);
        var stores = plan.Forward[0].Stores.Where(s => s.Place == Place.NewState).ToList();
        var elementwise = new ElementwiseWriter(writer, names, Load, new KernelNames(layer).OfValue);
        elementwise.Count(stores.Select(s => s.Value));
        var equations = new EquationWriter(writer, layer);
        equations.WriteEquations(elementwise);
        equations.WriteStores(elementwise, stores, s => Unit(KernelMemory.Next(layer, s.Index)));
    }

    private Code? Load(Node node) => node.Op switch
    {
        Op.State => Code.Load(Unit(KernelMemory.Previous(layer, node.Index))),
        Op.PerUnit => Code.Load(Parameter(layer.VectorOffsets[node.Index]).Plus("unit")),
        Op.Sum => new(Sum(0, plan.Columns[node.Index])),
        _ => null,
    };

    private static Address Unit(string memory) => Address.Of(memory).Plus("unit");
}
