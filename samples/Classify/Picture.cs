using ScottPlot;

namespace Classify;

/// <summary>Draws what the words of mails added to their scores.</summary>
internal static class Picture
{
    private const int Shown = 36;
    private static readonly Color For = Color.FromHex("#c0392b"), Against = Color.FromHex("#0b6e8f"), Look = Color.FromHex("#b4b9c2");

    /// <summary>Draws the first words of each mail as bars.</summary>
    /// <param name="mails">Titles and mails.</param>
    /// <param name="path">The PNG file.</param>
    public static void Draw(IReadOnlyList<(string Title, Reading Reading)> mails, string path)
    {
        Multiplot picture = new();
        picture.AddPlots(mails.Count);
        for (int i = 0; i < mails.Count; i++)
            Draw(picture.GetPlot(i), mails[i].Title, mails[i].Reading);
        picture.Layout = new ScottPlot.MultiplotLayouts.Rows();
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        picture.SavePng(path, 1200, 420 * mails.Count);
    }

    private static void Draw(Plot plot, string title, Reading reading)
    {
        ReadWord[] words = [.. reading.Words.Take(Shown)];
        for (int i = 0; i < words.Length; i++)
            plot.Add.Bar(new Bar { Position = i, Value = words[i].Share, FillColor = words[i].Share > 0 ? For : Against, LineWidth = 0 });

        double[] places = [.. words.Select((_, i) => (double)i)];
        double scale = words.Max(word => Math.Abs(word.Share)) / words.Max(word => word.Looks);
        double[] looked = [.. words.Select(word => word.Looks * scale)];
        var looks = plot.Add.ScatterLine(places, looked, Look);
        (looks.LegendText, looks.LineWidth) = ("how much it was looked at (to another scale)", 2);
        plot.Font.Set("DejaVu Sans");
        plot.Title($"{title}: probability of spam {reading.Probability:P1}");
        plot.YLabel("added to the score");
        plot.Axes.Bottom.SetTicks(places, [.. words.Select(word => word.Text)]);
        plot.Axes.Bottom.TickLabelStyle.Rotation = 60;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleLeft;
        plot.Axes.Bottom.MinimumSize = 110;
        plot.ShowLegend(Alignment.UpperRight);
    }
}
