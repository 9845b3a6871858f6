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
        foreach (var group in plan.Groups.Where(g => g.Operand is not null))
            writer.Line(Shape(layer, group));
        writer.Blank();
        WriteForward();
        writer.Blank();
        if (!model.Format.IsCompressed)
            WriteBackward();
        if (layer.FitsRegisters)
            new StepKernelWriter(writer, model, layer).WriteShared();
    }

    /// <summary>The layers that share kernels share the shapes of what these multiply; the input's matrix is each layer's own.</summary>
    public static string ShapeName(LayerLayout layer, PanelGroup group) => (group.Operand is null ? $"{layer.Name}Input" : $"{layer.Kernel}Recurrent") + NumberAmong(layer.Plan.Groups.Where(g => g.Operand is null == group.Operand is null), group);

    public static string Shape(LayerLayout layer, PanelGroup group) =>
        $"private static {Api.Panels}.Shape {ShapeName(layer, group)} => new(Depth: {layer.DepthOf(group)}, Blocks: {layer.Blocks}, Columns: {group.Columns}, BlockStride: {layer.Plan.SlotCount * Layout.Lanes}, RowStride: {layer.SlotRow});";

    /// <summary>
    /// Whether kernels take <c>hasPast</c>: if it is false, the states before are zeros, and there is no product with them; or going back, nobody wants their gradients, and there is none for these.
    /// </summary>
    public static bool TakesPast(ModelLayout model, LayerLayout layer) => !model.Format.IsCompressed && layer.Plan.StateGroups.Any();

    private static string NumberAmong(IEnumerable<PanelGroup> groups, PanelGroup group)
    {
        var list = groups.ToList();
        return list.Count == 1 ? "" : $"{list.IndexOf(group) + 1}";
    }

    private void WriteForward()
    {
        writer.Line($"""
            /// <summary>
            /// {layer.Cell.Name} of {layer.Hidden} units, one step of some rows. The slots hold the part of the sums that does not depend on the step before{(model.Format.IsCompressed ? "." : ";\n/// they are left holding what the derivative needs.")}{(TakesPast(model, layer) ? "\n/// Without a past, the states before are zeros, and have no product." : "")}
            /// </summary>
            """);
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
        var names = NamesOf(backward: false);
        foreach (int operand in stage.Normalized)
            writer.Line($"{Api.Numerics}.Normalization.Forward<V, {Real}>(rows, {layer.Hidden}, {layer.Padded}, ref {KernelMemory.Operand(operand)}, ref {Deviation(operand)});");
        // Vectors are made ready for a compressed matrix once, not for each block.
        foreach (var group in stage.Products.Where(_ => model.Format.IsCompressed))
        {
            writer.Line($"// {Describe(group)}");
            writer.Line($"{Api.Panels}.ProjectMore<V, {Real}>({ShapeName(layer, group)}, rows, ref {OperandOf(group)}, {layer.Padded}, ref {Matrix(group)}, ref {Slot(group.FirstColumn)});");
        }

        using (writer.Block($"for (nint block = 0; block < {layer.Blocks}; block++)"))
        {
            foreach (var group in stage.Products.Where(_ => !model.Format.IsCompressed))
            {
                writer.Line($"// {Describe(group)}");
                string unlessZero = group.Operand!.Op == Op.State ? "if (hasPast)\n    " : "";
                writer.Line($"{unlessZero}{Api.Panels}.Accumulate<V, {Real}>({ShapeName(layer, group)}, rows, ref {OperandOf(group)}, {layer.Padded}, ref {Matrix(group).Plus(Block(BlockSize(group)))}, ref {Slot(group.FirstColumn).Plus(Block(BlockStride))});");
            }

            // What the last stage leaves in slots is the derivative's.
            var stores = model.Format.IsCompressed && index == plan.Forward.Count - 1 ? stage.Stores.Where(s => s.Place != Place.Slot).ToList() : stage.Stores;
            var elementwise = new ElementwiseWriter(writer, names, n => LoadForward(n, index), called.OfValue);
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
        writer.Line($"""
            /// <summary>
            /// {layer.Cell.Name} of {layer.Hidden} units, one step back: from the gradients of the new states to those of the previous ones, and the sums' gradients
            /// over the sums' slots.{(TakesPast(model, layer) ? "\n/// Without a past, nobody wants the gradients of the previous states." : "")}
            /// </summary>
            """);
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
            writer.Line($"{Api.Numerics}.Normalization.Backward<V, {Real}>(rows, {layer.Hidden}, {layer.Padded}, ref {KernelMemory.Operand(operand)}, ref {Deviation(operand)}, ref {KernelMemory.OperandGradient(operand)});");
        foreach (var group in stage.Products)
            WriteTransposed(group, KernelMemory.OperandGradient(plan.Derivative.Operands.IndexOf(group.Operand!)));

        if (stage.Stores.Count == 0)
            return;
        writer.Blank();
        var names = NamesOf(backward: true);
        var derivative = plan.Derivative;
        var elementwise = new ElementwiseWriter(writer, names, LoadBackward, called.OfGradient);
        elementwise.Count(stage.Stores.Select(s => s.Value));
        using (writer.Block($"for (nint block = 0; block < {layer.Blocks}; block++)"))
        using (LoopOverUnits())
        {
            foreach (var (equation, node) in cell.Equations.Reverse<(Equation, Node)>())
            {
                var pending = derivative.Adjoints.Where(a => a.Value == node.Name && elementwise.IsPending(a.Key)).Select(a => a.Key).ToList();
                if (pending.Count == 0)
                    continue;
                writer.Line($"// back through {equation.Name} = {equation.Value}");
                foreach (var adjoint in pending)
                    elementwise.Define(adjoint);
            }

            equations.WriteStores(elementwise, stage.Stores, Target);
        }

        foreach (var store in stage.Stores.Where(s => s.Place == Place.Slot))
        {
            if (layer.WidthOf(store.Index) != layer.Padded)
                writer.Line($"{Api.Panels}.ClearPadding<{Real}>(new(0, {layer.Blocks}, 1, {BlockStride}, {layer.SlotRow}), rows, {layer.WidthOf(store.Index)}, ref {Slot(store.Index)});");
        }
    }

    private void WriteStateProducts()
    {
        foreach (var group in plan.StateGroups)
        {
            writer.Blank();
            WriteTransposed(group, KernelMemory.PreviousGradient(layer, group.Operand!.Index), "if (hasPast)\n    ");
        }

        foreach (int state in plan.StatesWithoutGradient)
        {
            writer.Line($"// Nothing depends on the previous {layer.StateName(state)}.");
            writer.Line($"{Api.Span}(ref {KernelMemory.PreviousGradient(layer, state)}, rows * {layer.Padded}).Clear();");
        }
    }

    private void WriteTransposed(PanelGroup group, string target, string condition = "")
    {
        bool accumulate = plan.AddsToOperand(group);
        writer.Line($"// {target} {(accumulate ? "+=" : "=")} {string.Join(" + ", group.Matrices.Select(m => $"{layer.Cell.Parameters[m].Name}ᵀ·d"))}");
        writer.Line($"{condition}{Api.Panels}.Transposed<V, {Real}>({ShapeName(layer, group)}, rows, ref {Slot(group.FirstColumn)}, ref {Address.Of("transposed").Plus(layer.TransposedOffsets[group.Index] - layer.FirstTransposed)}, ref {target}, {layer.Padded}, accumulate: {(accumulate ? "true" : "false")});");
    }

    private void WriteSignature(string what, bool backward) =>
        writer.Line($"{Api.Optimized}\nprivate static void {layer.Kernel}{what}(int rows, {(TakesPast(model, layer) ? "bool hasPast, " : "")}{string.Join(", ", KernelMemory.Of(layer, backward).Select(m => $"ref {Real} {m.Name}"))})");

    private CodeWriter.Closing LoopOverUnits()
    {
        writer.Line("for (nint row = 0; row < rows; row++)");
        writer.Line($"for (nint lane = 0; lane < {Layout.Lanes}; lane += V.Count)");
        var block = writer.Block();
        writer.Line($"ref {Real} slot = ref {Address.Of("slots").Plus(new Amount(layer.SlotRow, "row")).Plus(Block(BlockStride)).Plus("lane")};");
        writer.Line($"nint unit = row * {layer.Padded} + block * {Layout.Lanes} + lane;");
        return block;
    }

    private NameTable NamesOf(bool backward)
    {
        var names = new NameTable();
        foreach (var memory in KernelMemory.Of(layer, backward))
            names.Take(memory.Name);
        return names;
    }

    /// <summary>How a stage of the forward pass reads what it does not compute.</summary>
    private Code? LoadForward(Node node, int stage)
    {
        if (node.Op is Op.State)
            return Code.Load(Unit(KernelMemory.Previous(layer, node.Index)));
        if (node.Op is Op.PerUnit)
            return Code.Load(Vector("weights", node.Index));
        if (node.Op is Op.Normalize)
            return LoadPlaced(node);
        if (node.Op is Op.Noise)
            return Code.Load(Unit(KernelMemory.Noise(node.Index)));
        if (node.Op is Op.Sum && (plan.Stages[node] == stage || !plan.Slots.ContainsKey(node)))
            return Code.Load(InSlot(plan.Columns[node.Index]));
        bool isOver = plan.Stages[node] < stage && node.Op != Op.Constant;
        return isOver && (plan.Slots.ContainsKey(node) || cell.Results.Contains(node) || plan.Derivative.Operands.Contains(node)) ? LoadPlaced(node) : null;
    }

    private Code? LoadBackward(Node node) => node.Op switch
    {
        Op.State => Code.Load(Unit(KernelMemory.Previous(layer, node.Index))),
        Op.PerUnit => Code.Load(Vector("weights", node.Index)),
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

    private static Address InSlot(int column) => Address.Of("slot").Plus(column * Layout.Lanes);

    /// <summary>A vector parameter or its gradient, which all rows share.</summary>
    private Address Vector(string memory, int parameter) => Address.Of(memory).Plus(layer.VectorOffsets[parameter] - layer.FirstParameter).Plus(Block(Layout.Lanes)).Plus("lane");

    private Address Matrix(PanelGroup group) => Address.Of("weights").Plus(layer.GroupOffsets[group.Index] - layer.FirstParameter);

    /// <summary>A column of sums.</summary>
    private static Address Slot(int column) => Address.Of("slots").Plus(column * Layout.Lanes);

    private static Amount Block(int size) => new(size, "block");

    private string Deviation(int operand) => KernelMemory.Operand(plan.Derivative.DeviationOf(plan.Derivative.Operands[operand]));

    private string OperandOf(PanelGroup group) =>
        group.Operand!.Op == Op.State ? KernelMemory.Previous(layer, group.Operand.Index) : KernelMemory.Operand(plan.Derivative.Operands.IndexOf(group.Operand));

    private string Describe(PanelGroup group)
    {
        string operand = group.Operand is { Op: Op.State } state ? layer.Cell.States[state.Index] : group.Operand?.Name ?? KernelMemory.Operand(plan.Derivative.Operands.IndexOf(group.Operand!));
        return "sums += " + string.Join(", ", group.Matrices.Select(m => $"{layer.Cell.Parameters[m].Name} * {operand}"));
    }

    private int BlockStride => plan.SlotCount * Layout.Lanes;

    private int BlockSize(PanelGroup group) => layer.DepthOf(group) * group.Columns * Layout.Lanes;
}
