using System.Globalization;
using System.Xml.Linq;
using RnnGen.Benchmarks;

namespace Samples.Tests.Benchmarks;

public class StepChartTests
{
    private static readonly Shape Small = new("lstm", "stream", 1, 8, 1, 1, 1), Large = Small with { Hidden = 128, Layers = 2 };

    [Fact]
    public void TimesLieOnALogarithmicAxisAndTheBestBuildCounts()
    {
        var svg = XElement.Parse(StepChart.ToSvg(
            [new("rnngen", Small, 0.1), new("rnngen", Large, 10)],
            [
                new("rtneural-stl", Small, 10), new("rtneural-eigen", Small, 1), new("ort", Small with { Input = 9 }, 1),
                new("torch-eager", Small, 1000)
            ]));
        // The axis goes from 0.1 µs below, at 296, to 10 µs above, at 64.
        Assert.Equal([("a", 296), ("b", 180), ("a", 64)], Marks(svg));
        Assert.Equal(["1 → 8", "1 → 128 × 2"], Texts(svg).Where(t => t.Contains('→')));
        Assert.DoesNotContain("ONNX Runtime", Texts(svg));
    }

    [Fact]
    public void EachCellHasAPanelAndBothSchemesHaveColours()
    {
        string text = StepChart.ToSvg([new("rnngen", Small, 1), new("rnngen", Small with { Cell = "gru" }, 1)], []);
        Assert.Equal(2, XElement.Parse(text).Elements().Count(e => e.Name.LocalName == "g"));
        Assert.Contains("prefers-color-scheme:dark", text);
    }

    [Fact]
    public void WithoutAStreamingStepThereIsNothingToDraw() =>
        Assert.Throws<InvalidDataException>(() => StepChart.ToSvg([new("rnngen", Small with { Mode = "seq" }, 1)], []));

    private static IEnumerable<(string?, double)> Marks(XElement svg) => svg.Descendants()
        .Where(e => e.Name.LocalName == "circle" && e.HasElements)
        .Select(e => ((string?)e.Attribute("class"), double.Parse(e.Attribute("cy")!.Value, CultureInfo.InvariantCulture)));

    private static IEnumerable<string> Texts(XElement svg) => svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value);
}
