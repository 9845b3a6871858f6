using System.Globalization;
using System.Text;

namespace RnnGen.Onnx;

/// <summary>Writes a declaration as C#.</summary>
internal static class DeclarationWriter
{
    private const int LongestNote = 200;

    public static string Write(IReadOnlyList<Declared> items, string nameSpace, string name, int steps, IEnumerable<string> notes)
    {
        StringBuilder text = new("using RnnGen;\n\n");
        if (nameSpace.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"namespace {nameSpace};\n\n");
        NameCells(items, name);
        foreach (string cell in items.OfType<DeclaredRnn>().Where(r => r.Cell is not null).DistinctBy(r => r.CellName)
            .Select(r => r.Cell!.Replace(CellWriter.NameMark, r.CellName, StringComparison.Ordinal)))
            text.Append(CultureInfo.InvariantCulture, $"{cell}\n");
        foreach (string note in notes)
            text.Append(CultureInfo.InvariantCulture, $"// {FileText.Escape(note, LongestNote)}\n");
        text.Append(CultureInfo.InvariantCulture, $"[RnnModel(Steps = {steps})]\n");
        Declared? above = null;
        foreach (Declared item in items)
        {
            var (attribute, arguments) = item.Attribute;
            if (item.IsNamed && item is not DeclaredSource)
                arguments.Add($"Name = \"{item.Name}\"");
            if (item.From.Count > 0 && !(item.From.Count == 1 && item.From[0] == above))
                arguments.Add($"From = \"{string.Join(", ", item.From.Select(f => f.Text(isOperand: false)))}\"");
            text.Append(
                CultureInfo.InvariantCulture, $"[{attribute}{(arguments.Count == 0 ? "" : $"({string.Join(", ", arguments)})")}]\n");
            above = item is DeclaredHead ? above : item;
        }

        text.Append(CultureInfo.InvariantCulture, $"public sealed partial class {name};\n");
        return text.ToString();
    }

    private static void NameCells(IReadOnlyList<Declared> items, string name)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (DeclaredRnn layer in items.OfType<DeclaredRnn>().Where(r => r.Cell is not null))
        {
            if (!names.TryGetValue(layer.Cell!, out string? cell))
                names[layer.Cell!] = cell = $"{name}Cell{(names.Count == 0 ? "" : $"{names.Count + 1}")}";
            layer.CellName = cell;
        }
    }
}
