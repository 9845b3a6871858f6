using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Cells;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>A parameter of a layer's kernels: what it points to, and what it is called.</summary>
internal sealed record KernelMemory(MemoryKind Kind, int Index, string Name)
{
    /// <summary>The parameters of a layer's kernel in their order: all that it reads or writes.</summary>
    public static IEnumerable<KernelMemory> Of(LayerLayout layer, bool backward)
    {
        var plan = layer.Plan;
        var derivative = plan.Derivative;
        var leaves = Reads.Of((backward ? plan.Backward : plan.Forward).SelectMany(s => s.Stores)
            .Where(s => !layer.Format.IsCompressed || s.Place != Place.Slot).Select(s => s.Value));
        var found = backward ? leaves.Where(n => n.Op == Op.Saved).Select(n => plan.Find(plan.Cell.Graph.Nodes[n.Index])).ToList() : [];
        bool hasProducts = plan.Groups.Any(g => g.Operand is not null);
        return All().Where(m => m.Kind switch
        {
            MemoryKind.Weights => IsRead(Op.PerUnit) || (hasProducts && !backward),
            MemoryKind.Transposed => hasProducts,
            MemoryKind.Gradients => layer.VectorOffsets.Count > 0,
            MemoryKind.PreviousState => IsRead(Op.State, m.Index) || (!backward && plan.StateGroups.Any(g => g.Operand!.Index == m.Index)),
            MemoryKind.NextState => !backward || found.Contains((Place.NewState, m.Index)),
            MemoryKind.Operand => !backward || found.Contains((Place.Operand, m.Index)) || IsNormalized(m.Index),
            MemoryKind.Noise => IsRead(Op.Noise, m.Index),
            MemoryKind.NextStateGradient => IsRead(Op.StateGradient, m.Index),
            _ => true,
        });

        bool IsRead(Op op, int? index = null) => leaves.Any(n => n.Op == op && (index is null || n.Index == index));

        bool IsNormalized(int operand) =>
            plan.Backward.SelectMany(s => s.Normalized).Any(n => n == operand || derivative.DeviationOf(derivative.Operands[n]) == operand);

        IEnumerable<KernelMemory> All()
        {
            yield return new(MemoryKind.Weights, 0, "weights");
            if (backward)
            {
                yield return new(MemoryKind.Transposed, 0, "transposed");
                yield return new(MemoryKind.Gradients, 0, "gradients");
            }

            yield return new(MemoryKind.Slots, 0, "slots");
            for (int state = 0; state < layer.States; state++)
            {
                yield return new(MemoryKind.PreviousState, state, Previous(layer, state));
                yield return new(MemoryKind.NextState, state, Next(layer, state));
            }

            for (int operand = 0; operand < derivative.Operands.Count; operand++)
                yield return new(MemoryKind.Operand, operand, Operand(operand));
            for (int noise = 0; noise < layer.Cell.Noises.Count; noise++)
                yield return new(MemoryKind.Noise, noise, Noise(noise));
            for (int state = 0; backward && state < layer.States; state++)
            {
                yield return new(MemoryKind.PreviousStateGradient, state, PreviousGradient(layer, state));
                yield return new(MemoryKind.NextStateGradient, state, NextGradient(layer, state));
            }

            for (int operand = 0; backward && operand < derivative.Operands.Count; operand++)
                yield return new(MemoryKind.OperandGradient, operand, OperandGradient(operand));
        }
    }

    /// <summary>The states among the parameters of a step forward.</summary>
    public static IEnumerable<KernelMemory> StatesOf(LayerLayout layer) =>
        Of(layer, backward: false).Where(m => m.Kind is MemoryKind.PreviousState or MemoryKind.NextState);

    public static string Previous(LayerLayout layer, int state) => $"{layer.StateName(state)}Prev";

    public static string Next(LayerLayout layer, int state) => $"{layer.StateName(state)}Next";

    public static string Operand(int operand) => $"operand{operand + 1}";

    public static string Noise(int noise) => $"noise{noise + 1}";

    public static string PreviousGradient(LayerLayout layer, int state) => $"{Gradient(Previous(layer, state))}";

    public static string NextGradient(LayerLayout layer, int state) => $"{Gradient(Next(layer, state))}";

    public static string OperandGradient(int operand) => Gradient(Operand(operand));

    /// <summary>Reads a vector of the equations, or a number that all units share.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="parameter">Its index.</param>
    /// <param name="offset">Its offset in the kernel's parameters.</param>
    /// <param name="unit">The unit.</param>
    public static Code Parameter(LayerLayout layer, int parameter, NamedOffset offset, params Amount[] unit)
    {
        var start = Address.Of("weights").Plus(offset);
        return layer.Cell.Parameters[parameter].Kind == ParameterKind.Scalar
            ? Code.Broadcast(start)
            : Code.Load(unit.Aggregate(start, (a, u) => a.Plus(u)));
    }

    /// <summary>The gradient of something: dC for c.</summary>
    public static string Gradient(string name) => "d" + char.ToUpperInvariant(name[0]) + name.Substring(1);
}
