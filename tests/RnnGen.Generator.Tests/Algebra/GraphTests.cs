using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Tests.Algebra;

/// <summary>Nodes are the same if they compute the same, to the bit.</summary>
public class GraphTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ZerosAreToldApartWhicheverComesFirst(bool negativeFirst)
    {
        var (first, second) = negativeFirst ? (-0.0, 0.0) : (0.0, -0.0);
        var graph = new Graph();
        Node one = graph.Constant(first), other = graph.Constant(second);
        Assert.NotSame(one, other);
        Assert.Same(other, graph.Negate(one));
        Assert.Equal(double.IsNegative(second), double.IsNegative(other.Value));
        var x = graph.Leaf(Op.State, 0);
        Assert.NotSame(graph.Divide(x, one), graph.Divide(x, other));
    }

    /// <summary>The Relu brings a 0 into the graph before the −0 that is divided by.</summary>
    [Fact]
    public void AQuotientByMinusZeroKeepsItsSign()
    {
        var (result, _) = Compiler.Generate(Compiler.Compile("""
            using RnnGen;
            [RnnCell] public readonly partial struct Signed { private readonly Weight W; public Hidden Step(Input x, Hidden h) => Relu(W * x) / -0.0 + h; }
            [RnnModel(Steps = 2), Input(3), Rnn<Signed>(5), SquaredError] public partial class M;
            """));
        string kernels =
            result.GeneratedSources.Single(s => s.HintName.EndsWith("M.Kernels.g.cs", StringComparison.Ordinal)).SourceText.ToString();
        Assert.Contains("/ V.Constant(-0.0)", kernels, StringComparison.Ordinal);
        Assert.DoesNotContain("/ V.Zero", kernels, StringComparison.Ordinal);
    }

    [Fact]
    public void ANodeOfAnUnknownKindIsNotRebuilt()
    {
        var graph = new Graph();
        var argument = graph.Leaf(Op.State, 0);
        Assert.Throws<InvalidOperationException>(() => graph.Rebuild(new Node(1, Op.Saved, null, [argument], 0, 0), n => n));
        foreach (var op in Enum.GetValues<Op>().Except([Op.Constant, Op.Elementwise, Op.Normalize]))
            Assert.Same(graph.Leaf(op, 3), graph.Rebuild(graph.Leaf(op, 3), n => n));
    }

    [Fact]
    public void EveryOperatorIsRebuiltAndFolds()
    {
        foreach (var op in Operators.All)
        {
            var graph = new Graph();
            Node[] arguments = [.. Enumerable.Range(0, op.Arity).Select(i => graph.Leaf(Op.State, i))];
            var node = graph.Apply(op, arguments);
            Assert.Same(op, node.Operator);
            Assert.Same(node, graph.Rebuild(node, n => n));
            Assert.Equal(
                op.Value is not null || op.Arity == 4 || op == Operators.Max,
                graph.Apply(op, [.. arguments.Select((_, i) => graph.Constant(2.5 + i))]).Op == Op.Constant);
        }
    }
}
