using System.Globalization;
using System.Text;

namespace RnnGen.Onnx;

/// <summary>An attribute of a declaration, as C#.</summary>
/// <param name="Kind">Its name: <c>Rnn&lt;Lstm&gt;</c>.</param>
/// <param name="Arguments">Its arguments: those without names first, then <c>Name = "a"</c>.</param>
internal sealed record AttributeText(string Kind, IReadOnlyList<string> Arguments)
{
    /// <summary>The attribute in its brackets.</summary>
    public override string ToString() => Arguments.Count == 0 ? $"[{Kind}]" : $"[{Kind}({string.Join(", ", Arguments)})]";
}

/// <summary>Writes a declaration as C#: the one writer of all imports.</summary>
internal static class DeclarationText
{
    private const int LongestNote = 200;

    /// <param name="options">Names and steps.</param>
    /// <param name="attributes">The attributes behind <c>[RnnModel]</c>.</param>
    /// <param name="notes">Comments above the class.</param>
    /// <param name="cells">The declarations of the cells that it has for itself.</param>
    /// <param name="body">The class's members in braces, or a semicolon.</param>
    public static string Write(
        OnnxImportOptions options, IEnumerable<AttributeText> attributes, IEnumerable<string> notes, IEnumerable<string> cells,
        string body = ";")
    {
        StringBuilder text = new("using RnnGen;\n\n");
        if (options.Namespace.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"namespace {options.Namespace};\n\n");
        foreach (string cell in cells)
            text.Append(CultureInfo.InvariantCulture, $"{cell}\n");
        foreach (string note in notes)
            text.Append(CultureInfo.InvariantCulture, $"// {FileText.Escape(note, LongestNote)}\n");
        text.Append(CultureInfo.InvariantCulture, $"[RnnModel(Steps = {options.Steps})]\n");
        foreach (AttributeText attribute in attributes)
            text.Append(CultureInfo.InvariantCulture, $"{attribute}\n");
        text.Append(CultureInfo.InvariantCulture, $"public sealed partial class {options.Name}{body}\n");
        return text.ToString();
    }
}
