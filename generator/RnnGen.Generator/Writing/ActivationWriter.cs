using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;

namespace RnnGen.Generator.Writing;

/// <summary>
/// Writes an element-wise function of a whole buffer and its gradient, for a dense layer: from the same graph and the same derivative as a cell's
/// equations.
/// </summary>
/// <param name="writer">Where to: a class <c>Kernels&lt;V&gt;</c>.</param>
/// <param name="real">The element.</param>
/// <param name="activation">The function.</param>
internal sealed class ActivationWriter(CodeWriter writer, string real, ActivationFunction activation)
{
    private static readonly string[] States = ["x"];

    private readonly Derivative derivative = Derivative.Of(CellGraph.Build(Equation(activation), bias: true));

    /// <summary>Whether there is anything to write: the identity needs no methods.</summary>
    public static bool IsNeeded(ActivationFunction activation) => activation.Kind != ActivationKind.Linear;

    /// <summary>Whether the gradient is computed from the inputs rather than from the outputs, so that a tape must keep them.</summary>
    public static bool NeedsInputs(ActivationFunction activation)
    {
        var gradient = new ActivationWriter(new CodeWriter(), "", activation);
        return Nodes(gradient.Terms()).Any(n => n.Op == Op.State || (n.Op == Op.Saved && n.Index != gradient.Result.Id));
    }

    /// <summary>The operations of the two methods: those that are functions of the runtime need their helper.</summary>
    public IEnumerable<Op> Operations() => Nodes([Gradient()]).Concat(derivative.Cell.Graph.Nodes).Select(n => n.Op).Distinct();

    /// <summary><c>name(ref inputs, ref outputs, count)</c>: the two may be the same buffer; count is a multiple of 16.</summary>
    public void WriteForward(string name) => Write(
        name,
        $"ref {real} inputs, ref {real} outputs",
        "outputs",
        Result,
        n => n.Op == Op.State ? "V.Load(ref inputs, i)" : null);

    /// <summary><c>nameGradient(ref values, ref gradients, count)</c>: the values are the inputs if <see cref="NeedsInputs"/>, otherwise the outputs.</summary>
    public void WriteGradient(string name) => Write(
        $"{name}Gradient",
        $"ref {real} {(NeedsInputs(activation) ? "inputs" : "outputs")}, ref {real} gradients",
        "gradients",
        Gradient(),
        n => n.Op switch
        {
            Op.State => "V.Load(ref inputs, i)",
            Op.Saved => "V.Load(ref outputs, i)",
            Op.StateGradient => "V.Load(ref gradients, i)",
            _ => null,
        });

    private Node Result => derivative.Cell.Results[0];

    private static CellDeclaration Equation(ActivationFunction activation) =>
        new("Activation", default, default, "", States.ToEquatableArray(), default, new[] { activation.Of(new Reference(States[0])) }.ToEquatableArray());

    private List<Node> Terms() => derivative.StateGradients[0];

    /// <summary>The gradient in terms of the inputs alone, or of the outputs alone.</summary>
    private Node Gradient()
    {
        var gradient = Terms().Aggregate(derivative.Graph.Constant(0), derivative.Graph.Add);
        return NeedsInputs(activation) ? Again(gradient) : gradient;

        Node Again(Node node) => derivative.Graph.Rebuild(node.Op == Op.Saved ? derivative.Cell.Graph.Nodes[node.Index] : node, Again);
    }

    private static HashSet<Node> Nodes(IEnumerable<Node> roots)
    {
        var nodes = new HashSet<Node>();
        foreach (var root in roots)
            Visit(root);
        return nodes;

        void Visit(Node node)
        {
            if (!nodes.Add(node))
                return;
            foreach (var argument in node.Arguments)
                Visit(argument);
        }
    }

    private void Write(string name, string buffers, string target, Node value, Func<Node, string?> load)
    {
        writer.Line($"{Api.Optimized}\nprivate static void {name}({buffers}, int count)");
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
                string text = elementwise.Operand(value);
                writer.Line($"{text}.Store(ref {target}, i);");
            }
        }
    }
}
