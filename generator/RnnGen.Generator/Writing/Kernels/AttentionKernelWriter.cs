using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>
/// Writes the kernels of an attention for one step of the decoder, of any number of rows: forward from the operands to the weights and the
/// context, and back. The score is written from its equations; what is the same for all scores is the runtime's <c>Attention</c>.
/// </summary>
/// <param name="writer">The writer of a class <c>Kernels&lt;V&gt;</c> with <c>At</c> and the functions among
/// <see cref="AttentionPlan.Operators"/>.</param>
/// <param name="real">The element.</param>
/// <param name="layout">Sizes and places.</param>
/// <param name="offsets">The names of places in the parameters.</param>
internal sealed class AttentionKernelWriter(CodeWriter writer, string real, AttentionLayout layout, OffsetTable offsets)
{
    private readonly AttentionPlan plan = layout.Plan;

    public void Write()
    {
        WriteTerms();
        writer.Blank();
        WriteForward();
        writer.Blank();
        WriteBackward();
    }

    private static string Operand(int operand) => $"operand{operand + 1}";

    private static string Gradient(int operand) => KernelMemory.Gradient(Operand(operand));

    // An operand's row of the source step at hand.
    private static string Row(int operand) => $"row{operand + 1}";

    private static string GradientRow(int operand) => KernelMemory.Gradient(Row(operand));

    /// <summary>The element-wise part, which the loops over the units call.</summary>
    private void WriteTerms()
    {
        writer.Summary($"{plan.Score.Name}: what some units add to the score.");
        writer.Line(Api.Inlined);
        string[] parameters = [
            .. HasVectors ? (string[])[$"ref {real} weights"] : [], .. plan.Operands.Select((_, i) => $"ref {real} {Row(i)}"), "nint unit",
            "V sum"
        ];
        writer.List($"private static V {layout.Name}Terms(", parameters, ")");
        using (writer.Block())
        {
            var elementwise =
                new ElementwiseWriter(writer, Names(), n => n.Op == Op.Sum ? Code.Name("sum") : Load(n), n => n.Name ?? NameOfLeaf(n));
            elementwise.Count([plan.Total]);
            foreach (var (equation, forward, _) in plan.Equations)
            {
                if (elementwise.IsPending(forward))
                    WriteEquation(elementwise, $"{equation.Name} = {OriginalOf(equation)}", forward);
            }

            writer.Comment($"score += {plan.Score.Results[0]}");
            writer.Line($"return {elementwise.Define(plan.Total, wanted: "score")};");
        }
    }

    private bool HasVectors => plan.Vectors.Count > 0;

    private void WriteForward()
    {
        writer.Summary(
            $"Attention of {plan.Score.Name}, {layout.Units} units, one step of some rows: the weights, which are the softmax of the "
            + "scores over a row's source steps and 0 behind them, and the context, the memory's vectors by their weights.",
            $"{Describe()}.");
        WriteSignature("Forward", isBackward: false, [.. Operands(), "memory", "attention", "context"]);
        using (writer.Block())
        {
            writer.Line($"Span<{real}> lanes = stackalloc {real}[{Panel.Lanes}];");
            if (layout.IsPadded)
            {
                writer.Line($"Span<{real}> mask = stackalloc {real}[{Panel.Lanes}];");
                writer.Line($"mask.Slice(0, {layout.Units % Panel.Lanes}).Fill(1);");
                writer.Line($"mask.Slice({layout.Units % Panel.Lanes}).Clear();");
            }

            using (LoopOverRows(isBackward: false))
            {
                using (LoopOverSources(isBackward: false))
                {
                    using (writer.Block($"for (nint lane = 0; lane < {Panel.Lanes}; lane += V.Count)"))
                        WriteSum();
                    writer.Line($"At(ref share, source) = Attention.Score<{real}>(lanes);");
                }

                writer.Call(
                    $"Attention.Context<V, {real}>", "length", layout.SourceSteps, Address.Of("share"),
                    Address.Of("memory").Plus(new Amount(layout.MemoryStride, "row")),
                    new Amount(layout.MemoryStride, "(nint)rows"),
                    Address.Of("context").Plus(new Amount(layout.MemoryStride, "row")), layout.MemoryStride);
            }
        }
    }

