using System.Globalization;
using System.Net;
using System.Text;

namespace Samples;

/// <summary>A line of a chart.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">From left to right. Where a value is not finite, or not positive on a logarithmic axis, the line has a gap.</param>
/// <param name="IsDashed">Whether it is drawn in dashes.</param>
public sealed record ChartLine(string Name, IReadOnlyList<(double X, double Y)> Points, bool IsDashed = false);

/// <summary>Lines over a common axis, as an SVG picture.</summary>
/// <param name="Title">What stands above.</param>
/// <param name="XLabel">What the horizontal axis counts.</param>
/// <param name="YLabel">What the vertical axis measures.</param>
/// <param name="Lines">At least one, with at least one value that can be drawn.</param>
public sealed record LineChart(string Title, string XLabel, string YLabel, IReadOnlyList<ChartLine> Lines)
{
    private const double Width = 960, Height = 400, Left = 76, Right = 264, Top = 40, Bottom = 52;

    // Okabe and Ito's colours, which people who see few colours can tell apart.
    private static readonly string[] Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];

    /// <summary>Whether the vertical axis shows powers of ten. The default is false.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>The least value that a logarithmic axis shows; a line has a gap where it is less, as it has where it is 0. The default is 0: all that is positive.</summary>
    public double Least { get; init; }

    /// <summary>Writes charts below each other into one SVG file.</summary>
    /// <param name="path">Where to; folders on the way are made.</param>
    /// <param name="charts">From top to bottom.</param>
    public static void Save(string path, params IReadOnlyList<LineChart> charts)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        File.WriteAllText(path, ToSvg(charts));
    }

    /// <summary>The text of an SVG file with charts below each other.</summary>
    /// <param name="charts">From top to bottom.</param>
    public static string ToSvg(params IReadOnlyList<LineChart> charts)
    {
        StringBuilder svg = new();
        double height = Height * charts.Count;
        svg.Append(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n"));
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (int i = 0; i < charts.Count; i++)
        {
            svg.Append(Invariant($"<g transform=\"translate(0 {i * Height})\">\n"));
            charts[i].Draw(svg);
            svg.Append("</g>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private void Draw(StringBuilder svg)
    {
        (double X, double Y)[] all = [.. Lines.SelectMany(line => line.Points).Where(point => CanDraw(point.Y))];
        if (all.Length == 0)
            throw new InvalidOperationException($"The chart \"{Title}\" has nothing to draw.");
        Axis x = Axis.Linear(all.Min(point => point.X), all.Max(point => point.X), Left, Width - Right);
        (double least, double most) = (all.Min(point => point.Y), all.Max(point => point.Y));
        Axis y = IsLogarithmic ? Axis.Logarithmic(least, most, Height - Bottom, Top) : Axis.Linear(Math.Min(least, 0), most, Height - Bottom, Top);
        svg.Append(Invariant($"<text x=\"{Left}\" y=\"24\" font-size=\"15\" font-weight=\"bold\">{WebUtility.HtmlEncode(Title)}</text>\n"));
        foreach ((double place, string label) in x.Ticks)
        {
            svg.Append(Invariant($"<line x1=\"{place:F1}\" y1=\"{Top}\" x2=\"{place:F1}\" y2=\"{Height - Bottom}\" stroke=\"#eee\"/>"));
            svg.Append(Invariant($"<text x=\"{place:F1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{label}</text>\n"));
        }

        foreach ((double place, string label) in y.Ticks)
        {
            svg.Append(Invariant($"<line x1=\"{Left}\" y1=\"{place:F1}\" x2=\"{Width - Right}\" y2=\"{place:F1}\" stroke=\"#ddd\"/>"));
            svg.Append(Invariant($"<text x=\"{Left - 6}\" y=\"{place + 4:F1}\" text-anchor=\"end\">{label}</text>\n"));
        }

        double middle = (Top + Height - Bottom) / 2;
        svg.Append(Invariant($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 14}\" text-anchor=\"middle\">{WebUtility.HtmlEncode(XLabel)}</text>\n"));
        svg.Append(Invariant($"<text x=\"18\" y=\"{middle}\" text-anchor=\"middle\" transform=\"rotate(-90 18 {middle})\">{WebUtility.HtmlEncode(YLabel)}</text>\n"));
        for (int i = 0; i < Lines.Count; i++)
            DrawLine(svg, i, x, y);
    }

    private void DrawLine(StringBuilder svg, int number, Axis x, Axis y)
    {
        ChartLine line = Lines[number];
        string style = $"fill=\"none\" stroke=\"{Colours[number % Colours.Length]}\" stroke-width=\"1.6\"{(line.IsDashed ? " stroke-dasharray=\"6 4\"" : "")}";
        StringBuilder path = new();
        bool isGap = true;
        foreach ((double pointX, double pointY) in line.Points)
        {
            if (CanDraw(pointY))
                path.Append(Invariant($"{(isGap ? 'M' : 'L')}{x.Place(pointX):F1} {y.Place(pointY):F1}"));
            isGap = !CanDraw(pointY);
        }

        double legend = Top + 10 + (18 * number);
        svg.Append(Invariant($"<path d=\"{path}\" {style}/>\n"));
        svg.Append(Invariant($"<path d=\"M{Width - Right + 14} {legend}h26\" {style}/>"));
        svg.Append(Invariant($"<text x=\"{Width - Right + 46}\" y=\"{legend + 4}\">{WebUtility.HtmlEncode(line.Name)}</text>\n"));
    }

    private bool CanDraw(double value) => double.IsFinite(value) && (!IsLogarithmic || (value > 0 && value >= Least));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
