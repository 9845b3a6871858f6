using Forecast;

namespace Samples.Tests;

public class ForecastTests
{
    private static readonly Weather Seattle = Weather.Read(Path.Combine(AppContext.BaseDirectory, "data", "seattle-weather.csv"));
    private static readonly int Learned = Seattle.DayOf(new(2014, 1, 1)), Validated = Seattle.DayOf(new(2015, 1, 1));

    [Fact]
    public void DaysAreReadInTheirOrder()
    {
        Assert.Equal((1461, 731, new DateOnly(2012, 1, 1)), (Seattle.Days, Learned, Seattle.First));
        Assert.Equal(
            [10.9, 10.6, 2.8, 4.5],
            Enumerable.Range(0, 4).Select(column => Seattle[1, column]));
        Assert.Equal(2.8, Seattle.Target(1, 1));
    }

    [Theory]
    [InlineData("date,temp_max\n2012-01-01,3\n", "expected date, precipitation, temp_max, temp_min, wind")]
    [InlineData("date,precipitation,temp_max,temp_min,wind\n2012-01-01,1,2,x,4\n", "line 2: \"x\" is no number for temp_min")]
    [InlineData("date,precipitation,temp_max,temp_min,wind\n2012-01-01,1,2,3,NaN\n", "line 2: \"NaN\" is no number for wind")]
    [InlineData("date,precipitation,temp_max,temp_min,wind\ntoday,1,2,3,4\n", "line 2: \"today\" is no date")]
    [InlineData(
        "date,precipitation,temp_max,temp_min,wind\n2012-01-01,1,2,3,4\n2012-01-03,1,2,3,4\n", "2012-01-01 is followed by 2012-01-03")]
    [InlineData("date,precipitation,temp_max,temp_min,wind\n", "has no days")]
    public void WhatIsNoWeatherIsRefused(string csv, string message)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, csv);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Weather.Read(path)).Message);
        File.Delete(path);
    }

    [Fact]
    public void WhatIsLearnedHasMeanZeroAndDeviationOne()
    {
        Scaled scaled = new(Seattle, Learned);
        for (int target = 0; target < Weather.Targets; target++)
        {
            double[] numbers =
                [.. Enumerable.Range(0, Learned).Select(day => (double)scaled.TargetValues[(day * Weather.Targets) + target])];
            Assert.Equal(0, numbers.Average(), 1e-5);
            Assert.Equal(1, numbers.Average(number => number * number), 1e-4);
            Assert.Equal(
                Seattle.Target(900, target), scaled.Number(scaled.TargetValues[(900 * Weather.Targets) + target], target), 1e-4);
        }
    }

    [Fact]
    public void TheNaiveForecastHasOneForItsFirstDay()
    {
        // On the days that were learned, by the definition of MASE.
        BacktestResult naive = new Backtest(Seattle, Learned).Run(new Naive(Seattle), 0, 1, Learned - Model.Horizon);
        Assert.Equal(1, naive.MaseOf(0), 0.01);
    }

    [Fact]
    public void LinearForecastsOfLinearNumbersAreRight()
    {
        // A forecast of the last known day is exact where the days before say it; here only that it beats the naive one by far.
        Backtest backtest = new(Seattle, Learned);
        Scaled scaled = new(Seattle, Learned);
        BacktestResult linear = Test(new Linear(scaled, Learned)), refitted = Test(new Linear(scaled, Learned, refitsEvery: 28));
        BacktestResult naive = Test(new Naive(Seattle)), seasonal = Test(new SeasonalNaive(Seattle));
        Assert.Equal(1.136, linear.Mase, 0.002);
        Assert.Equal(1.117, refitted.Mase, 0.002);
        Assert.Equal(1.377, naive.Mase, 0.002);
        Assert.Equal(1.554, seasonal.Mase, 0.002);
        Assert.InRange(linear.Covered, 0.75, 0.85);

        BacktestResult Test(IForecaster forecaster) => backtest.Run(forecaster, Learned - 1, Validated - 1, Seattle.Days - Model.Horizon);
    }

    [Fact]
    public void NetworksLearnAndGoOnLearningWithoutAllocation()
    {
        Scaled scaled = new(Seattle, Learned);
        Networks networks = Networks.Train(scaled, Learned, Validated - Learned, members: 2, epochs: 12, (_, _) => { });
        Backtest backtest = new(Seattle, Learned);
        double fixedWeights = Test(networks).Mase;
        Online online = networks.GoOn();
        double learning = Test(online).Mase;
        Assert.InRange(fixedWeights, 1.05, 1.2);
        Assert.InRange(learning, 1.05, fixedWeights);
        double[] ahead = new double[Model.Horizon * Weather.Targets];
        Allocations.AssertNone(
            () =>
            {
                for (int day = Seattle.Days - 60; day < Seattle.Days - Model.Horizon; day++)
                    online.Forecast(day, ahead);
            },
            calls: 1);

        BacktestResult Test(IForecaster forecaster) => backtest.Run(forecaster, Learned - 1, Validated - 1, Seattle.Days - Model.Horizon);
    }

    [Fact]
    public void NoForecastLooksAhead()
    {
        // Days that are not known yet may be anything.
        string path = Path.GetTempFileName();
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "data", "seattle-weather.csv"));
        int known = Validated + 100;
        for (int line = known + 2; line < lines.Length; line++)
            lines[line] = $"{lines[line].Split(',')[0]},0,-40,-40,0,sun";
        File.WriteAllLines(path, lines);
        Weather other = Weather.Read(path);
        File.Delete(path);
        Scaled scaled = new(Seattle, Learned), otherScaled = new(other, Learned);
        Networks networks = Networks.Train(scaled, Learned, 100, 1, 1, (_, _) => { });
        Networks same = Networks.Train(otherScaled, Learned, 100, 1, 1, (_, _) => { });
        AssertSame(networks, same);
        AssertSame(networks.GoOn(), same.GoOn());
        AssertSame(new Linear(scaled, Learned, 28), new Linear(otherScaled, Learned, 28));
        AssertSame(new SeasonalNaive(Seattle), new SeasonalNaive(other));

        void AssertSame(IForecaster one, IForecaster two)
        {
            double[] ahead = new double[Model.Horizon * Weather.Targets], otherAhead = new double[ahead.Length];
            one.Forecast(known, ahead);
            two.Forecast(known, otherAhead);
            Assert.Equal(ahead, otherAhead);
        }
    }

    [Fact]
    public void AForecastIsDrawn()
    {
        Backtest backtest = new(Seattle, Learned);
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.png");
        Picture.Draw(Seattle, [backtest.Run(new Naive(Seattle), Learned - 1, Validated - 1, Seattle.Days - Model.Horizon)], path);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(path)[..4]);
        File.Delete(path);
    }
}
