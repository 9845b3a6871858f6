namespace RnnGen.Formats;

/// <summary>Names that a file gives to its tensors.</summary>
internal static class TensorNames
{
    private const int Longest = 4096;

    /// <summary>Refuses a name that a tensor cannot have.</summary>
    public static string Check(string what, string name)
    {
        if (name.Length > Longest)
            throw new InvalidDataException($"{what} has a name of {name.Length} letters, more than {Longest}.");
        if (!IsUnicode(name))
            throw new InvalidDataException($"{what} has a name that is not Unicode: {FileText.Quote(name)}.");
        return name != "__metadata__"
            ? name
            : throw new InvalidDataException($"{what} has a tensor {name}, a name that safetensors reserves.");
    }

    /// <summary>True if no half of a surrogate pair stands alone.</summary>
    public static bool IsUnicode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return false;
            i++;
        }

        return true;
    }

    /// <summary>Tensors and texts together.</summary>
    /// <exception cref="InvalidDataException">Two tensors have one name.</exception>
    public static SafetensorsFile File(string what, List<SafetensorsTensor> tensors, Dictionary<string, string>? metadata = null)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (SafetensorsTensor tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new InvalidDataException($"{what} has two tensors {FileText.Quote(tensor.Name)}.");
        }

        return new(tensors, metadata);
    }
}
