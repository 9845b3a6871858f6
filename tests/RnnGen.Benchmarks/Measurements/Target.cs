namespace RnnGen.Benchmarks;

/// <summary>Something that the measurements have to show.</summary>
/// <param name="What">In words, with what is wanted.</param>
/// <param name="Least">The least figure that reaches it.</param>
/// <param name="Figure">What was measured: the worst row, or a mean. NaN if nothing of it was.</param>
/// <param name="Where">The row that the figure is from, or how many rows it is the mean of.</param>
internal sealed record Target(string What, double Least, double Figure, string Where)
{
    /// <summary>Whether the figure reaches it; null if nothing was measured.</summary>
    public bool? IsReached => double.IsNaN(Figure) ? null : Figure >= Least;

    /// <summary>The target that the worst row decides.</summary>
    public static Target Each(string what, double least, IEnumerable<Ratio> ratios) =>
        Each(what, least, ratios.Select(r => (r.Ours.Shape, r.Value)));

    /// <inheritdoc cref="Each(string, double, IEnumerable{Ratio})"/>
    public static Target Each(string what, double least, IEnumerable<(Shape Shape, double Value)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return new(what, least, double.NaN, "not measured");
        var (shape, value) = all.MinBy(r => r.Value);
        return new(what, least, value, $"{shape}, the least of {all.Count}; {all.Count(r => r.Value >= least)} reach it");
    }

    /// <summary>The target that the geometric mean of all rows decides.</summary>
    public static Target Mean(string what, double least, IEnumerable<Ratio> ratios)
    {
        double[] values = [.. ratios.Select(r => r.Value)];
        return values.Length == 0
            ? new(what, least, double.NaN, "not measured")
            : new(what, least, values.GeometricMean(), $"geometric mean of {values.Length} rows");
    }

    /// <summary>All that ratios to peers and shares of the machine's limits decide.</summary>
    /// <param name="all">Our lines beside the peers'.</param>
    /// <param name="share">A row's share of its limit: of the load limit for a stream, of the peak of FMAs for training.</param>
    public static IEnumerable<Target> Of(Comparison all, Func<Measurement, double> share)
    {
        static bool IsRtNeural(string peer) => peer.StartsWith("rtneural", StringComparison.Ordinal);
        var large = all.Ours.Where(m => m.Shape.Mode == "train")
            .GroupBy(m => m.Shape.Cell)
            .SelectMany(cell => cell.OrderByDescending(m => m.Shape.Flop).Take(3)).ToList();
        static bool IsLong(Ratio r) => r.Ours.Shape is { Rows: 1, Steps: 2048 };
        return
        [
            Each("stream: each row as fast as the best RTNeural build", 1, all.ToBest(IsRtNeural, "stream")),
            Mean("stream: 1.2 x the best RTNeural build in the geometric mean", 1.2, all.ToBest(IsRtNeural, "stream")),
            Each("stream, H <= 64: 10 x ONNX Runtime", 10, all.To("ort", "stream").Where(r => r.Ours.Shape.Hidden <= 64)),
            Each("stream, H = 128: 2 x ONNX Runtime", 2, all.To("ort", "stream").Where(r => r.Ours.Shape.Hidden == 128)),
            Each(
                "stream, H = I = 64 and 128: 90 % of the load limit", 0.9,
                all.Ours.Where(m => m.Shape is { Mode: "stream", Hidden: 64 or 128 }).Select(m => (m.Shape, share(m)))),
            .. new[] { (128, 2), (256, 4), (512, 8) }.Select(t =>
                Each(
                    $"stream, int8, H = {t.Item1}: {t.Item2} x the fastest float32 peer", t.Item2,
                    all.ToBest(_ => true, "stream-int8").Where(r => r.Ours.Shape.Hidden == t.Item1))),
            Each("seq: each row 1.3 x ONNX Runtime", 1.3, all.To("ort", "seq")),
            Each("train: each row 1.15 x oneDNN with Adam", 1.15, all.To("onednn (adam)", "train")),
            Each("train: each row 1.15 x oneDNN without any update", 1.15, all.To("onednn", "train")),
            Each("train, T = 2048, B = 1: 1.5 x oneDNN with Adam", 1.5, all.To("onednn (adam)", "train").Where(IsLong)),
            Each("train, T = 2048, B = 1: 1.5 x oneDNN without any update", 1.5, all.To("onednn", "train").Where(IsLong)),
            Each("train: each row 3 x PyTorch", 3, all.To("torch-eager", "train")),
            Each("train, the three shapes with the most operations: 65 % of the FMA peak", 0.65, large.Select(m => (m.Shape, share(m)))),
        ];
    }
}
