using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>A parameter of a layer's kernels: what it points to, and what it is called.</summary>
internal sealed record KernelMemory(MemoryKind Kind, int Index, string Name)
{
    /// <summary>The parameters of a layer's kernel in their order.</summary>
    public static IEnumerable<KernelMemory> Of(LayerLayout layer, bool backward)
    {
        int operands = layer.Plan.Derivative.Operands.Count;
        yield return new(MemoryKind.Weights, 0, "weights");
        if (backward)
            yield return new(MemoryKind.Transposed, 0, "transposed");
        if (backward && layer.VectorOffsets.Count > 0)
            yield return new(MemoryKind.Gradients, 0, "gradients");
        yield return new(MemoryKind.Slots, 0, "slots");
        for (int state = 0; state < layer.States; state++)
        {
            yield return new(MemoryKind.PreviousState, state, Previous(layer, state));
            yield return new(MemoryKind.NextState, state, Next(layer, state));
        }

        for (int operand = 0; operand < operands; operand++)
            yield return new(MemoryKind.Operand, operand, Operand(operand));
        for (int noise = 0; noise < layer.Cell.Noises.Count; noise++)
            yield return new(MemoryKind.Noise, noise, Noise(noise));
        if (!backward)
            yield break;
        for (int state = 0; state < layer.States; state++)
        {
            yield return new(MemoryKind.PreviousStateGradient, state, PreviousGradient(layer, state));
            yield return new(MemoryKind.NextStateGradient, state, NextGradient(layer, state));
        }

        for (int operand = 0; operand < operands; operand++)
            yield return new(MemoryKind.OperandGradient, operand, OperandGradient(operand));
    }

    public static string Previous(LayerLayout layer, int state) => $"{layer.StateName(state)}Prev";

    public static string Next(LayerLayout layer, int state) => $"{layer.StateName(state)}Next";

    public static string Operand(int operand) => $"operand{operand + 1}";

    public static string Noise(int noise) => $"noise{noise + 1}";

    public static string PreviousGradient(LayerLayout layer, int state) => $"{Gradient(Previous(layer, state))}";

    public static string NextGradient(LayerLayout layer, int state) => $"{Gradient(Next(layer, state))}";

    public static string OperandGradient(int operand) => Gradient(Operand(operand));

    /// <summary>Reads a vector of the equations, or a number that all units share.</summary>
    public static string Parameter(LayerLayout layer, int parameter, string unit)
    {
        int offset = layer.VectorOffsets[parameter] - layer.FirstParameter;
        return layer.Cell.Parameters[parameter].Kind == ParameterKind.Scalar
            ? $"V.Broadcast({(offset == 0 ? "weights" : $"At(ref weights, {offset})")})"
            : $"V.Load(ref weights, {Numeral.Plus(offset)}{unit})";
    }

    /// <summary>The gradient of something: dC for c.</summary>
    public static string Gradient(string name) => "d" + char.ToUpperInvariant(name[0]) + name.Substring(1);
}
