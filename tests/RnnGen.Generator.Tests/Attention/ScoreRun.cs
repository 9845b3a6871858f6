using System.Numerics;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Tests.Attention;

internal delegate void Forward<T>(
    int rows, int sources, int[] lengths, T[] weights, T[][] operands, T[] memory, T[] attention, T[] context);

internal delegate void Backward<T>(
    int rows, int sources, int[] lengths, T[] weights, T[] gradients, T[][] operands, T[][] dOperands, T[] memory, T[] dMemory,
    T[] attention, T[] context, T[] dContext);

/// <summary>Buffers of a case, filled with numbers that are the same for both elements, and what its equations say of them.</summary>
internal sealed class ScoreRun<T> where T : unmanaged, INumber<T>
{
    private readonly ScoreCase score;
    private readonly Type type;
    private readonly AttentionLayout layout;
    private readonly Dictionary<string, double[,]> maps = [];
    private readonly Dictionary<string, double[]> vectors = [];
    private readonly double[][] queries;
    private readonly double[][][] keys;
    private readonly Random random = new(17);

    public ScoreRun(ScoreCase score, Type type, int sources, int[] lengths)
    {
        (this.score, this.type, Sources, Lengths) = (score, type, sources, lengths);
        Rows = lengths.Length == 0 ? 2 : lengths.Length;
        var declaration = ScoreCase.Read(type);
        layout = score.LayoutOf(declaration);
        queries = [.. Enumerable.Range(0, Rows).Select(_ => Numbers(score.QueryWidth))];
        keys = [.. Enumerable.Range(0, sources).Select(_ => Enumerable.Range(0, Rows).Select(_ => Numbers(score.MemoryWidth)).ToArray())];
        Weights = new T[16 + (layout.Plan.Vectors.Count * layout.Padded)];
        for (int i = 0; i < declaration.Parameters.Count; i++)
            Give(declaration.Parameters[i], i);
        Operands = [.. layout.Plan.Operands.Select(OperandOf)];
        Memory = Rowed(keys.SelectMany(k => k), layout.MemoryStride);
        Attention = new T[Rows * ScoreCase.SourceSteps];
        Context = new T[Rows * layout.MemoryStride];
        DContext = Rowed(Enumerable.Range(0, Rows).Select(_ => Numbers(score.MemoryWidth)), layout.MemoryStride);
        Gradients = new T[Weights.Length];
        DOperands = [.. Operands.Select(o => new T[o.Length])];
        DMemory = new T[Memory.Length];
        Array.Fill(Attention, T.CreateChecked(9));
    }

    public int Rows { get; }

    public int Sources { get; }

    public int[] Lengths { get; }

    public T[] Weights { get; }

    public T[][] Operands { get; }

    public T[] Memory { get; }

    public T[] Attention { get; }

    public T[] Context { get; }

    public T[] DContext { get; }

    public T[] Gradients { get; }

    public T[][] DOperands { get; }

    public T[] DMemory { get; }

    public AttentionLayout Layout => layout;

    /// <summary>Everything that the kernels write.</summary>
    public IEnumerable<T> Results => Attention.Concat(Context).Concat(Gradients).Concat(DOperands.SelectMany(d => d)).Concat(DMemory);

    public void Run(Forward<T> forward) => forward(Rows, Sources, Lengths, Weights, Operands, Memory, Attention, Context);

    public void Run(Backward<T> backward) =>
        backward(Rows, Sources, Lengths, Weights, Gradients, Operands, DOperands, Memory, DMemory, Attention, Context, DContext);

    public int LengthOf(int row) => Lengths.Length == 0 ? Sources : Lengths[row];

    /// <summary>The weights and the context of a row, from the struct's own equations.</summary>
    public (double[] Attention, double[] Context) Plain(int row)
    {
        object evaluated = Activator.CreateInstance(type, new CellValues(maps, vectors))!;
        var method = type.GetMethod("Score")!;
        double[] scores = [.. Enumerable.Range(0, LengthOf(row))
            .Select(s => ((Hidden)method.Invoke(evaluated, [new Hidden(queries[row]), new Hidden(keys[s][row])])!).ToArray().Sum())];
        double total = scores.Sum(Math.Exp);
        double[] attention = [.. scores.Select(s => Math.Exp(s) / total)];
        return (attention, [.. Enumerable.Range(0, score.MemoryWidth).Select(i => attention.Select((a, s) => a * keys[s][row][i]).Sum())]);
    }

    /// <summary>The places of a buffer of rows that hold numbers: everything else is padding.</summary>
    public static IEnumerable<int> Places(int length, int stride, int width) => Enumerable.Range(0, length).Where(i => i % stride < width);

    public int WidthOf(AttentionOperand operand) =>
        operand.Map is not null ? score.Units : operand.Side == AttentionSide.Query ? score.QueryWidth : score.MemoryWidth;

    private void Give(CellParameter parameter, int index)
    {
        if (parameter.Kind == ParameterKind.PerUnit)
        {
            vectors[parameter.Name.Text] = Numbers(score.Units);
            for (int i = 0; i < score.Units; i++)
                Weights[layout.VectorOffsets[index] + i] = T.CreateChecked(vectors[parameter.Name.Text][i]);
            return;
        }

        int width = layout.Plan.Operands.First(o => o.Map == index).Side == AttentionSide.Query ? score.QueryWidth : score.MemoryWidth;
        var values = maps[parameter.Name.Text] = new double[score.Units, width];
        for (int i = 0; i < values.Length; i++)
            values[i / width, i % width] = ((2 * random.NextDouble()) - 1) / Math.Sqrt(width);
    }

    private T[] OperandOf(AttentionOperand operand)
    {
        var rows = operand.Side == AttentionSide.Query ? queries : keys.SelectMany(k => k);
        if (operand.Map is { } map)
            rows = rows.Select(r => Multiply(maps[layout.Plan.Score.Parameters[map].Name.Text], r));
        return Rowed(rows, layout.StrideOf(operand));
    }

    private static double[] Multiply(double[,] matrix, double[] vector) =>
        [.. Enumerable.Range(0, matrix.GetLength(0)).Select(i => vector.Select((x, j) => matrix[i, j] * x).Sum())];

    private static T[] Rowed(IEnumerable<double[]> rows, int stride) =>
        [.. rows.SelectMany(r => r.Concat(new double[stride - r.Length])).Select(T.CreateChecked)];

    // None is near 0, by which a score may divide.
    private double[] Numbers(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() + 0.25) * (random.Next(2) == 0 ? 1 : -1))];
}
