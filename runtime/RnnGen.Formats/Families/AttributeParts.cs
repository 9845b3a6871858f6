using System.Globalization;
using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>An attribute's arguments taken apart.</summary>
/// <param name="Kind">The attribute's name.</param>
/// <param name="Positions">Arguments without names.</param>
/// <param name="Named">Arguments by their names.</param>
internal sealed record AttributeParts(string Kind, IReadOnlyList<string> Positions, IReadOnlyDictionary<string, string> Named)
{
    public string Name => Unquoted("Name");

    public string From => Unquoted("From");

    public static AttributeParts Of(AttributeText attribute)
    {
        List<string> positions = [];
        Dictionary<string, string> named = new(StringComparer.Ordinal);
        foreach (string argument in attribute.Arguments)
        {
            if (argument.Split(" = ", 2) is [var name, var value] && !name.Contains('"', StringComparison.Ordinal))
                named[name] = value;
            else
                positions.Add(argument);
        }

        return new(attribute.Kind, positions, named);
    }

    /// <summary>True if another attribute is the same but for a size that stands first.</summary>
    public bool Same(AttributeParts other) =>
        Kind == other.Kind && Positions.Count == other.Positions.Count && Named.Count == other.Named.Count
        && Positions.Zip(other.Positions)
            .Select((p, i) => p.First == p.Second || (i == 0 && IsSize(p.First) && IsSize(p.Second))).All(same => same)
        && Named.All(n => other.Named.TryGetValue(n.Key, out string? value) && Spaceless(value) == Spaceless(n.Value));

    /// <summary>True if all its names are among these.</summary>
    public bool Has(IReadOnlyList<string> names) => Named.Keys.All(names.Contains);

    private static bool IsSize(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static string Spaceless(string text) => text.Replace(" ", "", StringComparison.Ordinal);

    private string Unquoted(string name) => Named.TryGetValue(name, out string? text) ? text.Trim('"') : "";
}
