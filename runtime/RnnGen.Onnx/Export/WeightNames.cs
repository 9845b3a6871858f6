namespace RnnGen.Onnx;

/// <summary>The generator's names for a model's modules: their own, or their kinds, numbered where there are several.</summary>
internal sealed class WeightNames(IReadOnlyList<DeclaredAttribute> attributes)
{
    private readonly HashSet<string> taken = [.. attributes.Select(a => a.Name)];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    /// <summary>The name of the module that an attribute declares; modules are asked for in the order of the declaration.</summary>
    public string Of(DeclaredAttribute attribute)
    {
        string kind = KindOf(attribute)!;
        int number = numbers[kind] = numbers.GetValueOrDefault(kind) + 1;
        if (attribute.Name.Length > 0 && attribute is not { Kind: "Embedding", Name: "input" })
            return attribute.Name;
        // Most pools have no parameters, and so do not count.
        bool isOnly = attribute.Kind == "Pool" || attributes.Count(a => KindOf(a) == kind) == 1;
        return Inner(isOnly ? kind : $"{kind}{number}");
    }

    /// <summary>The name of a module within another, which nobody declares.</summary>
    public string Inner(string wanted)
    {
        string path = wanted;
        for (int i = 2; !taken.Add(path); i++)
            path = $"{wanted}_{i}";
        return path;
    }

    private static string? KindOf(DeclaredAttribute attribute) => attribute.Kind switch
    {
        "Embedding" or "Rnn" or "Dense" or "Pool" or "PRelu" or "Standardize" => attribute.Kind.ToLowerInvariant(),
        "Conv1d" or "Conv2d" => "conv",
        "LayerNorm" or "RmsNorm" or "GroupNorm" => "norm",
        _ => null,
    };
}
