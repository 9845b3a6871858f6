using RnnGen.Audio;
using ScottPlot;
using Voice.Sound;

namespace Voice;

/// <summary>Draws what was found: the waveform, the spectrograms before and after, and how likely somebody speaks.</summary>
internal static class Picture
{
    private const int Width = 1200;
    private const int Rows = 4;
    private const double Range = 80;
    private static readonly Color Noisy = Color.FromHex("#b4b9c2"), Cleaned = Color.FromHex("#0b6e8f"), Speech = Color.FromHex("#e07b00");

    /// <summary>Draws.</summary>
    /// <param name="noisy">The recording.</param>
    /// <param name="cleaning">What became of it.</param>
    /// <param name="path">The PNG file.</param>
    public static void Draw(Recording noisy, Cleaning cleaning, string path)
    {
        Multiplot picture = new();
        picture.AddPlots(Rows);
        float[] before = noisy.ToMono(noisy.Rate), after = cleaning.Recording.Samples;
        Waveform(picture.GetPlot(0), before, after, noisy.Rate, cleaning);
        double[,] noisyLevels = Levels(before), cleanLevels = Levels(after);
        double loudest = noisyLevels.Cast<double>().Max();
        Spectrogram(picture.GetPlot(1), noisyLevels, loudest, "noisy", noisy);
        Spectrogram(picture.GetPlot(2), cleanLevels, loudest, "cleaned", noisy);
        Probability(picture.GetPlot(3), cleaning);
        picture.Layout = new ScottPlot.MultiplotLayouts.Rows();
        for (int row = 0; row < Rows; row++)
            Frame(picture.GetPlot(row), noisy.Seconds, isLast: row == Rows - 1);
        picture.SavePng(path, Width, 900);
    }

    private static void Waveform(Plot plot, float[] before, float[] after, int rate, Cleaning cleaning)
    {
        Shade(plot, cleaning, -1.1, 1.1);
        float most = Math.Max(1e-6f, before.Max(Math.Abs));
        Envelope(plot, before, rate, most, Noisy, "noisy");
        Envelope(plot, after, rate, most, Cleaned, "cleaned");
        plot.Axes.SetLimitsY(-1.1, 1.1);
        plot.Axes.Left.SetTicks([-1, 0, 1], ["−1", "0", "1"]);
        plot.YLabel("level");
        plot.ShowLegend(Alignment.UpperRight, Orientation.Horizontal);
    }

    // Of each column of pixels the least and the largest sample.
    private static void Envelope(Plot plot, float[] samples, int rate, float most, Color color, string name)
    {
        int columns = Math.Min(Width, samples.Length);
        double[] times = new double[columns], least = new double[columns], largest = new double[columns];
        for (int column = 0; column < columns; column++)
        {
            int start = (int)((long)column * samples.Length / columns), end = (int)((column + 1L) * samples.Length / columns);
            ReadOnlySpan<float> part = samples.AsSpan(start, end - start);
            (least[column], largest[column]) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (float sample in part)
                (least[column], largest[column]) = (Math.Min(least[column], sample / most), Math.Max(largest[column], sample / most));
            times[column] = (start + end) / 2.0 / rate;
        }

        var fill = plot.Add.FillY(times, least, largest);
        (fill.FillColor, fill.LineWidth, fill.LegendText) = (color, 0, name);
    }

    private static void Spectrogram(Plot plot, double[,] levels, double loudest, string name, Recording noisy)
    {
        var map = plot.Add.Heatmap(levels);
        map.Extent = new(0, noisy.Seconds, 0, noisy.Rate / 2000.0);
        map.FlipVertically = true;
        map.Colormap = new ScottPlot.Colormaps.Inferno();
        map.ManualRange = new(loudest - Range, loudest);
        map.Smooth = true;
        plot.Axes.SetLimitsY(0, Math.Min(noisy.Rate / 2000.0, 8));
        plot.YLabel($"{name}, kHz");
    }

    private static void Probability(Plot plot, Cleaning cleaning)
    {
        Shade(plot, cleaning, 0, 1);
        double[] times = [.. cleaning.Probabilities.Select((_, hop) => (hop + 0.5) * cleaning.Hop)];
        var line = plot.Add.ScatterLine(times, [.. cleaning.Probabilities.Select(probability => (double)probability)], Cleaned);
        line.LineWidth = 1.5f;
        plot.Axes.SetLimitsY(-0.05, 1.05);
        plot.Axes.Left.SetTicks([0, 0.5, 1], ["0", "½", "1"]);
        plot.YLabel("speech");
        plot.XLabel("seconds");
    }

    private static void Shade(Plot plot, Cleaning cleaning, double bottom, double top)
    {
        foreach (Span span in cleaning.Speech)
        {
            var area = plot.Add.Rectangle(span.Start, span.End, bottom, top);
            (area.FillColor, area.LineWidth) = (Speech.WithAlpha(0.16), 0);
        }
    }

    // What the rows have in common, so that their times stand one above the other.
    private static void Frame(Plot plot, double seconds, bool isLast)
    {
        plot.Font.Set("DejaVu Sans");
        plot.Axes.SetLimitsX(0, seconds);
        plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = 70;
        plot.Axes.Right.MinimumSize = 20;
        plot.HideGrid();
        plot.Axes.Bottom.TickLabelStyle.IsVisible = isLast;
    }

    /// <summary>[bin, from the highest][column]: levels in dB, of frames of 32 ms or so, at most a column for each pixel.</summary>
    private static double[,] Levels(float[] samples)
    {
        const int Frame = 512;
        int hop = Math.Max(Frame / 4, samples.Length / Width);
        FourierTransform transform = new(Frame);
        int columns = Math.Max(1, samples.Length / hop);
        double[,] levels = new double[transform.Bins, columns];
        float[] frame = new float[Frame], real = new float[transform.Bins], imaginary = new float[transform.Bins];
        for (int column = 0; column < columns; column++)
        {
            for (int i = 0; i < Frame; i++)
            {
                int place = (column * hop) + i - (Frame / 2);
                double window = 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / Frame));
                frame[i] = place >= 0 && place < samples.Length ? samples[place] * (float)window : 0;
            }

            transform.Forward(frame, real, imaginary);
            for (int bin = 0; bin < transform.Bins; bin++)
                levels[bin, column] = 10 * Math.Log10(1e-9 + (real[bin] * real[bin]) + (imaginary[bin] * imaginary[bin]));
        }

        return levels;
    }
}
