namespace RnnGen.Onnx;

/// <summary>The generator's names for a model's modules: their own, or their kinds, numbered where there are several.</summary>
internal sealed class WeightNames
{
    private readonly HashSet<string> taken;
    private readonly bool hasOneRnn;
    private readonly bool hasOneDense;
    private readonly bool hasOneConvolution;
    private readonly bool hasOneNorm;
    private readonly bool hasOnePRelu;
    private int rnns;
    private int denses;
    private int convolutions;
    private int norms;
    private int rectifiers;

    public WeightNames(IReadOnlyList<DeclaredAttribute> attributes)
    {
        taken = [.. attributes.Select(a => a.Name)];
        hasOneRnn = attributes.Count(a => a.Kind == "Rnn") == 1;
        hasOneDense = attributes.Count(a => a.Kind == "Dense") == 1;
        hasOneConvolution = attributes.Count(a => a.Kind == "Conv1d") == 1;
        hasOneNorm = attributes.Count(a => a.Kind is "LayerNorm" or "RmsNorm" or "GroupNorm") == 1;
        hasOnePRelu = attributes.Count(a => a.Kind == "PRelu") == 1;
    }

    public string Rnn(DeclaredAttribute attribute)
    {
        rnns++;
        return Path(attribute.Name, hasOneRnn ? "rnn" : $"rnn{rnns}");
    }

    public string Dense(DeclaredAttribute attribute)
    {
        denses++;
        return Path(attribute.Name, hasOneDense ? "dense" : $"dense{denses}");
    }

    public string Convolution(DeclaredAttribute attribute)
    {
        convolutions++;
        return Path(attribute.Name, hasOneConvolution ? "conv" : $"conv{convolutions}");
    }

    public string Norm(DeclaredAttribute attribute)
    {
        norms++;
        return Path(attribute.Name, hasOneNorm ? "norm" : $"norm{norms}");
    }

    public string PRelu(DeclaredAttribute attribute)
    {
        rectifiers++;
        return Path(attribute.Name, hasOnePRelu ? "prelu" : $"prelu{rectifiers}");
    }

    public string Pool(DeclaredAttribute attribute) => Path(attribute.Name, "pool");

    /// <summary>A dense layer within another module.</summary>
    public string Inner(string path) => Unique(path);

    private string Path(string name, string otherwise) => name.Length > 0 ? name : Unique(otherwise);

    private string Unique(string wanted)
    {
        string path = wanted;
        for (int i = 2; !taken.Add(path); i++)
            path = $"{wanted}_{i}";
        return path;
    }
}
