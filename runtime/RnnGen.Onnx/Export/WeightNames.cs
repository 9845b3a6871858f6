namespace RnnGen.Onnx;

/// <summary>What the generator calls the modules of a model: their names, or their kinds, numbered where there are several.</summary>
internal sealed class WeightNames
{
    private readonly HashSet<string> taken;
    private readonly bool hasOneRnn;
    private readonly bool hasOneDense;
    private int rnns;
    private int denseLayers;

    public WeightNames(IReadOnlyList<DeclaredAttribute> attributes)
    {
        taken = [.. attributes.Select(a => a.Name)];
        hasOneRnn = attributes.Count(a => a.Kind == "Rnn") == 1;
        int dense = attributes.Sum(a => a.Kind switch
        {
            "Dense" => 1,
            "Pool" when (Pooling)a.Size(0) == Pooling.Attention => a.Whole("Units") > 0 ? 2 : 1,
            "Rnn" when (Direction)a.Whole("Direction") == Direction.Bidirectional && (Merge)a.Whole("Merge") == Merge.Linear => a.Whole("Depth", 1),
            _ => 0,
        });
        hasOneDense = dense == 1 && attributes.Count(a => a.Kind == "Dense" && a.Name.Length == 0) == 1;
    }

    public string Rnn(DeclaredAttribute attribute)
    {
        rnns++;
        return Path(attribute.Name, hasOneRnn ? "rnn" : $"rnn{rnns}");
    }

    public string Dense(DeclaredAttribute attribute)
    {
        string path = Path(attribute.Name, hasOneDense ? "dense" : $"dense{denseLayers + 1}");
        denseLayers++;
        return path;
    }

    public string Pool(DeclaredAttribute attribute) => Path(attribute.Name, "pool");

    /// <summary>A dense layer within another module.</summary>
    public string Part(string path)
    {
        denseLayers++;
        return Unique(path);
    }

    private string Path(string name, string otherwise) => name.Length > 0 ? name : Unique(otherwise);

    private string Unique(string wanted)
    {
        string path = wanted;
        for (int i = 2; !taken.Add(path); i++)
            path = $"{wanted}_{i}";
        return path;
    }
}
