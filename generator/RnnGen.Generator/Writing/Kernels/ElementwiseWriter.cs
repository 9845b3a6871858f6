using RnnGen.Generator.Equations;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>
/// Writes the element-wise part of a stage: one statement per named value, small unnamed ones inside it, a product and a sum
/// as one fused operation.
/// </summary>
/// <param name="writer">Where to.</param>
/// <param name="names">The method's names.</param>
/// <param name="load">How a node that is not computed here is read, or the local that holds it; null for one that is.</param>
/// <param name="nameOf">What to call a node; null if it needs no name.</param>
internal sealed class ElementwiseWriter(CodeWriter writer, NameTable names, Func<Node, string?> load, Func<Node, Identifier?> nameOf)
{
    private const int LongestInline = 34;

    private readonly Dictionary<Node, string> written = [];
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
            foreach (var argument in Operands(node))
                Visit(argument);
        }
    }

    /// <summary>Whether this stage computes the node, and has not yet.</summary>
    public bool IsPending(Node node) => uses.ContainsKey(node) && !written.ContainsKey(node) && load(node) is null && node.Op != Op.Constant;

    /// <summary>The node as an operand: a name, a constant or a short expression. Writes whatever has to stand before it.</summary>
    public string Operand(Node node)
    {
        if (node.Op == Op.Constant)
            return new Real(node.Value).Equals(0) ? "V.Zero" : $"V.Constant({Numeral.Literal(node.Value)})";
        if (written.TryGetValue(node, out string? name))
            return name;
        string? loaded = load(node);
        if (loaded is not null && loaded.All(char.IsLetter))
            return loaded;
        string value = loaded ?? Expression(node);
        bool inline = uses.TryGetValue(node, out int count) && count == 1 && nameOf(node) is null && value.Length <= LongestInline;
        if (inline)
            return loaded is null && IsOperator(node) && !IsCall(value) ? $"({value})" : value;
        return Define(node, value);
    }

    /// <summary>Writes the node as a statement of its own under the given name.</summary>
    public string Define(Node node, string? value = null, Identifier? wanted = null)
    {
        if (written.TryGetValue(node, out string? name))
            return name;
        value ??= load(node) ?? Expression(node);
        name = names.Take(wanted ?? nameOf(node) ?? "t");
        writer.Line($"V {name} = {value};");
        return written[node] = name;
    }

    /// <summary>What the node's expression names: each side of a maximum once.</summary>
    private static IEnumerable<Node> Operands(Node node) => node.IsMax ? node.Arguments.Take(2) : node.Arguments;

    private static bool IsOperator(Node node) => node.Op is Op.Add or Op.Subtract or Op.Multiply or Op.Divide or Op.Negate;

    /// <summary>Whether an operator became one call and nothing else: its first bracket closes at its end.</summary>
    private static bool IsCall(string value)
    {
        int open = value.IndexOf('(');
        if (open < 0 || value.Substring(0, open) is not "V.MultiplyAdd")
            return false;
        int depth = 0;
        for (int i = open; i < value.Length; i++)
        {
            depth += value[i] == '(' ? 1 : value[i] == ')' ? -1 : 0;
            if (depth == 0)
                return i == value.Length - 1;
        }

        return false;
    }

    private string Expression(Node node)
    {
        var arguments = node.Arguments;
        switch (node.Op)
        {
            case Op.Add when IsFusible(arguments[0]):
                return Fused(arguments[0], arguments[1], "");
            case Op.Add when IsFusible(arguments[1]):
                return Fused(arguments[1], arguments[0], "");
            case Op.Subtract when IsFusible(arguments[1]):
                return Fused(arguments[1], arguments[0], "-");
            case Op.Add:
                return $"{Operand(arguments[0])} + {Operand(arguments[1])}";
            case Op.Subtract:
                return $"{Operand(arguments[0])} - {Operand(arguments[1])}";
            case Op.Multiply:
                return $"{Operand(arguments[0])} * {Operand(arguments[1])}";
            case Op.Divide:
                return $"{Operand(arguments[0])} / {Operand(arguments[1])}";
            case Op.Negate:
                return $"-{Operand(arguments[0])}";
            case Op.IfGreater when node.IsMax:
                return $"V.Max({Unbracketed(arguments[0])}, {Unbracketed(arguments[1])})";
            case Op.IfGreater:
                return $"V.IfGreater({string.Join(", ", arguments.Select(Unbracketed))})";
            default:
                return $"{node.Op}({Unbracketed(arguments[0])})";
        }
    }

    /// <summary>A product that only this addition uses, and that nobody named.</summary>
    private bool IsFusible(Node node) =>
        node.Op == Op.Multiply && uses.TryGetValue(node, out int count) && count == 1 && nameOf(node) is null && !written.ContainsKey(node)
        && load(node) is null;

    private string Fused(Node product, Node addend, string sign)
    {
        string left = sign.Length > 0 ? Operand(product.Arguments[0]) : Unbracketed(product.Arguments[0]);
        string right = Unbracketed(product.Arguments[1]);
        return $"V.MultiplyAdd({sign}{left}, {right}, {Unbracketed(addend)})";
    }

    private string Unbracketed(Node node)
    {
        string text = Operand(node);
        return text.StartsWith("(", StringComparison.Ordinal) ? text.Substring(1, text.Length - 2) : text;
    }
}
