using Sunspots;

namespace Samples.Tests;

public class SunspotTests
{
    private static readonly SunspotSeries Series = SunspotSeries.Read(Path.Combine(AppContext.BaseDirectory, "data", "sunspots.csv"));

    // Measured elsewhere, with another program: where these are right, so are the spans and the measure.
    [Theory]
    [InlineData(1712, 1920, 0.132)]
    [InlineData(1921, 1955, 0.130)]
    [InlineData(1956, 1979, 0.368)]
    public void TheLinearModelHasItsKnownErrors(int from, int to, double expected)
    {
        LinearForecast forecast = new(Series, order: 12, 1712, 1920);
        Assert.Equal(expected, Series.RelativeVariance(year => forecast[year], from, to), 0.0005);
    }

    [Fact]
    public void TheNetworkIsBetter()
    {
        IReadOnlyDictionary<int, double> forecast = new NetworkForecast(Series, members: 10, updates: 400).Forecast(1979, 1978);
        Assert.InRange(Series.RelativeVariance(year => forecast[year], 1921, 1955), 0.05, 0.13);
        Assert.InRange(Series.RelativeVariance(year => forecast[year], 1956, 1979), 0.2, 0.37);
    }

    [Fact]
    public void InTheClosedLoopLaterNumbersAreNotLookedAt()
    {
        NetworkForecast network = new(Series, members: 1, updates: 5);
        IReadOnlyDictionary<int, double> open =
            network.Forecast(1979, 1978), closed = network.Forecast(1979, 1920), later = network.Forecast(1940, 1920);
        Assert.Equal(open[1921], closed[1921]);
        Assert.NotEqual(open[1922], closed[1922]);
        Assert.Equal(later[1940], closed[1940]);
    }
}
