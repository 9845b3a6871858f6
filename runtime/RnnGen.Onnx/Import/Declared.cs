using System.Globalization;

namespace RnnGen.Onnx;

/// <summary>An attribute of the declaration.</summary>
internal abstract class Declared
{
    /// <summary>The layers whose outputs this one takes, in order; the source takes none.</summary>
    public IReadOnlyList<Declared> From { get; set; } = [];

    public string Name { get; set; } = "";

    /// <summary>True if others name it.</summary>
    public bool IsNamed { get; set; }

    /// <summary>The attributes that its value stands on directly: itself, or those that it adds or multiplies.</summary>
    public virtual IEnumerable<Declared> Leaves => [this];

    /// <summary>The attribute without what is common to all.</summary>
    public abstract (string Name, List<string> Arguments) Attribute { get; }

    /// <summary>Its tensors under RnnGen's names.</summary>
    public virtual IEnumerable<(string Name, int[] Shape, float[] Values)> Tensors => [];

    /// <summary>Its value in a From.</summary>
    public virtual string Text(bool isOperand) => Name;

    /// <summary>Names all of a kind that occurs several times, so that the weights' names show in the declaration.</summary>
    public static void NameAll(IEnumerable<Declared> all, string kind, Func<Declared, bool> isOf)
    {
        List<Declared> items = [.. all.Where(isOf)];
        for (int i = 0; i < items.Count; i++)
        {
            items[i].Name = items.Count == 1 ? kind : $"{kind}{i + 1}";
            items[i].IsNamed = items.Count > 1 && items[i].HasWeights;
        }
    }

    /// <summary>True if it has weights that are called by its name.</summary>
    protected virtual bool HasWeights => true;

    protected static void AddFunction(List<string> arguments, string argument, string prefix, Function? used, Activation otherwise)
    {
        if (used is not { } function)
            return;
        Function normal = Function.Of(function.Kind);
        if (function.Kind != otherwise)
            arguments.Add($"{argument} = Activation.{function.Kind}");
        if (function.HasAlpha && (float)function.Alpha != (float)normal.Alpha)
            arguments.Add($"{prefix}Alpha = {Number(function.Alpha)}");
        if (function.HasBeta && (float)function.Beta != (float)normal.Beta)
            arguments.Add($"{prefix}Beta = {Number(function.Beta)}");
    }

    /// <summary>ONNX's numbers are floats: the shortest text that is the same one.</summary>
    protected static string Number(double value) => ((float)value).ToString("R", CultureInfo.InvariantCulture);
}

internal sealed class DeclaredSource(IReadOnlyList<SourceElement> sources) : Declared
{
    /// <summary>The inputs, side by side.</summary>
    public IReadOnlyList<SourceElement> Sources { get; } = sources;

    public bool IsOneHot => First is { Symbols: > 0, Vectors: null };

    private SourceElement First => Sources[0];

    public override (string, List<string>) Attribute =>
        First.Symbols == 0 && First.Grid is not null && Sources.Count == 1
            ? ("Input", [$"{First.Positions}", $"Channels = {First.Width / First.Positions}"])
            : First.Symbols == 0 ? ("Input", [$"{Sources.Sum(s => s.Width)}"])
            : IsOneHot ? ("OneHot", [$"{First.Symbols}"])
            : ("Embedding", [$"{First.Symbols}", $"{First.Width}"]);

    public override IEnumerable<(string, int[], float[])> Tensors =>
        First.Vectors is { } vectors ? [("embedding.weight", [First.Symbols, First.Width], vectors)] : [];
}

/// <summary>Values added or multiplied, which the From of others says.</summary>
internal sealed class DeclaredCombined(char operation, IReadOnlyList<IReadOnlyList<Declared>> operands) : Declared
{
    public override (string, List<string>) Attribute => throw new InvalidOperationException("It is no attribute.");

    public override IEnumerable<Declared> Leaves => operands.SelectMany(o => o).SelectMany(d => d.Leaves);

    public override string Text(bool isOperand)
    {
        string text = string.Join($" {operation} ", operands.Select(o => o is [var only]
            ? only.Text(isOperand: true)
            : $"({string.Join(", ", o.Select(d => d.Text(isOperand: false)))})"));
        return isOperand ? $"({text})" : text;
    }
}

/// <param name="first">The layer, or its forward direction.</param>
/// <param name="second">The reverse direction of a bidirectional layer.</param>
/// <param name="merge">The operation that makes one of the two.</param>
internal sealed class DeclaredRnn(RnnElement first, RnnElement? second, Merge merge) : Declared
{
    public bool IsForward => second is null && !first.IsReverse;

