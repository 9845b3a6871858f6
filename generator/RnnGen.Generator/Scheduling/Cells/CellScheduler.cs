using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Scheduling.Cells;

/// <summary>Cuts a cell into stages and gives every value that outlives its stage a place.</summary>
internal sealed class CellScheduler
{
    private readonly CellGraph cell;
    private readonly Derivative derivative;
    private readonly Dictionary<Node, int> stages = [];
    private readonly HashSet<Node> kept = [];
    private readonly Dictionary<Node, int> slots = [];
    private readonly List<Stage> forward = [];
    private readonly List<Stage> backward = [];

    private CellScheduler(CellGraph cell)
    {
        this.cell = cell;
        derivative = Derivative.Of(cell);
    }

    public static CellPlan Schedule(CellGraph cell) => new CellScheduler(cell).Schedule();

    private CellPlan Schedule()
    {
        foreach (var node in cell.Graph.Nodes)
            StageOf(node);
        FindKept();
        var order = ColumnOrder();
        var columns = new int[cell.Sums.Count];
        for (int column = 0; column < order.Count; column++)
            columns[order[column].Index] = column;
        var groups = PanelGrouping.Of(order, derivative.Operands);

        PlanBackward(columns, groups);
        int slotCount = AssignSlots(columns);
        PlanForward(groups, columns);
        return new CellPlan
        {
            Cell = cell,
            Derivative = derivative,
            Columns = columns,
            Groups = groups,
            Forward = forward,
            Backward = backward,
            Stages = stages,
            Slots = slots,
            // A cell without input may have no sum at all; memory of no size would be a case of its own everywhere.
            SlotCount = Math.Max(slotCount, 1),
        };
    }

    private int StageOf(Node node)
    {
        if (!stages.TryGetValue(node, out int stage))
        {
            stage = node.Op == Op.Sum
                ? cell.Sums[node.Index].Products.Select(p => p.Operand is { Op: not Op.State } operand ? StageOf(operand) + 1 : 0)
                    .DefaultIfEmpty(0).Max()
                : node.Arguments.Select(StageOf).DefaultIfEmpty(0).Max() + (node.Op == Op.Normalize ? 1 : 0);
            stages[node] = stage;
        }

        return stage;
    }

    /// <summary>The values that memory must hold: what the backward pass reads, and what a later stage reads.</summary>
    private void FindKept()
    {
        var roots = new Queue<Node>(cell.Results.Concat(derivative.Operands).Concat(derivative.Saved));
        foreach (var node in derivative.Saved)
            kept.Add(node);
        var visited = new HashSet<(Node, int)>();
        while (roots.Count > 0)
        {
            var root = roots.Dequeue();
            // What is normalised is stored by the stage before.
            int stage = stages[root] - (root.Op == Op.Normalize ? 1 : 0);
            foreach (var argument in root.Arguments)
                Visit(argument, stage);
        }

        void Visit(Node node, int stage)
        {
            if (node.Op == Op.Normalize || !visited.Add((node, stage)))
                return;
            if (stages[node] < stage && (IsPlaced(node) || node.IsExpensive))
            {
                if (!IsPlaced(node) && kept.Add(node))
                    roots.Enqueue(node);
                return;
            }

            foreach (var argument in node.Arguments)
                Visit(argument, stage);
        }
    }

    /// <summary>True if it has memory of its own, as a new state or a computed operand.</summary>
    private bool IsPlaced(Node node) => cell.Results.Contains(node) || derivative.Operands.Contains(node);

    /// <summary>
    /// Sums of the input alone first, those without the input last: then what each operand feeds lies together. Otherwise as the fields are
    /// declared.
    /// </summary>
    private List<Sum> ColumnOrder()
    {
        return [.. cell.Sums.OrderBy(s => Rank(s))
            .ThenBy(s => s.Products.Select(p => p.Operand?.Id ?? -1).DefaultIfEmpty(-1).Max())
            .ThenBy(s => s.Products.Select(p => p.Matrix).DefaultIfEmpty(-1).Min())];

        static int Rank(Sum sum)
        {
            bool input = sum.AddsInput || sum.Products.Any(p => p.Operand is null);
            return !input ? 2 : sum.Products.Any(p => p.Operand is not null) ? 1 : 0;
        }
    }

