using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>Writes a loss that equations define: what the runtime's loop over targets calls.</summary>
/// <param name="writer">The writer of a model's kernels.</param>
/// <param name="plan">The loss.</param>
/// <param name="name">The name of the struct.</param>
internal sealed class LossWriter(CodeWriter writer, LossPlan plan, string name)
{
    private static readonly string[] Own = ["T", "outputs", "factor"];

    public void Write()
    {
        var names = new NameTable();
        foreach (string own in Own)
            names.Take(own);
        string target = names.Take(plan.Loss.States[plan.Outputs]);
        writer.Summary($"{plan.Loss.Name}: the loss of some targets, and the gradients of their outputs.");
        writer.Line("[ExcludeFromCodeCoverage]");
        using (writer.Block($"internal readonly struct {name} : IEquationLoss"))
        {
            writer.Line($"public static int Outputs => {plan.Outputs};");
            writer.Blank();
            writer.Line(Api.Inlined);
            writer.Line($"public static V Differentiate<V, T>(ref T outputs, V {target}, V factor, ref T gradients)\n    "
                + "where V : struct, ILanes<V, T>\n    where T : unmanaged");
            using (writer.Block())
            {
                WriteTerms(names, target);
                foreach (var function in Operators.All.Where(o => o.IsFunction && plan.Operators.Contains(o)))
                {
                    writer.Blank();
                    writer.Line($"static V {function}(V x) => Functions.{function}<V, T>(x);");
                }
            }
        }
    }

    private void WriteTerms(NameTable names, string target)
    {
        var elementwise = new ElementwiseWriter(writer, names, n => Load(n, target), NameOf);
        elementwise.Count(plan.Gradients.Append(plan.Result));
        foreach (var (equation, node) in plan.Equations)
        {
            if (!elementwise.IsPending(node))
                continue;
            writer.Comment($"{equation.Name} = {equation.Value}");
            elementwise.Define(node);
        }

        string result = $"{plan.Loss.Results[0]}";
        writer.Comment($"loss = {result}");
        var loss = elementwise.Define(plan.Result, wanted: "loss");
        var lines = new GradientLines(
            writer, elementwise, plan.Adjoints,
            [.. plan.Gradients.Select((g, i) => (g, (Identifier?)KernelMemory.Gradient(plan.Loss.States[i].Text)))]);
        lines.Write($"loss = {result}", null, "factor", _ => true);
        foreach (var (equation, _) in plan.Equations.Reverse<(Equation Equation, Node Node)>())
            lines.Write($"{equation.Name} = {equation.Value}", equation.Name, KernelMemory.Gradient(equation.Name.Text), _ => true);
        var gradients = plan.Gradients.Select(elementwise.Operand).ToList();
        for (int i = 0; i < gradients.Count; i++)
            writer.Store(gradients[i], Address.Of("gradients").Plus(i * Panel.Lanes));
        writer.Line($"return {loss};");
    }

    private Code? Load(Node node, string target) => node.Op switch
    {
        Op.State when node.Index == plan.Outputs => Code.Name(target),
        Op.State => Code.Load(Address.Of("outputs").Plus(node.Index * Panel.Lanes)),
        Op.StateGradient => Code.Name("factor"),
        _ => null,
    };

    private Identifier? NameOf(Node node)
    {
        if (node.Op == Op.State && node.Index < plan.Outputs)
            return plan.Loss.States[node.Index];
        if (plan.Adjoints.TryGetValue(node, out var equation) && !node.IsLeaf)
            return KernelMemory.Gradient(equation.Text);
        return plan.Equations.FirstOrDefault(e => e.Node == node).Equation?.Name;
    }
}