    /// <summary>Its directions.</summary>
    public IEnumerable<RnnElement> Directions => second is null ? [first] : [first, second];

    /// <summary>The struct of its cell, if the file has one of its own.</summary>
    public string? Cell => first.Text;

    /// <summary>The name that the model gives to such a cell.</summary>
    public string? CellName { get; set; }

    public override (string, List<string>) Attribute
    {
        get
        {
            List<string> arguments = [$"{first.Hidden}"];
            if (first.IsAlongPositions)
                arguments.Add("Over = Axis.Inner");
            if (second is not null)
                arguments.Add("Direction = Direction.Bidirectional");
            else if (first.IsReverse)
                arguments.Add("Direction = Direction.Reverse");
            if (merge != Merge.Concat)
                arguments.Add($"Merge = Merge.{merge}");
            AddFunction(arguments, "Activation", "Activation", first.Candidate, Activation.Tanh);
            AddFunction(arguments, "GateActivation", "Gate", first.Gate, Activation.Sigmoid);
            AddFunction(arguments, "OutputActivation", "Output", first.Output, Activation.Tanh);
            if (first.Clip > 0)
                arguments.Add($"Clip = {Number(first.Clip)}");
            if (!first.HasBias)
                arguments.Add("Bias = false");
            return ($"Rnn<{CellName ?? first.Cell}>", arguments);
        }
    }

    public override IEnumerable<(string, int[], float[])> Tensors =>
        first.Tensors.Select(t => ($"{Name}.{t.Name}_l0", t.Shape, t.Values))
            .Concat(second?.Tensors.Select(t => ($"{Name}.{t.Name}_l0_reverse", t.Shape, t.Values)) ?? []);
}

internal sealed class DeclaredDense(DenseElement dense) : Declared
{
    /// <summary>True if the sigmoid is the loss's.</summary>
    public bool IsLinear { get; set; }

    /// <summary>False for a function alone, or one number times all numbers and another one added: there are no weights.</summary>
    public bool IsLayer => dense.Matrix is not null
        || dense.Affine is not { } affine
        || (dense.Function.Kind != Activation.Linear && affine is not (1, 0));

    protected override bool HasWeights => IsLayer;

    public override (string, List<string>) Attribute
    {
        get
        {
            List<string> arguments = [];
            if (!IsLayer)
            {
                Function function = dense.Function.Kind != Activation.Linear ? dense.Function
                    : new(Activation.Affine, dense.Affine!.Value.Alpha, dense.Affine!.Value.Beta);
                AddFunction(arguments, "", "", function, function.Kind);
                return ("Activation", [$"Activation.{function.Kind}", .. arguments]);
            }

            arguments.Add($"{dense.Width}");
            if (!IsLinear)
                AddFunction(arguments, "Activation", "Activation", dense.Function, Activation.Linear);
            if (dense.Bias is null)
                arguments.Add("Bias = false");
            return ("Dense", arguments);
        }
    }

    public override IEnumerable<(string, int[], float[])> Tensors
    {
        get
        {
            if (!IsLayer)
                yield break;
            yield return ($"{Name}.weight", [dense.Width, Inputs], dense.Matrix ?? Diagonal());
            if (dense.Bias is { } bias)
                yield return ($"{Name}.bias", [dense.Width], bias);
        }
    }

    private int Inputs => dense.Matrix is { } matrix ? matrix.Length / dense.Width : dense.Width;

    private float[] Diagonal()
    {
        float[] matrix = new float[dense.Width * dense.Width];
        for (int i = 0; i < dense.Width; i++)
            matrix[i * (dense.Width + 1)] = dense.Diagonal![i];
        return matrix;
    }
}

/// <summary>A name for values added or multiplied: 1 · x + 0.</summary>
internal sealed class DeclaredIdentity : Declared
{
    protected override bool HasWeights => false;

    public override (string, List<string>) Attribute => ("Activation", ["Activation.Affine"]);
}

internal sealed class DeclaredPool(Pooling kind) : Declared
{
    /// <summary>True if it takes the last position of each step.</summary>
    public bool IsAlongPositions { get; init; }

    /// <summary>v of attention.</summary>
    public float[]? Score { get; init; }

    /// <summary>The layer before the score.</summary>
    public DenseElement? Keys { get; init; }

    protected override bool HasWeights => Score is not null;

    public override (string, List<string>) Attribute =>
        ("Pool", [$"Pooling.{kind}", .. Keys is null ? [] : (string[])[$"Units = {Keys.Width}"],
            .. IsAlongPositions ? (string[])["Over = Axis.Inner"] : []]);

