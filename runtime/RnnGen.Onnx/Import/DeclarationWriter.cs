namespace RnnGen.Onnx;

/// <summary>Makes attributes of the items of a declaration.</summary>
internal static class DeclarationWriter
{
    /// <summary>The attributes behind <c>[RnnModel]</c>.</summary>
    public static List<AttributeText> Attributes(IReadOnlyList<Declared> items)
    {
        List<AttributeText> attributes = [];
        Declared? above = null;
        foreach (Declared item in items)
        {
            var (attribute, arguments) = item.Attribute;
            if (item.IsNamed && item is not DeclaredSource)
                arguments.Add($"Name = \"{item.Name}\"");
            if (item.From.Count > 0 && !(item.From.Count == 1 && item.From[0] == above))
                arguments.Add($"From = \"{string.Join(", ", item.From.Select(f => f.Text(isOperand: false)))}\"");
            attributes.Add(new(attribute, arguments));
            above = item is DeclaredHead ? above : item;
        }

        return attributes;
    }

    /// <summary>Names the cells that the declaration has for itself, equal ones alike, and returns them as C#.</summary>
    public static IEnumerable<string> NameCells(IReadOnlyList<Declared> items, string name)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (DeclaredRnn layer in items.OfType<DeclaredRnn>().Where(r => r.Cell is not null))
        {
            if (!names.TryGetValue(layer.Cell!, out string? cell))
                names[layer.Cell!] = cell = $"{name}Cell{(names.Count == 0 ? "" : $"{names.Count + 1}")}";
            layer.CellName = cell;
        }

        return names.Select(n => n.Key.Replace(CellWriter.NameMark, n.Value, StringComparison.Ordinal));
    }
}
