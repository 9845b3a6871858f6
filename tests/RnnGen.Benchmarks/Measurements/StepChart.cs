using System.Globalization;
using System.Net;
using System.Text;

namespace RnnGen.Benchmarks;

/// <summary>A mark that stands for one program in a <see cref="StepChart"/>.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Class">The class whose colour it has.</param>
/// <param name="Includes">Which lines are its; of several of a shape, the fastest counts.</param>
internal sealed record Series(string Name, string Class, Func<Measurement, bool> Includes);

/// <summary>
/// The time of a streaming step by shape, as an SVG picture with marks over a logarithmic axis, a panel a cell. It has no background, and its colours follow the reader's
/// light or dark scheme.
/// </summary>
internal static class StepChart
{
    private const double Width = 960, Panel = 340, Left = 70, Right = 20, Top = 64, Bottom = 44;

    private static readonly Series[] All =
    [
        new("RnnGen", "a", m => m.Peer == "rnngen"),
        new("RTNeural, best build", "b", m => m.Peer.StartsWith("rtneural", StringComparison.Ordinal)),
        new("oneDNN", "c", m => m.Peer == "onednn"),
        new("ONNX Runtime", "d", m => m.Peer == "ort"),
    ];

    // Okabe and Ito's colours, which people who see few colours can tell apart; lighter ones on a dark page.
    private const string Style = """
        <style>
        text{fill:#24292f}.grid{stroke:#d0d7de}.a{fill:#0072b2}.b{fill:#d55e00}.c{fill:#009e73}.d{fill:#b0559b}
        @media(prefers-color-scheme:dark){text{fill:#e6edf3}.grid{stroke:#3d444d}.a{fill:#56b4e9}.b{fill:#f0864a}.c{fill:#2fcf9f}.d{fill:#e19bca}}
        </style>
        """;

    /// <summary>Draws.</summary>
    /// <param name="ours">Our lines.</param>
    /// <param name="peers">The peers' lines; shapes that we have not are left out.</param>
    /// <exception cref="InvalidDataException">None of our lines is a streaming step.</exception>
    public static string ToSvg(IReadOnlyList<Measurement> ours, IReadOnlyList<Measurement> peers)
    {
        var shapes = ours.Where(m => m.Shape.Mode == "stream").Select(m => m.Shape).Distinct().OrderBy(s => s.Flop).ToList();
        if (shapes.Count == 0)
            throw new InvalidDataException("None of our lines is of the mode stream, so there is nothing to draw.");
        var lines = ours.Concat(peers).Where(m => shapes.Contains(m.Shape) && All.Any(s => s.Includes(m))).ToList();
        var series = All.Where(s => lines.Any(s.Includes)).ToList();
        string[] cells = [.. shapes.Select(s => s.Cell).Distinct().OrderDescending()];
        int least = (int)Math.Floor(Math.Log10(lines.Min(m => m.Microseconds))), most = Math.Max(least + 1, (int)Math.Ceiling(Math.Log10(lines.Max(m => m.Microseconds))));
        StringBuilder svg = new();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {cells.Length * Panel}\" width=\"{Width}\" height=\"{cells.Length * Panel}\" font-family=\"sans-serif\" font-size=\"12\">");
        svg.AppendLine(Style);
        for (int i = 0; i < cells.Length; i++)
        {
            Add(svg, $"<g transform=\"translate(0 {i * Panel})\">");
            Draw(svg, cells[i], [.. shapes.Where(s => s.Cell == cells[i])], lines, series, least, most);
            svg.AppendLine("</g>");
        }

        return svg.AppendLine("</svg>").ToString();
    }

    private static void Draw(StringBuilder svg, string cell, List<Shape> shapes, List<Measurement> lines, List<Series> series, int least, int most)
    {
        Add(svg, $"<text x=\"{Left}\" y=\"22\" font-size=\"15\" font-weight=\"bold\">One step of {(cell == "lstm" ? "an LSTM" : "a GRU")}, batch 1, one core, float32: microseconds, less is better</text>");
        foreach ((int i, Series item) in series.Index())
            Add(svg, $"<circle class=\"{item.Class}\" cx=\"{Left + 5 + (i * 180)}\" cy=\"40\" r=\"5\"/><text x=\"{Left + 16 + (i * 180)}\" y=\"44\">{WebUtility.HtmlEncode(item.Name)}</text>");
        for (int power = least; power <= most; power++)
        {
            double y = Place(power);
            Add(svg, $"<line class=\"grid\" x1=\"{Left}\" y1=\"{y:F1}\" x2=\"{Width - Right}\" y2=\"{y:F1}\"/><text x=\"{Left - 8}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{Math.Pow(10, power)} µs</text>");
        }

        double step = (Width - Left - Right) / shapes.Count;
        for (int i = 0; i < shapes.Count; i++)
        {
            Shape shape = shapes[i];
            double x = Left + ((i + 0.5) * step);
            Add(svg, $"<line class=\"grid\" x1=\"{x:F1}\" y1=\"{Top}\" x2=\"{x:F1}\" y2=\"{Panel - Bottom}\" stroke-dasharray=\"2 4\"/>");
            Add(svg, $"<text x=\"{x:F1}\" y=\"{Panel - Bottom + 18}\" text-anchor=\"middle\">{shape.Input} → {shape.Hidden}{(shape.Layers > 1 ? $" × {shape.Layers}" : "")}</text>");
            foreach ((int place, Series item) in series.Index())
            {
                double[] times = [.. lines.Where(m => m.Shape == shape && item.Includes(m)).Select(m => m.Microseconds)];
                // Side by side, so that equal times can be seen.
                if (times.Length > 0)
                    Add(svg, $"<circle class=\"{item.Class}\" cx=\"{x + ((place - ((series.Count - 1) / 2.0)) * 12):F1}\" cy=\"{Place(Math.Log10(times.Min())):F1}\" r=\"5\"><title>{WebUtility.HtmlEncode(item.Name)}: {times.Min():G4} µs</title></circle>");
            }
        }

        double Place(double power) => Panel - Bottom - ((power - least) / (most - least) * (Panel - Bottom - Top));
    }

    private static void Add(StringBuilder svg, FormattableString text) => svg.AppendLine(text.ToString(CultureInfo.InvariantCulture));
}