    /// <summary>A lane's units: whole blocks of them, and the last, in whose padding the equations' result must not count.</summary>
    private void WriteSum()
    {
        int whole = layout.Units / Panel.Lanes * Panel.Lanes;
        writer.Line("V sum = V.Zero;");
        if (whole == Panel.Lanes)
            writer.Line($"sum = {Terms("lane")};");
        else if (whole > 0)
            writer.Line($"for (nint unit = lane; unit < {whole}; unit += {Panel.Lanes})\n    sum = {Terms("unit")};");
        if (layout.IsPadded)
            writer.List("sum = V.IfGreater(", ["V.Load(ref mask[0], lane)", "V.Zero", Terms(Amount.Sum(whole, "lane")), "sum"], ");");
        writer.Line("sum.Store(ref lanes[0], lane);");

        string Terms(string unit)
        {
            string operands = string.Concat(plan.Operands.Select((_, i) => $"ref {Row(i)}, "));
            return $"{layout.Name}Terms({(HasVectors ? "ref weights, " : "")}{operands}{unit}, sum)";
        }
    }

    private void WriteBackward()
    {
        writer.Summary($"Attention of {plan.Score.Name}, {layout.Units} units, one step back: adds to the gradients of the operands, the "
            + "parameters and the memory. The scores are computed again.");
        WriteSignature(
            "Backward", isBackward: true,
            [.. Operands(), .. plan.Operands.Select((_, i) => Gradient(i)), "memory", "dMemory", "attention", "context", "dContext"]);
        using (writer.Block())
        {
            using (LoopOverRows(isBackward: true))
            {
                writer.Line($"ref {real} dRow = ref {InMemory("dContext", "row")};");
                writer.Line($"double mean = Attention.Mean<V, {real}>(ref dRow, ref {InMemory("context", "row")}, {layout.MemoryStride});");
                using (LoopOverSources(isBackward: true))
                {
                    object[] arguments = [
                        "At(ref share, source)", "mean", InMemory("memory", "place"), InMemory("dMemory", "place"), Address.Of("dRow"),
                        layout.MemoryStride
                    ];
                    writer.List(
                        $"V dScore = V.Broadcast(Attention.ScoreGradient<V, {real}>(", arguments.Select(CodeWriter.Argument), "));");
                    using (writer.Block($"for (nint unit = 0; unit < {layout.Padded}; unit += V.Count)"))
                        WriteGradients();
                    ClearPadding(AttentionSide.Key);
                }

                ClearPadding(AttentionSide.Query);
            }

            foreach (int vector in plan.Vectors.Where(_ => layout.IsPadded))
                Clear(Address.Of("gradients").Plus(offsets.InKernel(layout, vector)));
        }
    }

    private Address InMemory(string buffer, string row) => Address.Of(buffer).Plus(new Amount(layout.MemoryStride, row));

    private void WriteGradients()
    {
        var stores = plan.OperandGradients.Select((n, i) => (Value: n, Target: Unit(GradientRow(i)), Name: plan.Operands[i].Name))
            .Concat(plan.VectorGradients.Select((n, i) => (
                Value: n, Target: InVectors("gradients", plan.Vectors[i]), plan.Score.Parameters[plan.Vectors[i]].Name)))
            .Where(s => s.Value.Op != Op.OperandGradient).ToList();
        var elementwise = new ElementwiseWriter(writer, Names(), LoadBackward, NameInGradients);
        elementwise.Count(stores.Select(s => s.Value));
        foreach (var (equation, _, node) in plan.Equations)
        {
            if (elementwise.IsPending(node))
                WriteEquation(elementwise, $"{equation.Name} = {OriginalOf(equation)}", node);
        }

        var lines = new GradientLines(
            writer, elementwise, plan.Adjoints, [.. stores.Select(s => (s.Value, (Identifier?)KernelMemory.Gradient(s.Name.Text)))]);
        lines.Write($"score = {plan.Score.Results[0]}", null, "dScore", _ => true);
        foreach (var (equation, _, _) in plan.Equations.Reverse<(Equation Equation, Node Forward, Node Backward)>())
            lines.Write($"{equation.Name} = {OriginalOf(equation)}", equation.Name, KernelMemory.Gradient(equation.Name.Text), _ => true);

        // Everything is read before anything is written: a gradient may stand in two of them.
        var values = stores.Select(s => elementwise.Operand(s.Value)).ToList();
        foreach (var (store, value) in stores.Zip(values, (s, v) => (s, v)))
            writer.Store(value, store.Target);
    }

    private Code? LoadBackward(Node node) => node.Op switch
    {
        Op.OperandGradient => Code.Load(TargetOf(node.Index)),
        Op.StateGradient => Code.Name("dScore"),
        _ => Load(node),
    };

    private void WriteEquation(ElementwiseWriter elementwise, string comment, Node node)
    {
        writer.Comment(comment);
        elementwise.Define(node);
    }

    /// <summary>The equation as it was written: the plan's has the operands' names in it.</summary>
    private Expression OriginalOf(Equation equation) => plan.Score.Equations.First(e => e.Name == equation.Name).Value;

