using System.Xml.Linq;

namespace Samples.Tests;

public class LineChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void LinesGoFromEdgeToEdge()
    {
        XElement[] paths = Paths(new("t", "x", "y", [new("a <b>", [(0, 0), (5, 10), (10, 5)])]));
        Assert.Equal("M76.0 348.0L386.0 40.0L696.0 194.0", (string?)paths[0].Attribute("d"));
    }

    [Fact]
    public void OnALogarithmicAxisEqualFactorsAreEqualDistancesAndZerosAreGaps()
    {
        LineChart chart = new("t", "x", "y", [new("a", [(0, 1e-4), (1, 1e-2), (2, 0), (3, 1)])]) { IsLogarithmic = true };
        Assert.Equal("M76.0 348.0L282.7 194.0M696.0 40.0", (string?)Paths(chart)[0].Attribute("d"));
    }

    [Fact]
    public void ALogarithmicAxisBeginsAtTheLeastValueThatItShows()
    {
        LineChart chart = new("t", "x", "y", [new("a", [(0, 1e-40), (1, 1e-2), (2, 1)])]) { IsLogarithmic = true, Least = 1e-20 };
        Assert.Equal("M76.0 348.0L696.0 40.0", (string?)Paths(chart)[0].Attribute("d"));
    }

    [Theory]
    [InlineData(1e-4, 1, "1e-4 1e-3 1e-2 1e-1 1e0")]
    [InlineData(1e-20, 5, "1e-18 1e-15 1e-12 1e-9 1e-6 1e-3 1e0")]
    [InlineData(3, 3, "1e0 1e1")]
    public void TicksOfALogarithmicAxisArePowersOfTen(double least, double most, string labels) =>
        Assert.Equal(labels.Split(' '), Axis.Logarithmic(least, most, 0, 100).Ticks.Select(tick => tick.Label));

    [Theory]
    [InlineData(0, 10, "0 2 4 6 8 10")]
    [InlineData(0, 190, "0 50 100 150")]
    [InlineData(1880, 1979, "1880 1900 1920 1940 1960")]
    [InlineData(0, 0.3, "0 0.05 0.1 0.15 0.2 0.25 0.3")]
    public void TicksAreRound(double least, double most, string labels) =>
        Assert.Equal(labels.Split(' '), Axis.Linear(least, most, 0, 100).Ticks.Select(tick => tick.Label));

    [Fact]
    public void AShuffleIsAPermutationThatItsSeedDecides()
    {
        int[] order = Shuffle.Order(1000, seed: 3);
        Assert.Equal(Enumerable.Range(0, 1000), order.Order());
        Assert.Equal(order, Shuffle.Order(1000, seed: 3));
        Assert.NotEqual(order, Shuffle.Order(1000, seed: 4));
    }

    private static XElement[] Paths(LineChart chart) => [.. XDocument.Parse(LineChart.ToSvg(chart)).Descendants(Svg + "path")];
}
