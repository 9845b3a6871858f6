using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>
/// Writes the kernels of an attention for one step of the decoder, of any number of rows: forward from the operands to the weights and the context, and
/// back. The score is written from its equations; what is the same for all scores is the runtime's <c>Attention</c>.
/// </summary>
/// <param name="writer">Where to: a class <c>Kernels&lt;V&gt;</c> with <c>At</c> and the functions among <see cref="AttentionPlan.Operations"/>.</param>
/// <param name="real">The element.</param>
/// <param name="layout">Sizes and places.</param>
internal sealed class AttentionKernelWriter(CodeWriter writer, string real, AttentionLayout layout)
{
    private const string Attention = Api.Numerics + ".Attention";

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
        writer.Line($"/// <summary>{plan.Score.Name}: what some units add to the score.</summary>");
        string operands = string.Concat(plan.Operands.Select((_, i) => $"ref {real} {Row(i)}, "));
        using (writer.Block($"{Api.Inlined}\nprivate static V {layout.Name}Terms(ref {real} weights, {operands}nint unit, V sum)"))
        {
            var elementwise = new ElementwiseWriter(writer, Names(), n => n.Op == Op.Sum ? Code.Name("sum") : Load(n), n => n.Name ?? NameOfLeaf(n));
            elementwise.Count([plan.Total]);
            foreach (var (equation, forward, _) in plan.Equations)
            {
                if (elementwise.IsPending(forward))
                    WriteEquation(elementwise, $"{equation.Name} = {OriginalOf(equation)}", forward);
            }

            writer.Line($"// score += {plan.Score.Results[0]}");
            writer.Line($"return {elementwise.Define(plan.Total, wanted: "score")};");
        }
    }

    private void WriteForward()
    {
        writer.Line($"""
            /// <summary>
            /// Attention of {plan.Score.Name}, {layout.Units} units, one step of some rows: the weights, which are the softmax of the scores over a row's source steps and 0 behind them,
            /// and the context, the memory's vectors by their weights. {Describe()}.
            /// </summary>
            """);
        WriteSignature("Forward", [.. Operands(), "memory", "attention", "context"]);
        using (writer.Block())
        {
            writer.Line($"global::System.Span<{real}> lanes = stackalloc {real}[{Layout.Lanes}];");
            if (layout.IsPadded)
            {
                writer.Line($"global::System.Span<{real}> mask = stackalloc {real}[{Layout.Lanes}];");
                writer.Line($"mask.Slice(0, {layout.Units % Layout.Lanes}).Fill(1);");
                writer.Line($"mask.Slice({layout.Units % Layout.Lanes}).Clear();");
            }

            using (LoopOverRows(backward: false))
            {
                using (LoopOverSources(backward: false))
                {
                    using (writer.Block($"for (nint lane = 0; lane < {Layout.Lanes}; lane += V.Count)"))
                    {
                        int whole = layout.Units / Layout.Lanes * Layout.Lanes;
                        string rows = string.Concat(plan.Operands.Select((_, i) => $"ref {Row(i)}, "));
                        writer.Line("V sum = V.Zero;");
                        if (whole > 0)
                            writer.Line($"for (nint unit = lane; unit < {whole}; unit += {Layout.Lanes})\n    sum = {layout.Name}Terms(ref weights, {rows}unit, sum);");
                        // What the equations give in the padding must not count.
                        if (layout.IsPadded)
                            writer.Line($"sum = V.IfGreater(V.Load(ref mask[0], lane), V.Zero, {layout.Name}Terms(ref weights, {rows}{whole} + lane, sum), sum);");
                        writer.Line("sum.Store(ref lanes[0], lane);");
                    }

                    writer.Blank();
                    writer.Line($"At(ref share, source) = {Attention}.Score<{real}>(lanes);");
                }

                writer.Blank();
                writer.Line($"{Attention}.Context<V, {real}>(length, {layout.SourceSteps}, ref share, ref At(ref memory, row * {layout.MemoryStride}), (nint)rows * {layout.MemoryStride}, ref At(ref context, row * {layout.MemoryStride}), {layout.MemoryStride});");
            }
        }
    }

    private void WriteBackward()
    {
        writer.Line($"""
            /// <summary>
            /// Attention of {plan.Score.Name}, {layout.Units} units, one step back: adds to the gradients of the operands, the parameters and the memory. The scores are computed again.
            /// </summary>
            """);
        WriteSignature("Backward", ["gradients", .. Operands(), .. plan.Operands.Select((_, i) => Gradient(i)), "memory", "dMemory", "attention", "context", "dContext"]);
        using (writer.Block())
        {
            using (LoopOverRows(backward: true))
            {
                writer.Line($"ref {real} dRow = ref At(ref dContext, row * {layout.MemoryStride});");
                writer.Line($"double mean = {Attention}.Mean<V, {real}>(ref dRow, ref At(ref context, row * {layout.MemoryStride}), {layout.MemoryStride});");
                using (LoopOverSources(backward: true))
                {
                    writer.Line($"V dScore = V.Broadcast({Attention}.ScoreGradient<V, {real}>(At(ref share, source), mean, ref At(ref memory, place * {layout.MemoryStride}), ref At(ref dMemory, place * {layout.MemoryStride}), ref dRow, {layout.MemoryStride}));");
                    using (writer.Block($"for (nint unit = 0; unit < {layout.Padded}; unit += V.Count)"))
                        WriteGradients();
                    ClearPadding(AttentionSide.Key);
                }

                ClearPadding(AttentionSide.Query);
            }

            foreach (int vector in plan.Vectors.Where(_ => layout.IsPadded))
                writer.Line(Clear("gradients", layout.VectorOffsets[vector] + layout.Units));
        }
    }

    private void WriteGradients()
    {
        var stores = plan.OperandGradients.Select((n, i) => (Value: n, Target: Unit(GradientRow(i))))
            .Concat(plan.VectorGradients.Select((n, i) => (Value: n, Target: InVectors("gradients", plan.Vectors[i]))))
            .Where(s => s.Value.Op != Op.OperandGradient).ToList();
        var elementwise = new ElementwiseWriter(writer, Names(), n => n.Op switch
        {
            Op.OperandGradient => Code.Load(TargetOf(n.Index)),
            Op.StateGradient => Code.Name("dScore"),
            _ => Load(n),
        }, NameInGradients);
        elementwise.Count(stores.Select(s => s.Value));
        foreach (var (equation, _, node) in plan.Equations)
        {
            if (elementwise.IsPending(node))
                WriteEquation(elementwise, $"{equation.Name} = {OriginalOf(equation)}", node);
        }

        writer.Line($"// back through score = {plan.Score.Results[0]}");
        var backwards = plan.Equations.Reverse<(Equation Equation, Node Forward, Node Backward)>().SelectMany(e => plan.Adjoints.Where(a => a.Value == e.Equation.Name).Select(a => (e.Equation, Adjoint: a.Key)));
        foreach (var (equation, adjoint) in backwards.Where(a => !a.Adjoint.IsLeaf))
        {
            if (elementwise.IsPending(adjoint))
                WriteEquation(elementwise, $"back through {equation.Name} = {OriginalOf(equation)}", adjoint);
        }

        // Everything is read before anything is written: a gradient may stand in two of them.
        var values = stores.Select(s => elementwise.Operand(s.Value)).ToList();
        foreach (var (store, value) in stores.Zip(values, (s, v) => (s, v)))
            writer.Store(value, store.Target);
    }

    private void WriteEquation(ElementwiseWriter elementwise, string comment, Node node)
    {
        writer.Line($"// {comment}");
        elementwise.Define(node);
    }

    /// <summary>The equation as it was written: the plan's has the operands' names in it.</summary>
    private Expression OriginalOf(Equation equation) => plan.Score.Equations.First(e => e.Name == equation.Name).Value;

    private CodeWriter.Closing LoopOverRows(bool backward)
    {
        var block = writer.Block("for (nint row = 0; row < rows; row++)");
        writer.Line("int length = lengths.IsEmpty ? sources : lengths[(int)row];");
        writer.Line($"ref {real} share = ref At(ref attention, row * {layout.SourceSteps});");
        WriteRows(AttentionSide.Query, "row", backward);
        return block;
    }

    private CodeWriter.Closing LoopOverSources(bool backward)
    {
        var block = writer.Block("for (nint source = 0; source < length; source++)");
        writer.Line("nint place = source * rows + row;");
        WriteRows(AttentionSide.Key, "place", backward);
        return block;
    }

    private void WriteRows(AttentionSide side, string place, bool backward)
    {
        foreach (var (operand, i) in plan.Operands.Select((o, i) => (o, i)).Where(o => o.o.Side == side))
        {
            writer.Line($"ref {real} {Row(i)} = ref At(ref {Operand(i)}, {place} * {layout.StrideOf(operand)});");
            if (backward)
                writer.Line($"ref {real} {GradientRow(i)} = ref At(ref {Gradient(i)}, {place} * {layout.StrideOf(operand)});");
        }
    }

    private void ClearPadding(AttentionSide side)
    {
        for (int i = 0; i < plan.Operands.Count; i++)
        {
            if (layout.IsPadded && plan.Operands[i].Side == side)
                writer.Line(Clear(GradientRow(i), layout.Units));
        }
    }

    private string Clear(string memory, int from) => $"{Api.Span}(ref At(ref {memory}, {from}), {layout.Padded - layout.Units}).Clear();";

    private void WriteSignature(string what, IEnumerable<string> memory) =>
        writer.Line($"{Api.Optimized}\nprivate static void {layout.Name}{what}(int rows, int sources, global::System.ReadOnlySpan<int> lengths, {string.Join(", ", memory.Prepend("weights").Select(m => $"ref {real} {m}"))})");

    private IEnumerable<string> Operands() => plan.Operands.Select((_, i) => Operand(i));

    private string Describe() => string.Join(", ", plan.Operands.Select((o, i) =>
        $"{Operand(i)} is {(o.Map is { } map ? $"{plan.Score.Parameters[map].Name} * " : "")}{plan.Score.States[(int)o.Side]}, [{(o.Side == AttentionSide.Query ? "row" : "source step][row")}][{layout.StrideOf(o)}]"));

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

    private Address InVectors(string memory, int vector) => Address.Of(memory).Plus(layout.VectorOffsets[vector]).Plus("unit");

    private string? NameOfLeaf(Node node) => node.Op switch
    {
        Op.State => plan.Operands[PlaceOf(node)].Name,
        Op.PerUnit => Reading.Names.Escape(plan.Score.Parameters[node.Index].Name),
        _ => null,
    };

    private string? NameInGradients(Node node)
    {
        if (plan.Adjoints.TryGetValue(node, out string? equation) && !node.IsLeaf)
            return KernelMemory.Gradient(equation.TrimStart('@'));
        var named = plan.Equations.FirstOrDefault(e => e.Backward == node).Equation;
        return named?.Name ?? NameOfLeaf(node);
    }

    /// <summary>The names of a method: whatever the three of them call something is taken.</summary>
    private NameTable Names()
    {
        var names = new NameTable();
        string[] own = ["sources", "source", "lengths", "length", "lanes", "mask", "share", "place", "mean", "memory", "dMemory", "attention", "context", "dContext", "dRow", "dScore", "sum"];
        string[] numbered = [.. plan.Operands.SelectMany((_, i) => new[] { Operand(i), Gradient(i), Row(i), GradientRow(i) })];
        foreach (string name in own.Concat(numbered))
            names.Take(name);
        return names;
    }
}
