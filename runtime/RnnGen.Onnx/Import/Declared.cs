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

    /// <summary>The attribute without what is common to all.</summary>
    public abstract (string Name, List<string> Arguments) Attribute { get; }

    /// <summary>Its tensors under RnnGen's names.</summary>
    public virtual IEnumerable<(string Name, int[] Shape, float[] Values)> Tensors => [];

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

internal sealed class DeclaredSource(SourceElement source) : Declared
{
    public SourceElement Source { get; } = source;

    public bool IsOneHot => Source.Symbols > 0 && Source.Vectors is null;

    public override (string, List<string>) Attribute =>
        Source.Symbols == 0 ? ("Input", [$"{Source.Width}"])
            : IsOneHot ? ("OneHot", [$"{Source.Symbols}"])
            : ("Embedding", [$"{Source.Symbols}", $"{Source.Width}"]);

    public override IEnumerable<(string, int[], float[])> Tensors =>
        Source.Vectors is { } vectors ? [("embedding.weight", [Source.Symbols, Source.Width], vectors)] : [];
}

/// <param name="first">The layer, or its forward direction.</param>
/// <param name="second">The reverse direction of a bidirectional layer.</param>
/// <param name="merge">The operation that makes one of the two.</param>
internal sealed class DeclaredRnn(RnnElement first, RnnElement? second, Merge merge) : Declared
{
    public bool IsForward => second is null && !first.IsReverse;

    public override (string, List<string>) Attribute
    {
        get
        {
            List<string> arguments = [$"{first.Hidden}"];
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
            return ($"Rnn<{first.Cell}>", arguments);
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

    public override (string, List<string>) Attribute
    {
        get
        {
            List<string> arguments = [$"{dense.Width}"];
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

internal sealed class DeclaredPool(bool isMean) : Declared
{
    public override (string, List<string>) Attribute => ("Pool", [isMean ? "Pooling.Mean" : "Pooling.Last"]);
}

internal sealed class DeclaredHead(string loss, string tensor, int size) : Declared
{
    public string Tensor { get; } = tensor;

    public int Size { get; } = size;

    public override (string, List<string>) Attribute => (loss, []);
}
