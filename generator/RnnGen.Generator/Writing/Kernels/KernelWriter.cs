using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Cells;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>Writes the two kernels of a layer: one step forward and one step back, for any number of rows.</summary>
internal sealed class KernelWriter(CodeWriter writer, ModelLayout model, LayerLayout layer)
{
    private readonly CellPlan plan = layer.Plan;
    private readonly CellGraph cell = layer.Plan.Cell;
    private readonly KernelNames called = new(layer);
    private readonly EquationWriter equations = new(writer, layer);

    private string Real => model.Real;

    public void Write()
    {
        WriteForward();
        writer.Blank();
        if (!model.Format.IsCompressed)
            WriteBackward();
        if (layer.FitsRegisters)
            new StepKernelWriter(writer, model, layer).WriteShared();
    }

    /// <summary>The layers that share kernels share the shapes of what these multiply; the input's matrix is each layer's own.</summary>
    public static string ShapeName(LayerLayout layer, PanelGroup group) =>
        (group.Operand is null ? $"{layer.Name}Input" : $"{layer.Kernel}Recurrent")
            + NumberAmong(layer.Plan.Groups.Where(g => g.Operand is null == group.Operand is null), group);

    /// <summary>The declaration of a shape.</summary>
    public static string Shape(LayerLayout layer, PanelGroup group) =>
        $"public static Panels.Shape {ShapeName(layer, group)} => new(Depth: {layer.DepthOf(group)}, Blocks: {layer.Blocks}, Columns: "
        + $"{group.Columns}, BlockStride: {layer.Plan.SlotCount * Panel.Lanes}, RowStride: {layer.SlotRow});";

    /// <summary>
    /// True if kernels take <c>hasPast</c>: if it is false, the states before are zeros, and there is no product with them; or going back,
    /// nobody wants their gradients, and there is none for these.
    /// </summary>
    public static bool TakesPast(ModelLayout model, LayerLayout layer) => !model.Format.IsCompressed && layer.Plan.StateGroups.Any();

    private static string NumberAmong(IEnumerable<PanelGroup> groups, PanelGroup group)
    {
        var list = groups.ToList();
        return list.Count == 1 ? "" : $"{list.IndexOf(group) + 1}";
    }

    private void WriteForward()
    {
        string[] more = [
            .. model.Format.IsCompressed ? (string[])[] : ["They are left holding what the derivative needs."],
            .. TakesPast(model, layer) ? (string[])["Without a past, the states before are zeros, and have no product."] : []
        ];
        writer.Summary([
            $"{layer.Cell.Name} of {layer.Hidden} units, one step of some rows. The slots hold the part of the sums that does not depend "
            + "on the step before.",
            .. more
        ]);
        WriteSignature("Forward", backward: false);
        using (writer.Block())
        {
            for (int stage = 0; stage < plan.Forward.Count; stage++)
            {
                writer.Blank();
                WriteForwardStage(stage);
            }
        }
    }

    private void WriteForwardStage(int index)
    {
        var stage = plan.Forward[index];
        foreach (int operand in stage.Normalized)
            writer.Call(
                $"Normalization.Forward<V, {Real}>", "rows", layer.Hidden, layer.Padded, Address.Of(KernelMemory.Operand(operand)),
                Address.Of(Deviation(operand)));
        // Vectors are made ready for a compressed matrix once, not for each block.
        foreach (var group in stage.Products.Where(_ => model.Format.IsCompressed))
        {
            writer.Comment(Describe(group));
            writer.Call(
                $"Panels.ProjectMore<V, {Real}>", ShapeOf(group), "rows", OperandOf(group), layer.Padded, Matrix(group),
                Slot(group.FirstColumn));
        }

        using (LoopOverBlocks())
        {
            foreach (var group in stage.Products.Where(_ => !model.Format.IsCompressed))
            {
                writer.Comment(Describe(group));
                using (writer.Under(group.Operand!.Op == Op.State ? "if (hasPast)" : null))
                    writer.Call(
                        $"Panels.Accumulate<V, {Real}>", ShapeOf(group), "rows", OperandOf(group), layer.Padded,
                        Matrix(group).Plus(Block(BlockSize(group))), Slot(group.FirstColumn).Plus(Block(BlockStride)));
            }

            // What the last stage leaves in slots is the derivative's.
            var stores = model.Format.IsCompressed && index == plan.Forward.Count - 1
                ? stage.Stores.Where(s => s.Place != Place.Slot).ToList()
                : stage.Stores;
            var elementwise = new ElementwiseWriter(writer, NamesOf(backward: false), n => LoadForward(n, index), called.OfValue);
            elementwise.Count(stores.Select(s => s.Value));
            using (LoopOverUnits())
            {
                equations.WriteEquations(elementwise);
                equations.WriteStores(elementwise, stores, Target);
            }
        }
    }

