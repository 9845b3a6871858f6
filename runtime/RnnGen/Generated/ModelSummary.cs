using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace RnnGen.Generated;

/// <summary>A row of a model's summary: a layer, or what stands between layers.</summary>
/// <param name="Name">The prefix of the row's parameter names; empty if the row has no parameters.</param>
/// <param name="Kind">The kind of the row, for instance the name of a layer's cell.</param>
/// <param name="Steps">The number of outputs a sequence has; 0 for one.</param>
/// <param name="Width">Numbers of an output.</param>
/// <param name="Parameters">How many numbers are trained.</param>
/// <param name="Flop">Floating-point operations of the matrix products of one step of one row.</param>
/// <param name="Bytes">The bytes of the parameters in memory, padding included.</param>
/// <param name="IsEncoder">True if it belongs to an encoder.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record LayerRow(
    string Name, string Kind, int Steps, int Width, long Parameters, long Flop, long Bytes, bool IsEncoder = false)
{
    /// <summary>The prefix of the row's parameter names; empty if the row has no parameters.</summary>
    public string Name { get; } = Guard.NotNull(Name);

    /// <summary>The kind of the row, for instance the name of a layer's cell.</summary>
    public string Kind { get; } = Guard.NotNull(Kind);
}

/// <summary>Makes texts of a model's rows, the same in every culture.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModelSummary
{
    private static readonly string[] Head = ["Layer", "Output", "Parameters", "FLOP a step", "Bytes"];

    /// <summary>
    /// A table of all rows with totals; an encoder and its decoder have subtotals, and their FLOP, those of a source's step and of a
    /// target's, are not added up.
    /// </summary>
    /// <param name="model">The model's name.</param>
    /// <param name="rows">Its rows, an encoder's first.</param>
    public static string Table(string model, IReadOnlyList<LayerRow> rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        List<string[]> lines = [Head];
        bool isJoint = rows.Any(row => row.IsEncoder);
        AddPart(rows.Where(row => row.IsEncoder), "Encoder");
        AddPart(rows.Where(row => !row.IsEncoder), "Decoder");
        lines.Add(Total("Total", rows, hasFlop: !isJoint));
        return $"{model}\n{Align(lines)}";

        void AddPart(IEnumerable<LayerRow> part, string name)
        {
            foreach (LayerRow row in part)
                lines.Add([
                    NameOf(row), row.Steps > 0 ? $"{row.Steps} × {row.Width}" : $"{row.Width}", Count(row.Parameters), Count(row.Flop),
                    Count(row.Bytes)
                ]);
            if (isJoint)
                lines.Add(Total(name, part, hasFlop: true));
        }
    }

    /// <summary>The rows with parameters, and the number of these, in one line.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="rows">Its rows, an encoder's first.</param>
    public static string Line(string model, IReadOnlyList<LayerRow> rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        string encoder = Join(rows.Where(row => row.IsEncoder)), layers = Join(rows.Where(row => !row.IsEncoder));
        return $"{model}: {encoder}{(encoder.Length > 0 ? " ⇒ " : "")}{layers}; {Count(rows.Sum(row => row.Parameters))} parameters";

        static string Join(IEnumerable<LayerRow> part) =>
            string.Join(" → ", part.Where(row => row.Name.Length > 0).Select(row => $"{row.Kind} {row.Width}"));
    }

    private static string NameOf(LayerRow row) => row.Name.Length > 0 ? $"{row.Name} ({row.Kind})" : row.Kind;

    private static string[] Total(string name, IEnumerable<LayerRow> rows, bool hasFlop) =>
        [
            name, "", Count(rows.Sum(row => row.Parameters)), hasFlop ? Count(rows.Sum(row => row.Flop)) : "",
            Count(rows.Sum(row => row.Bytes))
        ];

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Texts to the left, numbers to the right.</summary>
    private static string Align(List<string[]> lines)
    {
        int[] widths = [.. Enumerable.Range(0, Head.Length).Select(column => lines.Max(line => line[column].Length))];
        StringBuilder text = new();
        foreach (string[] line in lines)
        {
            for (int column = 0; column < line.Length; column++)
                text.Append(column < 2
                    ? line[column].PadRight(widths[column] + 2)
                    : $"{line[column].PadLeft(widths[column])}{(column == line.Length - 1 ? "\n" : "  ")}");
        }

        return text.ToString();
    }
}