    public override IEnumerable<(string, int[], float[])> Tensors
    {
        get
        {
            if (Score is null)
                yield break;
            if (Keys is not null)
            {
                yield return ($"{Name}.key.weight", [Keys.Width, Keys.Matrix!.Length / Keys.Width], Keys.Matrix);
                yield return ($"{Name}.key.bias", [Keys.Width], Keys.Bias ?? new float[Keys.Width]);
            }

            yield return ($"{Name}.score.weight", [1, Score.Length], Score);
        }
    }
}

internal sealed class DeclaredConv(ConvElement conv) : Declared
{
    private readonly ConvWeights weights = conv.Weights;

    public bool IsOverTime => conv.IsOverTime;

    public override (string, List<string>) Attribute
    {
        get
        {
            List<string> arguments = [$"{weights.Channels}"];
            AddNumber(arguments, "Kernel", weights.Kernel, 3);
            AddNumber(arguments, "Dilation", conv.Dilation, 1);
            AddNumber(arguments, "Stride", conv.Stride, 1);
            AddNumber(arguments, "Groups", weights.Groups, 1);
            AddNumber(arguments, "Padding", conv.Padding, 0);
            AddNumber(arguments, "PaddingEnd", conv.PaddingEnd, conv.Padding);
            if (conv.IsReflected)
                arguments.Add("PaddingMode = PaddingMode.Reflect");
            if (!conv.IsOverTime)
                arguments.Add("Over = Axis.Inner");
            AddFunction(arguments, "Activation", "Activation", conv.Function, Activation.Linear);
            if (weights.Bias is null)
                arguments.Add("Bias = false");
            return ("Conv1d", arguments);

            static void AddNumber(List<string> arguments, string name, int number, int otherwise)
            {
                if (number != otherwise)
                    arguments.Add($"{name} = {number}");
            }
        }
    }

    public override IEnumerable<(string, int[], float[])> Tensors
    {
        get
        {
            int inputs = weights.Matrix.Length / weights.Channels / weights.Kernel;
            yield return ($"{Name}.weight", [weights.Channels, inputs, weights.Kernel], weights.Matrix);
            if (weights.Bias is { } bias)
                yield return ($"{Name}.bias", [weights.Channels], bias);
        }
    }
}

/// <summary>Norms, softmax, PRelu, magnitudes and pools of positions.</summary>
internal sealed class DeclaredUnit(Element element) : Declared
{
    public string Kind => element switch { NormElement => "norm", PReluElement => "prelu", _ => "value" };

    protected override bool HasWeights => Kind != "value";

    public override (string, List<string>) Attribute => element switch
    {
        NormElement { IsCentred: true } norm => ("LayerNorm", Norm(norm)),
        NormElement norm => ("RmsNorm", Norm(norm)),
        SoftmaxElement softmax => (softmax.IsLog ? "LogSoftmax" : "Softmax", []),
        PReluElement prelu => ("PRelu", prelu.Slopes.Length == 1 ? ["Shared = true"] : []),
        MagnitudeElement => ("Magnitude", ["ComplexParts.Halves"]),
        GridPoolElement pool => ("Pool", Pool(pool)),
        _ => throw new InvalidOperationException(element.What),
    };

    public override IEnumerable<(string, int[], float[])> Tensors => element switch
    {
        NormElement norm => new (string Name, float[]? Values)[] { ("weight", norm.Gain), ("bias", norm.Bias) }
            .Where(t => t.Values is not null).Select(t => ($"{Name}.{t.Name}", new[] { t.Values!.Length }, t.Values!)),
        PReluElement prelu => [($"{Name}.weight", [prelu.Slopes.Length], prelu.Slopes)],
        _ => [],
    };

    private static List<string> Norm(NormElement norm)
    {
        List<string> arguments = [];
        if ((float)norm.Epsilon != 1e-5f)
            arguments.Add($"Epsilon = {Number(norm.Epsilon)}");
        if (norm.Gain is null)
            arguments.Add("Gain = false");
        if (norm.Bias is null && norm.IsCentred)
            arguments.Add("Bias = false");
        return arguments;
    }

    private static List<string> Pool(GridPoolElement pool)
    {
        List<string> arguments = [pool.IsMean ? "Pooling.Mean" : "Pooling.Max", "Over = Axis.Inner"];
        if (pool.Positions > 1)
        {
            arguments.Add($"Kernel = {pool.Kernel}");
            if (pool.Stride != pool.Kernel)
                arguments.Add($"Stride = {pool.Stride}");
        }

        return arguments;
    }
}

internal sealed class DeclaredHead(string loss, string tensor, int size) : Declared
{
    public string Tensor { get; } = tensor;

    public int Size { get; } = size;

    public override (string, List<string>) Attribute => (loss, []);
}
