using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx;

/// <summary>If: the branch that is taken, or what both branches have in common.</summary>
internal static class Branches
{
    public static void Apply(NodeContext node)
    {
        GraphProto? yes = node.Find("then_branch")?.G, no = node.Find("else_branch")?.G;
        if (yes is null || no is null)
            throw new NotTakenException("it has no branches");
        if (Computing.Single(node.Input(0)) is { } condition)
        {
            var results = Run(node, condition != 0 ? yes : no);
            for (int i = 0; i < results.Count; i++)
                node.Output(i, results[i].Value);
            return;
        }

        var (a, b) = (Run(node, yes), Run(node, no));
        bool differs = false;
        for (int i = 0; i < node.Node.Output.Count; i++)
        {
            var joined = i < a.Count && i < b.Count ? Join(a[i].Value, b[i].Value) : null;
            differs |= joined is null;
            node.Output(i, joined ?? new Unknown(node.Node.Output[i], node.Name));
        }

        if (!differs)
            return;
        node.Reader.NotTaken.Add(new(node.Name, "its condition is known only when it runs, and its branches compute different things"));
        foreach (var (value, tensor) in a.Concat(b))
        {
            if (value is Signal signal)
                node.Reader.Ends.Add((signal, tensor));
        }
    }

    private static List<(Value Value, string Tensor)> Run(NodeContext node, GraphProto branch)
    {
        Scope scope = new(node.Scope);
        node.Reader.Run(branch, scope);
        return [.. branch.Output.Select(o => (scope.Find(o.Name) ?? new Unknown(o.Name, node.Name), o.Name))];
    }

    /// <summary>The facts that hold for two values; null if they differ.</summary>
    private static Value? Join(Value a, Value b) => (a, b) switch
    {
        _ when ReferenceEquals(a, b) => a,
        (Signal x, Signal y) when x.Pieces.SequenceEqual(y.Pieces) =>
            new Signal(x.Pieces, SameDims(x, y) ? x.Dims : null, x.IsState || y.IsState),
        (Packed x, Packed y) when x.Numbers.AsSpan().SequenceEqual(y.Numbers) => x,
        (Uniform { IsZero: true }, Packed) => b,
        (Packed, Uniform { IsZero: true }) => a,
        (Packed { Source: { } own }, Signal { Source: { } source }) when own == source => a,
        (Signal { Source: { } source }, Packed { Source: { } own }) when own == source => b,
        (Signal { Source: { Node: null } }, Uniform { IsZero: true }) => a,
        (Uniform { IsZero: true }, Signal { Source: { Node: null } }) => b,
        (Uniform x, Uniform y) when x.Number == y.Number => x,
        (ConstantTensor x, ConstantTensor y) when x.Same(y) => x,
        (ShapeTensor x, ShapeTensor y) when x.Items.Length == y.Items.Length && x.Items.Zip(y.Items).All(i => i.First.Same(i.Second)) => x,
        (ShapeTensor or Unmeasured or ConstantTensor { Wholes: not null }, ShapeTensor or Unmeasured) => Unmeasured.Instance,
        (ShapeTensor or Unmeasured, ConstantTensor { Wholes: not null }) => Unmeasured.Instance,
        (Unknown x, Unknown y) when x.Origin == y.Origin => new Unknown(x.Origin, x.Node, x.IsStep && y.IsStep),
        _ => null,
    };

    private static bool SameDims(Signal a, Signal b) =>
        a.Dims is { } x && b.Dims is { } y && x.Count == y.Count && x.Zip(y).All(d => d.First.Same(d.Second));
}
