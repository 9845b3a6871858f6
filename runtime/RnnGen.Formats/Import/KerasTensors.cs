using System.Globalization;
using System.Text.RegularExpressions;

namespace RnnGen.Formats;

/// <summary>Finds a layer's weights in a Keras file: by names in HDF5, by the layer's class and number in a <c>.keras</c> file.</summary>
internal sealed partial class KerasTensors
{
    private static readonly string[] Containers = ["layers/", "_layer_checkpoint_dependencies/"];

    private readonly SafetensorsFile file;
    private readonly Dictionary<string, string> folders = new(StringComparer.Ordinal);
    private readonly bool isNumbered;

    public KerasTensors(SafetensorsFile file, IEnumerable<KerasLayer> layers)
    {
        this.file = file;
        isNumbered = file.Tensors.All(t => t.Name.Contains("vars/", StringComparison.Ordinal));
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        string container = Containers.FirstOrDefault(c => file.Tensors.Any(t => t.Name.StartsWith(c, StringComparison.Ordinal))) ?? "";
        foreach (KerasLayer layer in layers)
        {
            string kind = SnakeCase(layer.Kind);
            int number = numbers.GetValueOrDefault(kind);
            numbers[kind] = number + 1;
            folders[layer.Name] = isNumbered
                ? container + (number == 0 ? kind : string.Create(CultureInfo.InvariantCulture, $"{kind}_{number}")) + "/"
                : layer.Name + "/";
        }
    }

    /// <summary>Weights of a layer, in the order of <paramref name="names"/>; null those that it does not have.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="part">What is within it: empty, <c>cell</c>, <c>forward</c>, <c>backward</c>, <c>layer</c>, or of a custom layer
    /// another name.</param>
    /// <param name="names">The weights' names in HDF5 files, in the order of their numbers in a .keras file.</param>
    public SafetensorsTensor?[] Find(KerasLayer layer, string part, params string[] names)
    {
        string folder = folders[layer.Name];
        if (isNumbered)
        {
            string path = folder + part switch
            {
                "" => "",
                "forward" or "backward" => $"{part}_layer/cell/",
                _ => $"{part}/",
            };
            return [.. names.Select((_, i) => file.Find(string.Create(CultureInfo.InvariantCulture, $"{path}vars/{i}")))];
        }

        List<SafetensorsTensor> own = [.. file.Tensors.Where(t => t.Name.StartsWith(folder, StringComparison.Ordinal)
            && (part is not ("forward" or "backward") || t.Name.Contains($"/{part}_", StringComparison.Ordinal))
            && (part is "" or "cell" or "layer" or "forward" or "backward" || t.Name.Contains(part, StringComparison.Ordinal)))];
        return [.. names.Select(name => own.Where(t => LastSegment(t.Name) == name).ToList() switch
        {
            [] => null,
            [var only] => only,
            _ => throw new InvalidDataException($"layer {FileText.Quote(layer.Name)} has more than one weight {name}"),
        })];
    }

    private static string LastSegment(string name) => name[(name.LastIndexOf('/') + 1)..];

    private static string SnakeCase(string name) =>
        LowerUpper().Replace(AnyWord().Replace(NoLetter().Replace(name, ""), "$1_$2"), "$1_$2").ToLowerInvariant();

    [GeneratedRegex(@"\W+")]
    private static partial Regex NoLetter();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex AnyWord();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex LowerUpper();
}