    private void WriteBackward()
    {
        string[] more = TakesPast(model, layer) ? ["Without a past, nobody wants the gradients of the previous states."] : [];
        writer.Summary([
            $"{layer.Cell.Name} of {layer.Hidden} units, one step back: from the gradients of the new states to those of the previous "
            + "ones, and the sums' gradients over the sums' slots.",
            .. more
        ]);
        WriteSignature("Backward", backward: true);
        using (writer.Block())
        {
            for (int stage = 0; stage < plan.Backward.Count; stage++)
                WriteBackwardStage(stage);
            WriteStateProducts();
        }
    }

    private void WriteBackwardStage(int index)
    {
        var stage = plan.Backward[index];
        foreach (int operand in stage.Normalized)
        {
            writer.Call(
                $"Normalization.Backward<V, {Real}>", "rows", layer.Hidden, layer.Padded,
                Address.Of(KernelMemory.Operand(operand)), Address.Of(Deviation(operand)),
                Address.Of(KernelMemory.OperandGradient(operand)));
        }

        writer.Blank();
        foreach (var group in stage.Products)
            WriteTransposed(group, KernelMemory.OperandGradient(plan.Derivative.Operands.IndexOf(group.Operand!)));
        if (stage.Stores.Count == 0)
            return;
        writer.Blank();
        var elementwise = new ElementwiseWriter(writer, NamesOf(backward: true), LoadBackward, called.OfGradient);
        elementwise.Count(stage.Stores.Select(s => s.Value));
        using (LoopOverBlocks())
        using (LoopOverUnits())
            equations.WriteBackward(elementwise, stage.Stores, Target);

        foreach (var store in stage.Stores.Where(s => s.Place == Place.Slot && layer.WidthOf(s.Index) != layer.Padded))
            writer.Call(
                $"Panels.ClearPadding<{Real}>", $"new(0, {layer.Blocks}, 1, {BlockStride}, {layer.SlotRow})", "rows",
                layer.WidthOf(store.Index), Slot(store.Index));
    }

    private void WriteStateProducts()
    {
        foreach (var group in plan.StateGroups)
        {
            writer.Blank();
            WriteTransposed(group, KernelMemory.PreviousGradient(layer, group.Operand!.Index), "if (hasPast)");
        }

        foreach (int state in plan.StatesWithoutGradient)
        {
            writer.Line($"// Nothing depends on the previous {layer.StateName(state)}.");
            writer.Line($"MemoryMarshal.CreateSpan(ref {KernelMemory.PreviousGradient(layer, state)}, "
                + $"{new Amount(layer.Padded, "rows")}).Clear();");
        }
    }

    private void WriteTransposed(PanelGroup group, string target, string? condition = null)
    {
        bool adds = plan.AddsToOperand(group);
        var copy = Address.Of("transposed").Plus(model.TransposedOffsets.InKernel(layer, group));
        writer.Comment($"{target} {(adds ? "+=" : "=")} "
            + $"{string.Join(" + ", group.Matrices.Select(m => $"{layer.Cell.Parameters[m].Name}ᵀ·d"))}");
        using (writer.Under(condition))
            writer.Call(
                $"Panels.Transposed<V, {Real}>", ShapeOf(group), "rows", Slot(group.FirstColumn), copy, Address.Of(target), layer.Padded,
                $"accumulate: {CodeWriter.Argument(adds)}");
    }

    private void WriteSignature(string what, bool backward)
    {
        writer.Line(Api.Optimized);
        string[] first = TakesPast(model, layer) ? ["int rows", "bool hasPast"] : ["int rows"];
        writer.List(
            $"private static void {layer.Kernel}{what}(",
            first.Concat(KernelMemory.Of(layer, backward).Select(m => $"ref {Real} {m.Name}")), ")");
    }

    /// <summary>A single block needs no loop.</summary>
    private CodeWriter.Closing LoopOverBlocks() =>
        layer.Blocks == 1 ? default : writer.Block($"for (nint block = 0; block < {layer.Blocks}; block++)");

    private CodeWriter.Closing LoopOverUnits()
    {
        writer.Line("for (nint row = 0; row < rows; row++)");
        writer.Line($"for (nint lane = 0; lane < {Panel.Lanes}; lane += V.Count)");
        var block = writer.Block();
        writer.Line($"ref {Real} slot = ref "
            + $"{Address.Of("slots").Plus(new Amount(layer.SlotRow, "row")).Plus(Block(BlockStride)).Plus("lane")};");
        writer.Line($"nint unit = {Amount.Sum(new(layer.Padded, "row"), Block(Panel.Lanes), "lane")};");
        return block;
    }

