using System.Text;

namespace RnnGen.Onnx;

/// <summary>Names of classes and namespaces.</summary>
public static class CSharpName
{
    private static readonly HashSet<string> Keywords =
    [
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue",
        "decimal", "default", "delegate", "do", "double",
        "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if",
        "implicit", "in", "int", "interface", "internal",
        "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out", "override", "params", "private",
        "protected", "public", "readonly", "ref", "return",
        "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true",
        "try", "typeof", "uint", "ulong", "unchecked",
        "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
    ];

    /// <summary>Names that a model's class cannot have: those of its members, and the namespaces that its code uses.</summary>
    private static readonly HashSet<string> Members =
    [
        "BFloat16", "CreateTape", "CreateTrainer", "FlopPerStep", "Forward", "InputSize", "Int8", "Load", "OutputSize",
        "ParameterCount", "Parameters",
        "Save", "Shape", "Snapshot", "State", "StateSize", "Step", "Steps", "Summary", "ToBFloat16", "ToInt8", "ToString",
        "Microsoft", "RnnGen", "System",
    ];

    /// <summary>RnnGen's types, which a declaration uses by their names: attributes with and without their ending.</summary>
    private static readonly Lazy<HashSet<string>> Types = new(() => [.. typeof(RnnModelAttribute).Assembly.GetExportedTypes()
        .Where(type => !type.IsNested)
        .Select(type => type.Name.Split('`')[0])
        .SelectMany(name => (string[])[
            name, name.EndsWith(nameof(Attribute), StringComparison.Ordinal) ? name[..^nameof(Attribute).Length] : name
        ])]);

    /// <summary>
    /// True if a class of that name could not be compiled, or would hide what others call by that name: the name of a type or a member that
    /// a model's class uses, or a word of small letters, which belong to the language.
    /// </summary>
    internal static bool IsTaken(string name) =>
        Members.Contains(name) || Types.Value.Contains(name) || (name.Length > 0 && name.All(char.IsAsciiLetterLower));

    /// <summary>True if a text is an identifier and no keyword.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsName(string text) =>
        !string.IsNullOrEmpty(text)
            && (char.IsLetter(text[0]) || text[0] == '_')
            && text.All(c => char.IsLetterOrDigit(c) || c == '_')
            && !Keywords.Contains(text);

    /// <summary>
    /// A class's name out of any text: <c>silero_vad-v5</c> becomes <c>SileroVadV5</c>, and <c>lstm</c>, since the class uses the cell
    /// <c>Lstm</c>, <c>LstmModel</c>.
    /// </summary>
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

        if (name.Length == 0 || !char.IsLetter(name[0]))
            name.Insert(0, "Model");
        while (IsTaken(name.ToString()))
            name.Append("Model");
        return name.ToString();
    }
}
