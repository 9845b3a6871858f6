using ScottPlot;

namespace Translate;

/// <summary>Draws where a network looked while it said words.</summary>
internal static class Picture
{
    /// <summary>Draws grids, one below the other.</summary>
    /// <param name="path">The PNG file.</param>
    public static void Draw(IReadOnlyList<AttentionGrid> grids, string path)
    {
        Multiplot picture = new();
        picture.AddPlots(grids.Count);
        for (int i = 0; i < grids.Count; i++)
            Draw(picture.GetPlot(i), grids[i]);
        picture.Layout = new ScottPlot.MultiplotLayouts.Rows();
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        picture.SavePng(path, 800, 330 * grids.Count);
    }

    private static void Draw(Plot plot, AttentionGrid grid)
    {
        double[,] weights = new double[grid.Words.Count, grid.Written.Length];
        for (int word = 0; word < grid.Words.Count; word++)
        {
            for (int character = 0; character < grid.Written.Length; character++)
                weights[word, character] = grid.Weights[word][character];
        }

        plot.Add.Heatmap(weights).Colormap = new ScottPlot.Colormaps.Blues().Reversed();
        plot.Font.Set("DejaVu Sans");
        double[] columns = [.. Enumerable.Range(0, grid.Written.Length).Select(i => (double)i)];
        double[] rows = [.. Enumerable.Range(0, grid.Words.Count).Select(i => (double)i)];
        plot.Axes.Bottom.SetTicks(columns, [.. grid.Written.Select(character => character == ' ' ? "␣" : character.ToString())]);
        plot.Axes.Left.SetTicks(rows, [.. grid.Words.Reverse()]);
        plot.Axes.Left.MinimumSize = 110;
        plot.HideGrid();
        plot.Axes.Margins(0, 0);
    }
}
