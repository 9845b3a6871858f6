using System.Text;
using Samples;

namespace RnnGen.Benchmarks.Sweep;

/// <summary>What a sweep shows.</summary>
internal static class SweepReport
{
    // Linear growth, and what a measurement may be off.
    private const double Linear = 1.1;

    private const double Odd = 1.25;
    private const int Block = 16;

    /// <summary>The worst of each kind, in a line each; kinds that were not measured have none.</summary>
    public static string Of(IReadOnlyList<Measurement> lines)
    {
        StringBuilder text = new();
        foreach (var cell in lines.GroupBy(m => m.Shape.Cell))
        {
            var steps = Points(cell.Where(m => m.Shape.Mode == "stream"), s => s.Hidden);
            if (steps.Any(p => p.Size % Block != 0 && steps.Any(q => q.Size == (p.Size + Block - 1) / Block * Block)))
            {
                var (value, size, multiple) = Growth.WorstOdd(steps, Block);
                text.AppendLine($"{cell.Key}, a step: {size} units take {value:F2} x as long as {multiple}, {Verdict(value, Odd)}, "
                    + $"wanted is at most {Odd}");
            }

            // At batch 8, and at 64 steps.
            Append("steps", Points(cell.Where(m => m.Shape is { Mode: "train", Rows: 8 }), s => s.Steps));
            Append("rows", Points(cell.Where(m => m.Shape is { Mode: "train", Steps: 64 }), s => s.Rows));

            void Append(string what, List<(int Size, double Time)> points)
            {
                if (points.Count < 2)
                    return;
                var (value, from, to) = Growth.Worst(points);
                text.AppendLine($"{cell.Key}, training: {to} {what} take {value:F2} x as long as {from} allow, {Verdict(value, Linear)}, "
                    + $"wanted is at most {Linear}");
            }
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>A step's time by units, and training's by steps and rows.</summary>
    public static void Draw(IReadOnlyList<Measurement> lines, string path)
    {
        List<LineChart> charts = [];
        Add(
            "One step with 16 inputs, batch 1, one core, float32", "units", "µs", lines.Where(m => m.Shape.Mode == "stream"), s => s.Hidden,
            perItem: false);
        Add(
            "Training 64 → 64 at batch 8, one core, float32", "steps", "µs per step and row",
            lines.Where(m => m.Shape is { Mode: "train", Rows: 8 }), s => s.Steps, perItem: true);
        Add(
            "Training 64 → 64 over 64 steps, one core, float32", "rows", "µs per step and row",
            lines.Where(m => m.Shape is { Mode: "train", Steps: 64 }), s => s.Rows, perItem: true);
        if (charts.Count == 0)
            throw new InvalidDataException("There is nothing of a sweep to draw.");
        LineChart.Save(path, charts);

        void Add(string title, string x, string y, IEnumerable<Measurement> part, Func<Shape, int> size, bool perItem)
        {
            ChartLine[] curves = [.. part.GroupBy(m => m.Shape.Cell).Select(cell => new ChartLine(cell.Key == "lstm" ? "LSTM" : "GRU",
                [.. cell.OrderBy(m => size(m.Shape))
                    .Select(m => ((double)size(m.Shape), m.Microseconds / (perItem ? m.Shape.Steps * m.Shape.Rows : 1)))]))];
            if (curves.Length > 0)
                charts.Add(new(title, x, y, curves) { IsLogarithmic = !perItem });
        }
    }

    private static List<(int Size, double Time)> Points(IEnumerable<Measurement> lines, Func<Shape, int> size) =>
        [.. lines.Select(m => (size(m.Shape), m.Microseconds))];

    private static string Verdict(double figure, double most) => figure <= most ? "yes" : "no";
}
