using RnnGen.Generator.Scheduling.Cells;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>Writes a cell's equations and what becomes of them: the same in kernels that keep their sums in slots and in those that keep them in registers.</summary>
internal sealed class EquationWriter(CodeWriter writer, LayerLayout layer)
{
    /// <summary>The equations in the order they were written, each above the lines it became.</summary>
    public void WriteEquations(ElementwiseWriter elementwise)
    {
        foreach (var (equation, node) in layer.Plan.Cell.Equations)
        {
            if (!elementwise.IsPending(node))
                continue;
            writer.Line($"// {equation.Name} = {equation.Value}");
            elementwise.Define(node);
        }
    }

    /// <summary>The values that outlive a kernel.</summary>
    /// <param name="elementwise">What has been written so far.</param>
    /// <param name="stores">The values.</param>
    /// <param name="target">Where each goes: its place in memory.</param>
    public void WriteStores(ElementwiseWriter elementwise, IReadOnlyList<Store> stores, Func<Store, Address> target)
    {
        // Everything is read before anything is written: a slot is reused for what became of its sum, and a state may be written over. Behind the first store no expression may read.
        var values = new List<Code>();
        foreach (var store in stores)
        {
            bool isNew = store.Place == Place.NewState && elementwise.IsPending(store.Value);
            if (isNew)
                writer.Line($"// {layer.StateName(store.Index)} = {layer.Cell.Results[store.Index]}");
            var value = isNew ? elementwise.Define(store.Value, wanted: $"{layer.StateName(store.Index)}New") : elementwise.Operand(store.Value);
            if (values.Count > 0 && value.ReadsMemory)
                value = elementwise.Define(store.Value);
            values.Add(store.Accumulate ? Code.Binary(Code.Load(target(store)), '+', value) : value);
        }

        foreach (var (store, value) in stores.Zip(values, (s, v) => (s, v)))
            writer.Store(value, target(store));
    }
}
