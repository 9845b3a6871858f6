using Microsoft.CodeAnalysis;

namespace RnnGen.Generator.Pipeline;

/// <summary>
/// File names of what is generated. Files are told apart without regard to case, types are not: a name that differs only in case gets a
/// number.
/// </summary>
internal sealed record FileNames(EquatableArray<FileName> Clashing)
{
    public static IncrementalValueProvider<FileNames> Of(
        IncrementalValueProvider<EquatableArray<FileName>> models, IncrementalValueProvider<EquatableArray<FileName>> cells) =>
        models.Combine(cells).Select(static (all, _) => new FileNames(
            all.Left.Concat(all.Right)
                .GroupBy(n => n.Text, StringComparer.OrdinalIgnoreCase)
                .Where(g => g.Count() > 1)
                .SelectMany(g => g.OrderBy(n => n.Text, StringComparer.Ordinal)).ToEquatableArray()));

    public string For(FileName name)
    {
        int place = Clashing.Where(n => string.Equals(n.Text, name.Text, StringComparison.OrdinalIgnoreCase)).ToList().IndexOf(name);
        return place > 0 ? $"{name.Text}.{place + 1}" : name.Text;
    }
}
