namespace RnnGen.Generator.Equations;

/// <summary>
/// An operator and its arguments, as its gradients see them. Reading an argument or the value puts it on the tape, or computes it again.
/// </summary>
/// <param name="graph">The derivative's.</param>
/// <param name="node">A node of the forward graph.</param>
/// <param name="adjoint">∂L/∂y for the node's value y.</param>
/// <param name="value">A forward value as the derivative gets it.</param>
/// <param name="isNewState">True if the value is a new state, which the tape has.</param>
internal sealed class Application(Graph graph, Node node, Node adjoint, Func<Node, Node> value, bool isNewState)
{
    public bool IsNewState => isNewState;

    public Term Adjoint => new(graph, adjoint);

    public Term X => this[0];

    public Term Y => new(graph, value(node));

    public Term this[int argument] => new(graph, value(node.Arguments[argument]));

    public bool IsConstant(int argument, double constant) => node.Arguments[argument].IsConstant(constant);
}
