using System.Globalization;
using RnnGen.Generated;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Support;
using RnnGen.Generator.Writing.Kernels;
using RnnGen.Generator.Writing.Members;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Tests.Attention;

/// <summary>A score and the sizes that its kernels are written for.</summary>
/// <param name="Type">The struct's full name.</param>
/// <param name="Units">Its units.</param>
/// <param name="QueryWidth">Numbers of a query.</param>
/// <param name="MemoryWidth">Numbers of what is attended to, which are the keys.</param>
internal sealed record ScoreCase(string Type, int Units, int QueryWidth, int MemoryWidth)
{
    public const int SourceSteps = 7;

    /// <summary>
    /// Scores as a user may write them: with a kink, a constant, quotients that have no value in the padding, names of the kernels' own.
    /// </summary>
    public const string Source = """
        using RnnGen;

        [RnnAttention]
        public readonly partial struct Decay
        {
            const double Rate = 0.75;
            readonly PerUnit width, lane;
            public Hidden Score(Hidden source, Hidden k)
            {
                var distance = source - k;
                var squares = distance * distance;
                return -(width * Exp(-Rate * squares)) / (Exp(k) + 1) + Max(lane * k, 0.1);
            }
        }

        [RnnAttention]
        public readonly partial struct Ratio
        {
            readonly Map sum, Wk, Vk;
            readonly PerUnit v;
            public Hidden Score(Hidden q, Hidden @event)
            {
                var key = Wk * @event;
                var gate = Sigmoid(Vk * @event + v);
                var projected = sum * q;
                return Scaled(projected / (q * q)) + gate * key;
            }
        }
        """;

    public static readonly ScoreCase[] All =
    [
        new("RnnGen.AdditiveScore", 64, 48, 40),
        new("RnnGen.AdditiveScore", 10, 5, 100),
        new("RnnGen.DotScore", 32, 32, 32),
        new("RnnGen.DotScore", 50, 50, 50),
        new("RnnGen.GeneralScore", 24, 24, 130),
        new("RnnGen.ScaledDotScore", 48, 48, 48),
        new("Decay", 20, 20, 20),
        new("Ratio", 37, 37, 18),
    ];

    public string Name => $"{Type.Split('.').Last()}{Units.ToString(CultureInfo.InvariantCulture)}";

    public override string ToString() => Name;

    /// <summary>The score as another assembly reads it.</summary>
    public static CellDeclaration Read(Type type)
    {
        var diagnostics = new DiagnosticBag();
        string source = ((CellEquationsAttribute)Attribute.GetCustomAttribute(type, typeof(CellEquationsAttribute))!).Source;
        var score = CellReader.Parse(type.Name, source, diagnostics, Dialect.Score);
        Assert.Empty(diagnostics.ToEquatableArray());
        Assert.Equal(source, score!.ToSource().TrimEnd('\n'));
        return score;
    }

    public AttentionLayout LayoutOf(CellDeclaration score)
    {
        var plan = AttentionPlan.Of(LayerEquations.ResolveScore(score, Units));
        return new()
        {
            Name = Name,
            Plan = plan,
            Units = Units,
            QueryStride = Panel.Pad(QueryWidth),
            MemoryStride = Panel.Pad(MemoryWidth),
            SourceSteps = SourceSteps,
            VectorOffsets = plan.Vectors.Select((v, i) => (v, i)).ToDictionary(v => v.v, v => 16 + (v.i * Panel.Pad(Units))),
        };
    }

    /// <summary>
    /// The kernels with something public in front of them: class <c>{Name}Float</c> or <c>{Name}Double</c>, type <c>Kernels&lt;V&gt;</c>.
    /// </summary>
    public string Write(CellDeclaration score, bool isDouble)
    {
        string real = isDouble ? "double" : "float";
        var layout = LayoutOf(score);
        var writer = new CodeWriter();
        var offsets = new OffsetTable("Offsets");
        offsets.AddScore(layout);
        writer.Line("#nullable disable");
        foreach (string used in new[] { "System", "System.Runtime.CompilerServices", "System.Runtime.InteropServices", "RnnGen.Numerics" })
            writer.Line($"using {used};");
        var scope = writer.Block($"public static class {ClassName(isDouble)}");
        KernelFile.WriteOffsets(writer, offsets);
        using (writer.Block($"public static class Kernels<V> where V : struct, global::RnnGen.Numerics.ILanes<V, {real}>"))
        {
            string operands = string.Concat(layout.Plan.Operands.Select((_, i) => $"ref operands[{i}][0], "));
            bool hasVectors = layout.Plan.Vectors.Count > 0;
            string gradients = string.Concat(layout.Plan.Operands.Select((_, i) => $"ref dOperands[{i}][0], "));
            writer.Line($"public static void Forward(int rows, int sources, int[] lengths, {real}[] weights, {real}[][] operands, "
                + $"{real}[] memory, {real}[] attention, {real}[] context) =>");
            writer.Line($"    {Name}Forward(rows, sources, lengths, {(hasVectors ? "ref weights[0], " : "")}{operands}ref memory[0], ref "
                + "attention[0], ref context[0]);");
            writer.Line($"public static void Backward(int rows, int sources, int[] lengths, {real}[] weights, {real}[] gradients, "
                + $"{real}[][] operands, {real}[][] dOperands, {real}[] memory, {real}[] dMemory, {real}[] attention, {real}[] context, "
                + $"{real}[] dContext) =>");
            writer.Line($"    {Name}Backward(rows, sources, lengths, "
                + $"{(hasVectors ? "ref weights[0], ref gradients[0], " : "")}{operands}{gradients}ref memory[0], ref dMemory[0], ref "
                + "attention[0], ref context[0], ref dContext[0]);");
            writer.Blank();
            new AttentionKernelWriter(writer, real, layout, offsets).Write();
            writer.Line($"private static ref {real} At(ref {real} start, nint offset) => ref "
                + "global::System.Runtime.CompilerServices.Unsafe.Add(ref start, offset);");
            foreach (var function in layout.Plan.Operators.Where(o => o.IsFunction))
                writer.Line($"private static V {function}(V x) => global::RnnGen.Numerics.Functions.{function}<V, {real}>(x);");
        }

        scope.Dispose();
        return writer.ToString();
    }

    public string ClassName(bool isDouble) => Name + (isDouble ? "Double" : "Float");
}
