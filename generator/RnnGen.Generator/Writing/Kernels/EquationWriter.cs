using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Cells;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>
/// Writes a cell's equations and what becomes of them: the same in kernels that keep their sums in slots and in those that keep them in
/// registers.
/// </summary>
internal sealed class EquationWriter(CodeWriter writer, LayerLayout layer)
{
    private readonly CellGraph cell = layer.Plan.Cell;

    /// <summary>The equations in the order they were written, each above the lines it became.</summary>
    public void WriteEquations(ElementwiseWriter elementwise)
    {
        foreach (var (equation, node) in cell.Equations)
        {
            if (!elementwise.IsPending(node))
                continue;
            writer.Comment($"{equation.Name} = {equation.Value}");
            elementwise.Define(node);
        }
    }

    /// <summary>The values that outlive a kernel.</summary>
    /// <param name="elementwise">The writer of the lines so far.</param>
    /// <param name="stores">The values.</param>
    /// <param name="target">The place of each in memory.</param>
    public void WriteStores(ElementwiseWriter elementwise, IReadOnlyList<Store> stores, Func<Store, Address> target)
    {
        foreach (var store in stores.Where(s => s.Place == Place.NewState && elementwise.IsPending(s.Value)))
        {
            writer.Comment($"{layer.StateName(store.Index)} = {layer.Cell.Results[store.Index]}");
            elementwise.Define(store.Value, wanted: $"{layer.StateName(store.Index)}New");
        }

        Store(elementwise, stores, target);
    }

    /// <summary>
    /// The equations backward, each above the gradients that come out of it: that of its value, and those of what it took.
    /// </summary>
    /// <inheritdoc cref="WriteStores"/>
    public void WriteBackward(ElementwiseWriter elementwise, IReadOnlyList<Store> stores, Func<Store, Address> target)
    {
        var derivative = layer.Plan.Derivative;
        var gradients = new GradientLines(writer, elementwise, derivative.Adjoints, [.. stores.Select(s => (s.Value, NameOf(s)))]);
        for (int state = 0; state < layer.States; state++)
        {
            string name = layer.StateName(state);
            if (cell.Results[state].Name is null)
                gradients.Write(
                    $"{name} = {layer.Cell.Results[state]}", null, KernelMemory.Gradient(name),
                    n => IsOfState(n) ? n.Index <= state : !IsOfOperand(n) || cell.Equations.Count == 0);
        }

        // The gradient of a vector that a matrix multiplies comes in with the product.
        var passed = new HashSet<Identifier>();
        foreach (var (equation, node) in cell.Equations.Reverse<(Equation, Node)>())
        {
            passed.Add(node.Name!);
            gradients.Write(
                $"{equation.Name} = {equation.Value}", node.Name, KernelMemory.Gradient(equation.Name.Text),
                n => !IsOfOperand(n) || derivative.Operands[n.Index].Name is not { } name || passed.Contains(name));
        }

        Store(elementwise, stores, target);

        static bool IsOfState(Node node) => node.Op == Op.StateGradient;
        static bool IsOfOperand(Node node) => node.Op is Op.OperandGradient or Op.NormalizeGradient;
    }

    /// <summary>The name of a stored gradient; null for a sum's, which has its equation's name.</summary>
    private Identifier? NameOf(Store store) => store.Place switch
    {
        Place.StateGradient => $"{KernelMemory.Gradient(layer.StateName(store.Index))}Past",
        Place.ParameterGradient => KernelMemory.Gradient(layer.Cell.Parameters[store.Index].Name.Text),
        Place.OperandGradient => KernelMemory.OperandGradient(store.Index),
        _ => default(Identifier?),
    };

    private void Store(ElementwiseWriter elementwise, IReadOnlyList<Store> stores, Func<Store, Address> target)
    {
        // Everything is read before anything is written: a slot is reused for what became of its sum, and a state may be written over.
        // Behind the first store no expression may read.
        var values = new List<Code>();
        foreach (var store in stores)
        {
            var value = elementwise.Operand(store.Value);
            if (values.Count > 0 && value.ReadsMemory)
                value = elementwise.Define(store.Value, value);
            values.Add(store.Accumulate ? Code.Binary(Code.Load(target(store)), "+", value) : value);
        }

        foreach (var (store, value) in stores.Zip(values, (s, v) => (s, v)))
            writer.Store(value, target(store));
    }
}
