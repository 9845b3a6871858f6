using RnnGen.Generator.Equations;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>
/// Writes the element-wise part of a stage: one statement per named value, small unnamed ones inside it, a product and a sum
/// as one fused operation.
/// </summary>
/// <param name="writer">The writer of the text.</param>
/// <param name="names">The method's names.</param>
/// <param name="load">Gives the read, or the local, of a node that is not computed here; null for one that is.</param>
/// <param name="nameOf">Gives a node's name; null if it needs none.</param>
internal sealed class ElementwiseWriter(CodeWriter writer, NameTable names, Func<Node, Code?> load, Func<Node, Identifier?> nameOf)
{
    private const int LongestInline = 34;

    private readonly Dictionary<Node, Code> written = [];
    private readonly Dictionary<Node, int> uses = [];

    /// <summary>Counts who uses what, from the values that the stage stores.</summary>
    public void Count(IEnumerable<Node> roots)
    {
        foreach (var root in roots)
            Visit(root);

        void Visit(Node node)
        {
            uses[node] = uses.TryGetValue(node, out int count) ? count + 1 : 1;
            if (uses[node] > 1 || load(node) is not null)
                return;
            foreach (var argument in node.Arguments)
                Visit(argument);
        }
    }

    /// <summary>True if this stage computes the node, and has not yet.</summary>
    public bool IsPending(Node node) =>
        uses.ContainsKey(node) && !written.ContainsKey(node) && load(node) is null && node.Op != Op.Constant;

    /// <summary>True if this stage finds the node computed.</summary>
    public bool IsLoaded(Node node) => load(node) is not null;

    /// <summary>The name of a node wherever it is written; null if it needs none.</summary>
    public Identifier? NameOf(Node node) => nameOf(node);

    /// <summary>The node as an operand: a name, a constant or a short expression. Writes whatever has to stand before it.</summary>
    public Code Operand(Node node)
    {
        if (node.Op == Op.Constant)
            return new(new Real(node.Value).Equals(0) ? "V.Zero" : $"V.Constant({Numeral.Literal(node.Value)})");
        if (written.TryGetValue(node, out var name))
            return name;
        var value = load(node) ?? Expression(node);
        return value.IsName || (IsUsedOnce(node) && value.Text.Length <= LongestInline) ? value : Define(node, value);
    }

    /// <summary>Writes the node as a statement of its own under the given name.</summary>
    public Code Define(Node node, Code? value = null, Identifier? wanted = null)
    {
        if (written.TryGetValue(node, out var name))
            return name;
        value ??= load(node) ?? Expression(node);
        name = Code.Name(names.Take(wanted ?? nameOf(node) ?? "t"));
        writer.Line($"V {name} = {value};");
        return written[node] = name;
    }

    private bool IsUsedOnce(Node node) => uses.TryGetValue(node, out int count) && count == 1 && nameOf(node) is null;

    private Code Expression(Node node)
    {
        var arguments = node.Arguments;
        var op = node.Operator ?? throw new InvalidOperationException($"{node.Op} is not computed element by element.");
        if (op == Operators.Add && IsFusible(arguments[0]))
            return Fused(arguments[0], arguments[1], isSubtracted: false);
        if (op == Operators.Add && IsFusible(arguments[1]))
            return Fused(arguments[1], arguments[0], isSubtracted: false);
        if (op == Operators.Subtract && IsFusible(arguments[1]))
            return Fused(arguments[1], arguments[0], isSubtracted: true);
        Code[] operands = [.. arguments.Select(Operand)];
        return op.Symbol is not { } symbol ? Code.Call($"{(op.IsOfVectors ? "V." : "")}{op.Name}", operands)
            : op.Arity == 1 ? Code.Unary(symbol, operands[0])
            : Code.Binary(operands[0], symbol, operands[1]);
    }

    /// <summary>A product that only this addition uses, and that nobody named.</summary>
    private bool IsFusible(Node node) =>
        node.Operator == Operators.Multiply && IsUsedOnce(node) && !written.ContainsKey(node) && load(node) is null;

    private Code Fused(Node product, Node addend, bool isSubtracted)
    {
        var left = Operand(product.Arguments[0]);
        var right = Operand(product.Arguments[1]);
        return Code.Call("V.MultiplyAdd", isSubtracted ? Code.Unary("-", left) : left, right, Operand(addend));
    }
}
