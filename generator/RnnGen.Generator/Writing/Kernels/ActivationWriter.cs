using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>Writes an element-wise function of a whole buffer and its gradient, for dense layers and activations.</summary>
/// <param name="writer">The writer of a class <c>Kernels&lt;V&gt;</c>.</param>
/// <param name="real">The element.</param>
/// <param name="graph">The function.</param>
internal sealed class ActivationWriter(CodeWriter writer, string real, ActivationGraph graph)
{
    /// <summary>The name of a function's methods; a number more where the model has the function with other numbers, too.</summary>
    public static string MethodOf(ModelLayout model, ActivationFunction function)
    {
        var alike = model.Activations.Select(a => a.Function).Where(f => f.Kind == function.Kind).ToList();
        return $"Activate{function.Kind}{(alike.Count == 1 ? "" : $"{alike.IndexOf(function) + 1}")}";
    }

    /// <summary><c>name(ref inputs, ref outputs, count)</c>: the two may be the same buffer; count is a multiple of 16.</summary>
    public void WriteForward(string name) => Write(
        name,
        $"ref {real} inputs, ref {real} outputs",
        "outputs",
        graph.Result,
        n => n.Op == Op.State ? Load("inputs") : null);

    /// <summary>
    /// <c>nameGradient(ref values, ref gradients, count)</c>: the values are the inputs if the gradient needs them, otherwise the outputs.
    /// </summary>
    public void WriteGradient(string name) => Write(
        $"{name}Gradient",
        $"ref {real} {(graph.NeedsInputs ? "inputs" : "outputs")}, ref {real} gradients",
        "gradients",
        graph.Gradient,
        n => n.Op switch
        {
            Op.State => Load("inputs"),
            Op.Saved => Load("outputs"),
            Op.StateGradient => Load("gradients"),
            _ => null,
        });

    private static Address Element(string buffer) => Address.Of(buffer).Plus("i");

    private static Code Load(string buffer) => Code.Load(Element(buffer));

    private void Write(string name, string buffers, string target, Node value, Func<Node, Code?> load)
    {
        writer.Blank();
        writer.Line(Api.Optimized);
        writer.Line($"private static void {name}({buffers}, int count)");
        using (writer.Block())
        {
            writer.Line("for (nint i = 0; i < count; i += V.Count)");
            using (writer.Block())
            {
                var names = new NameTable();
                foreach (string taken in new[] { "inputs", "outputs", "count", "i" })
                    names.Take(taken);
                var elementwise = new ElementwiseWriter(writer, names, load, _ => null);
                elementwise.Count([value]);
                writer.Store(elementwise.Operand(value), Element(target));
            }
        }
    }
}
