using System.Text;

namespace RnnGen.Onnx;

/// <summary>Names of classes and namespaces.</summary>
public static class CSharpName
{
    private static readonly HashSet<string> Keywords =
    [
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default", "delegate", "do", "double",
        "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal",
        "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref", "return",
        "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked",
        "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
    ];

    /// <summary>Whether a text is an identifier and no keyword.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsName(string text) => !string.IsNullOrEmpty(text) && (char.IsLetter(text[0]) || text[0] == '_') && text.All(c => char.IsLetterOrDigit(c) || c == '_') && !Keywords.Contains(text);

    /// <summary>A class's name out of any text: <c>silero_vad-v5</c> becomes <c>SileroVadV5</c>.</summary>
    /// <param name="text">Any text.</param>
    public static string From(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder name = new();
        bool starts = true;
        foreach (char c in text)
        {
            if (char.IsLetterOrDigit(c))
                name.Append(starts ? char.ToUpperInvariant(c) : c);
            starts = !char.IsLetterOrDigit(c);
        }

        return name.Length == 0 ? "Model" : char.IsLetter(name[0]) ? name.ToString() : $"Model{name}";
    }
}