    private CodeWriter.Closing LoopOverRows(bool isBackward)
    {
        var block = writer.Block("for (nint row = 0; row < rows; row++)");
        writer.Line("int length = lengths.IsEmpty ? sources : lengths[(int)row];");
        writer.Line($"ref {real} share = ref {Address.Of("attention").Plus(new Amount(layout.SourceSteps, "row"))};");
        WriteRows(AttentionSide.Query, "row", isBackward);
        return block;
    }

    private CodeWriter.Closing LoopOverSources(bool isBackward)
    {
        var block = writer.Block("for (nint source = 0; source < length; source++)");
        writer.Line("nint place = source * rows + row;");
        WriteRows(AttentionSide.Key, "place", isBackward);
        return block;
    }

    private void WriteRows(AttentionSide side, string place, bool isBackward)
    {
        foreach (var (operand, i) in plan.Operands.Select((o, i) => (o, i)).Where(o => o.o.Side == side))
        {
            writer.Line($"ref {real} {Row(i)} = ref {Address.Of(Operand(i)).Plus(new Amount(layout.StrideOf(operand), place))};");
            if (isBackward)
                writer.Line($"ref {real} {GradientRow(i)} = ref "
                    + $"{Address.Of(Gradient(i)).Plus(new Amount(layout.StrideOf(operand), place))};");
        }
    }

    private void ClearPadding(AttentionSide side)
    {
        for (int i = 0; i < plan.Operands.Count; i++)
        {
            if (layout.IsPadded && plan.Operands[i].Side == side)
                Clear(Address.Of(GradientRow(i)));
        }
    }

    private void Clear(Address vector) =>
        writer.Line($"MemoryMarshal.CreateSpan(ref {vector.Plus(layout.Units)}, {layout.Padded - layout.Units}).Clear();");

    private void WriteSignature(string what, bool isBackward, IEnumerable<string> memory)
    {
        writer.Line(Api.Optimized);
        string[] vectors = !HasVectors ? [] : isBackward ? ["weights", "gradients"] : ["weights"];
        writer.List(
            $"private static void {layout.Name}{what}(",
            ["int rows", "int sources", "ReadOnlySpan<int> lengths", .. vectors.Concat(memory).Select(m => $"ref {real} {m}")], ")");
    }

    private IEnumerable<string> Operands() => plan.Operands.Select((_, i) => Operand(i));

    private string Describe() => string.Join(", ", plan.Operands.Select((o, i) =>
        $"{Operand(i)} is {(o.Map is { } map ? $"{plan.Score.Parameters[map].Name} * " : "")}{plan.Score.States[(int)o.Side]}, "
        + $"[{(o.Side == AttentionSide.Query ? "row" : "source step][row")}][{layout.StrideOf(o)}]"));

    private Code? Load(Node node) => node.Op switch
    {
        Op.State => Code.Load(Unit(Row(PlaceOf(node)))),
        Op.PerUnit => Code.Load(InVectors("weights", node.Index)),
        _ => null,
    };

    private int PlaceOf(Node state) => plan.Operands.Select((o, i) => (o, i)).First(o => o.o.State == state.Index).i;

    private Address TargetOf(int gradient) =>
        gradient < plan.Operands.Count ? Unit(GradientRow(gradient)) : InVectors("gradients", plan.Vectors[gradient - plan.Operands.Count]);

    private static Address Unit(string row) => Address.Of(row).Plus("unit");

    private Address InVectors(string memory, int vector) => Address.Of(memory).Plus(offsets.InKernel(layout, vector)).Plus("unit");

    private Identifier? NameOfLeaf(Node node) => node.Op switch
    {
        Op.State => plan.Operands[PlaceOf(node)].Name,
        Op.PerUnit => plan.Score.Parameters[node.Index].Name,
        _ => default(Identifier?),
    };

    private Identifier? NameInGradients(Node node)
    {
        if (plan.Adjoints.TryGetValue(node, out var equation) && !node.IsLeaf)
            return KernelMemory.Gradient(equation.Text);
        var named = plan.Equations.FirstOrDefault(e => e.Backward == node).Equation;
        return named?.Name ?? NameOfLeaf(node);
    }

    /// <summary>The names of a method: whatever the three of them call something is taken.</summary>
    private NameTable Names()
    {
        var names = new NameTable();
        string[] own = [
            "sources", "source", "lengths", "length", "lanes", "mask", "share", "place", "mean", "memory", "dMemory", "attention",
            "context", "dContext", "dRow", "dScore", "sum"
        ];
        string[] numbered = [.. plan.Operands.SelectMany((_, i) => new[] { Operand(i), Gradient(i), Row(i), GradientRow(i) })];
        foreach (string name in own.Concat(numbered))
            names.Take(name);
        return names;
    }
}
