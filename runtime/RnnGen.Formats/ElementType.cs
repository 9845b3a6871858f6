namespace RnnGen.Formats;

/// <summary>A type of elements: safetensors' name and the bytes of one.</summary>
internal readonly record struct ElementType(string Name, int Size)
{
    /// <summary>An integer of so many bytes.</summary>
    public static ElementType Integer(int size, bool isSigned) => new($"{(isSigned ? "I" : "U")}{size * 8}", size);

    /// <summary>A floating-point number of so many bytes.</summary>
    public static ElementType Real(int size) => new($"F{size * 8}", size);

    public static ElementType BFloat16 => new("BF16", 2);

    public static ElementType Boolean => new("BOOL", 1);
}