    private void PlanBackward(int[] columns, IReadOnlyList<PanelGroup> groups)
    {
        var written = new HashSet<int>();
        for (int sum = 0; sum < columns.Length; sum++)
        {
            // A sum that constants cancelled has no gradient; its matrices' gradients are then 0, not whatever the slot holds.
            var gradient = derivative.SumGradients[sum] ?? derivative.Graph.Constant(0);
            BackwardStage(StageOfGradient(gradient)).Stores.Add(new Store(gradient, Place.Slot, columns[sum]));
        }

        // The first state's gradient is that of the layer's output too, so there is always something to add to.
        for (int state = 0; state < derivative.StateGradients.Length; state++)
        {
            foreach (var terms in derivative.StateGradients[state].GroupBy(t => derivative.Stages[t]).OrderBy(g => g.Key))
            {
                var value = terms.Aggregate(derivative.Graph.Add);
                derivative.Stages[value] = terms.Key;
                BackwardStage(terms.Key).Stores.Add(new Store(
                    value, Place.StateGradient, state, Accumulate: state == 0 || !written.Add(state)));
            }
        }

        foreach (var pair in derivative.ParameterGradients)
            BackwardStage(derivative.Stages[pair.Value]).Stores.Add(
                new Store(pair.Value, Place.ParameterGradient, pair.Key, Accumulate: true));

        foreach (var pair in derivative.NormalizeGradients)
        {
            BackwardStage(derivative.Stages[pair.Value]).Stores.Add(new Store(pair.Value, Place.OperandGradient, pair.Key));
            BackwardStage(derivative.Stages[pair.Value] + 1).Normalized.Add(pair.Key);
        }

        foreach (var group in groups.Where(g => g.Operand is { Op: not Op.State }))
        {
            var leaf = derivative.Graph.Leaf(Op.OperandGradient, derivative.Operands.IndexOf(group.Operand!));
            BackwardStage(derivative.Stages[leaf]).Products.Add(group);
        }
    }

    /// <summary>
    /// Slots: a sum has one; what is kept may take over one whose sum nobody reads again, first of all that of the sum it is a function of;
    /// the rest gets slots of its own. The backward pass writes the sums' gradients over them, so a value that a later backward stage still
    /// reads must not lie there.
    /// </summary>
    private int AssignSlots(int[] columns)
    {
        int count = columns.Length;
        var free = new HashSet<Node>(cell.Graph.Nodes.Where(n => n.Op == Op.Sum && !IsPlaced(n) && !kept.Contains(n)));
        var unplaced = kept.Where(n => !IsPlaced(n)).OrderBy(n => n.Id).ToList();
        foreach (var node in unplaced.Where(n => n.Op == Op.Sum && SurvivesIn(n.Index, n)))
            slots[node] = columns[node.Index];
        foreach (var node in unplaced)
            TakeOver(node, node.Arguments.Take(1));
        foreach (var node in unplaced)
            TakeOver(node, free.OrderBy(s => columns[s.Index]));
        foreach (var node in unplaced.Where(n => !slots.ContainsKey(n)))
            slots[node] = count++;
        return count;

        void TakeOver(Node node, IEnumerable<Node> sums)
        {
            if (slots.ContainsKey(node)
                || sums.FirstOrDefault(s => free.Contains(s) && stages[s] <= stages[node] && SurvivesIn(s.Index, node)) is not { } sum)
                return;
            free.Remove(sum);
            slots[node] = columns[sum.Index];
        }
    }

    /// <summary>True if no backward stage reads the node after the sum's gradient has been written over it.</summary>
    private bool SurvivesIn(int sum, Node node)
    {
        int overwritten = derivative.SumGradients[sum] is { } gradient ? StageOfGradient(gradient) : 0;
        var visited = new HashSet<Node>();
        for (int stage = overwritten + 1; stage < backward.Count; stage++)
        {
            if (backward[stage].Stores.Any(s => Reads(s.Value)))
                return false;
        }

        return true;

        // A node that was looked into once need not be again: shared expressions would multiply.
        bool Reads(Node expression) =>
            visited.Add(expression) && ((expression.Op == Op.Saved && expression.Index == node.Id) || expression.Arguments.Any(Reads));
    }

    private void PlanForward(IReadOnlyList<PanelGroup> groups, int[] columns)
    {
        foreach (var group in groups.Where(g => g.Operand is not null))
            ForwardStage(group.Operand!.Op == Op.State ? 0 : stages[group.Operand] + 1).Products.Add(group);
        foreach (var pair in slots.Where(p => p.Key.Op != Op.Sum || p.Value != columns[p.Key.Index]).OrderBy(p => p.Value))
            ForwardStage(stages[pair.Key]).Stores.Add(new Store(pair.Key, Place.Slot, pair.Value));
        for (int operand = 0; operand < derivative.Operands.Count; operand++)
        {
            var node = derivative.Operands[operand];
            if (node.Op == Op.Normalize)
            {
                ForwardStage(stages[node] - 1).Stores.Add(new Store(node.Arguments[0], Place.Operand, operand));
                ForwardStage(stages[node]).Normalized.Add(operand);
            }
            else if (node.Op != Op.Deviation)
            {
                ForwardStage(stages[node]).Stores.Add(new Store(node, Place.Operand, operand));
            }
        }

        // The first state, the layer's output, is stored last: that is how one reads a cell.
        for (int state = cell.Results.Length - 1; state >= 0; state--)
            ForwardStage(stages[cell.Results[state]]).Stores.Add(new Store(cell.Results[state], Place.NewState, state));
    }

    private int StageOfGradient(Node node) => derivative.Stages.TryGetValue(node, out int stage) ? stage : 0;

    private Stage ForwardStage(int index) => At(forward, index);

    private Stage BackwardStage(int index) => At(backward, index);

    private static Stage At(List<Stage> list, int index)
    {
        while (list.Count <= index)
            list.Add(new Stage());
        return list[index];
    }
}
