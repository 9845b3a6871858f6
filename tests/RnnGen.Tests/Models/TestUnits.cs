namespace RnnGen.Tests.Models;

/// <summary>A layer that works on the numbers of each vector by itself.</summary>
/// <param name="Type">Which.</param>
internal abstract record TestUnits(string Type) : TestElement(Type)
{
    /// <summary>The output of the layer.</summary>
    /// <param name="interpreter">Records the operations.</param>
    /// <param name="tensors">The model's parameters, [row][column].</param>
    /// <param name="path">What the names of its parameters begin with.</param>
    /// <param name="x">A vector.</param>
    public abstract int[] Of(Interpreter interpreter, IReadOnlyDictionary<string, int[][]> tensors, string path, int[] x);
}

/// <param name="Kind">LayerNorm, RmsNorm or GroupNorm.</param>
/// <param name="Groups">1 but for GroupNorm.</param>
internal sealed record TestNorm(string Kind, int Groups = 1) : TestUnits(Kind)
{
    public double Epsilon { get; init; } = 1e-5;

    public bool Gain { get; init; } = true;

    public bool Bias { get; init; } = true;

    protected override IEnumerable<string> Arguments =>
    [
        Kind == "GroupNorm" ? $"{Groups}" : "", Epsilon == 1e-5 ? "" : $"Epsilon = {Text(Epsilon)}", Gain ? "" : "Gain = false",
        Bias || Kind == "RmsNorm" ? "" : "Bias = false"
    ];

    public override int[] Of(Interpreter interpreter, IReadOnlyDictionary<string, int[][]> tensors, string path, int[] x)
    {
        int[] y = [.. x.Chunk(x.Length / Groups).SelectMany(group => Normalize(interpreter, group))];
        if (Gain)
            y = [.. y.Zip(tensors[$"{path}.weight"], (n, row) => interpreter.Combine('*', n, row[0]))];
        return Bias && Kind != "RmsNorm" ? [.. y.Zip(tensors[$"{path}.bias"], (n, row) => interpreter.Combine('+', n, row[0]))] : y;
    }

    private IEnumerable<int> Normalize(Interpreter interpreter, int[] x)
    {
        int size = interpreter.Leaf(x.Length);
        if (Kind != "RmsNorm")
        {
            int mean = interpreter.Combine('/', interpreter.Sum(x), size);
            x = [.. x.Select(n => interpreter.Combine('-', n, mean))];
        }

        int square = interpreter.Combine('/', interpreter.Dot(x, x), size);
        int root = interpreter.Apply("Sqrt", interpreter.Combine('+', square, interpreter.Leaf(Epsilon)));
        return x.Select(n => interpreter.Combine('/', n, root));
    }
}

/// <param name="IsLog">True for the logarithm.</param>
/// <param name="IsOverTime">True for the steps of each number.</param>
internal sealed record TestSoftmax(bool IsLog = false, bool IsOverTime = false) : TestUnits(IsLog ? "LogSoftmax" : "Softmax")
{
    protected override IEnumerable<string> Arguments => [IsOverTime ? "Over = Axis.Time" : ""];

    public override int[] Of(Interpreter interpreter, IReadOnlyDictionary<string, int[][]> tensors, string path, int[] x)
    {
        int[] shares = interpreter.Softmax(x);
        return IsLog ? [.. shares.Select(s => interpreter.Apply("Log", s))] : shares;
    }
}

/// <param name="Shared">True for one slope.</param>
internal sealed record TestPRelu(bool Shared = false) : TestUnits("PRelu")
{
    protected override IEnumerable<string> Arguments => [Shared ? "Shared = true" : ""];

    public override int[] Of(Interpreter interpreter, IReadOnlyDictionary<string, int[][]> tensors, string path, int[] x) =>
        [.. x.Select((n, i) => interpreter.Value(n) > 0
            ? n
            : interpreter.Combine('*', n, tensors[$"{path}.weight"][Shared ? 0 : i][0]))];
}

/// <param name="Inverts">True for the way back.</param>
internal sealed record TestStandardize(bool Inverts = false) : TestUnits("Standardize")
{
    protected override IEnumerable<string> Arguments => [Inverts ? "Invert = true" : ""];

    public override int[] Of(Interpreter interpreter, IReadOnlyDictionary<string, int[][]> tensors, string path, int[] x) =>
        [.. x.Select((n, i) =>
        {
            int mean = tensors[$"{path}.mean"][i][0], scale = tensors[$"{path}.scale"][i][0];
            return Inverts
                ? interpreter.Combine('+', interpreter.Combine('*', n, scale), mean)
                : interpreter.Combine('*', interpreter.Combine('-', n, mean), scale);
        })];
}