    private NameTable NamesOf(bool backward)
    {
        var names = new NameTable();
        foreach (var memory in KernelMemory.Of(layer, backward))
            names.Take(memory.Name);
        return names;
    }

    /// <summary>Reads a node that a stage of the forward pass does not compute itself.</summary>
    private Code? LoadForward(Node node, int stage)
    {
        if (node.Op is Op.State)
            return Code.Load(Unit(KernelMemory.Previous(layer, node.Index)));
        if (node.Op is Op.PerUnit)
            return LoadVector(node.Index);
        if (node.Op is Op.Normalize)
            return LoadPlaced(node);
        if (node.Op is Op.Noise)
            return Code.Load(Unit(KernelMemory.Noise(node.Index)));
        if (node.Op is Op.Sum && (plan.Stages[node] == stage || !plan.Slots.ContainsKey(node)))
            return Code.Load(InSlot(plan.Columns[node.Index]));
        bool isOver = plan.Stages[node] < stage && node.Op != Op.Constant;
        return isOver && (plan.Slots.ContainsKey(node) || cell.Results.Contains(node) || plan.Derivative.Operands.Contains(node))
            ? LoadPlaced(node)
            : null;
    }

    private Code? LoadBackward(Node node) => node.Op switch
    {
        Op.State => Code.Load(Unit(KernelMemory.Previous(layer, node.Index))),
        Op.PerUnit => LoadVector(node.Index),
        Op.Noise => Code.Load(Unit(KernelMemory.Noise(node.Index))),
        Op.Saved => LoadPlaced(cell.Graph.Nodes[node.Index]),
        Op.StateGradient => Code.Load(Unit(KernelMemory.NextGradient(layer, node.Index))),
        Op.OperandGradient or Op.NormalizeGradient => Code.Load(Unit(KernelMemory.OperandGradient(node.Index))),
        _ => null,
    };

    private Code LoadPlaced(Node node)
    {
        var (place, index) = plan.Find(node);
        return Code.Load(AddressOf(place, index));
    }

    /// <summary>A value's place, for the units at hand.</summary>
    private Address AddressOf(Place place, int index) => place switch
    {
        Place.Slot => InSlot(index),
        Place.NewState => Unit(KernelMemory.Next(layer, index)),
        Place.Operand => Unit(KernelMemory.Operand(index)),
        Place.OperandGradient => Unit(KernelMemory.OperandGradient(index)),
        Place.StateGradient => Unit(KernelMemory.PreviousGradient(layer, index)),
        _ => Vector("gradients", index),
    };

    private Address Target(Store store) => AddressOf(store.Place, store.Index);

    private static Address Unit(string memory) => Address.Of(memory).Plus("unit");

    private static Address InSlot(int column) => Address.Of("slot").Plus(column * Panel.Lanes);

    /// <summary>A vector parameter or its gradient, which all rows share.</summary>
    private Address Vector(string memory, int parameter) =>
        Address.Of(memory).Plus(model.Offsets.InKernel(layer, parameter)).Plus(Block(Panel.Lanes)).Plus("lane");

    private Code LoadVector(int parameter) =>
        KernelMemory.Parameter(layer, parameter, model.Offsets.InKernel(layer, parameter), Block(Panel.Lanes), "lane");

    private Address Matrix(PanelGroup group) => Address.Of("weights").Plus(model.Offsets.InKernel(layer, group));

    /// <summary>A column of sums.</summary>
    private static Address Slot(int column) => Address.Of("slots").Plus(column * Panel.Lanes);

    private Amount Block(int size) => layer.Blocks == 1 ? 0 : new Amount(size, "block");

    private string ShapeOf(PanelGroup group) => $"Shapes.{ShapeName(layer, group)}";

    private string Deviation(int operand) => KernelMemory.Operand(plan.Derivative.DeviationOf(plan.Derivative.Operands[operand]));

    private Address OperandOf(PanelGroup group) =>
        Address.Of(group.Operand!.Op == Op.State
            ? KernelMemory.Previous(layer, group.Operand.Index)
            : KernelMemory.Operand(plan.Derivative.Operands.IndexOf(group.Operand)));

    private string Describe(PanelGroup group)
    {
        var operand = group.Operand is { Op: Op.State } state
            ? layer.Cell.States[state.Index]
            : group.Operand?.Name ?? KernelMemory.Operand(plan.Derivative.Operands.IndexOf(group.Operand!));
        return "sums += " + string.Join(", ", group.Matrices.Select(m => $"{layer.Cell.Parameters[m].Name} * {operand}"));
    }

    private int BlockStride => plan.SlotCount * Panel.Lanes;

    private int BlockSize(PanelGroup group) => layer.DepthOf(group) * group.Columns * Panel.Lanes;
}
