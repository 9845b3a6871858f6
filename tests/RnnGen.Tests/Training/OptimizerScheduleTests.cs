using Xunit;

namespace RnnGen.Tests;

public class OptimizerScheduleTests
{
    [Fact]
    public void AConstantIsConstant()
    {
        ConstantSchedule schedule = new();
        Assert.Equal([1.0, 1, 1], [schedule.FactorAt(0), schedule.FactorAt(1), schedule.FactorAt(long.MaxValue)]);
    }

    [Fact]
    public void WarmUpGrowsLinearlyToTheSchedule()
    {
        Assert.Equal([0.25, 0.5, 0.75, 1, 1], Factors(new ConstantSchedule(LinearWarmup: 3), 5));
        Assert.Equal([0.5, 1, 0.5, 0.25], Factors(new StepSchedule(1, 0.5) { LinearWarmup = 1 }, 4));
        Assert.Equal([0.5, 1, 0.75, 0.5, 0.5], Factors(new CosineSchedule(3, 0.5, 1), 5), Near);
    }

    [Fact]
    public void TheCosineFallsFromOneToTheLastFactorAndStays()
    {
        CosineSchedule schedule = new(1000, 0.1);
        for (int step = 0; step <= 1000; step++)
            Assert.Equal(0.1 + (0.9 * (1 + Math.Cos(Math.PI * step / 1000)) / 2), schedule.FactorAt(step), 1e-15);
        Assert.Equal(1, schedule.FactorAt(0));
        Assert.Equal(0.1, schedule.FactorAt(1000));
        Assert.Equal(0.1, schedule.FactorAt(1_000_000));
        double[] factors = Factors(schedule, 1000);
        Assert.All(factors.Zip(factors.Skip(1)), pair => Assert.True(pair.First > pair.Second));
    }

    [Fact]
    public void StairsFallEveryPeriod() =>
        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.5, 0.25], Factors(new StepSchedule(3, 0.5), 7));

    [Fact]
    public void FactorsHaveTheSameBitsOnEveryMachine()
    {
        CosineSchedule schedule = new(7);
        Assert.Equal(
            [0x3FF0000000000000, 0x3FEE6A5E54E5AE38, 0],
            [Bits(schedule.FactorAt(0)), Bits(schedule.FactorAt(1)), Bits(schedule.FactorAt(7))]);
    }

    [Fact]
    public void NumbersOutsideTheirRangeAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantSchedule(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(5, 0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(5, 0, long.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(5, 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(5, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepSchedule(0, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepSchedule(1, -0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantSchedule().FactorAt(-1));
    }

    [Fact]
    public void AWarmUpEndsAtTheFirstFactorWhateverItIs()
    {
        Assert.Equal([0.125, 0.25, 0.375, 0.5, 0.5], Factors(new Flat(0.5, Warm: 3), 5));
        Assert.Equal([0, 0, 0], Factors(new Flat(0, Warm: 1), 3));
        Assert.Equal([1, 1, 1], Factors(new StepSchedule(1, 1), 3));
    }

    [Theory]
    [InlineData(-1e-9)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void AFactorThatIsNoneIsRefused(double factor) => Assert.Contains(
        "Flat gives the factor ",
        Assert.Throws<InvalidOperationException>(() => new Flat(factor, Warm: 0).FactorAt(2)).Message, StringComparison.Ordinal);

    private static double[] Factors(LearningRateSchedule schedule, int count) =>
        [.. Enumerable.Range(0, count).Select(step => schedule.FactorAt(step))];

    private static bool Near(double left, double right) => Math.Abs(left - right) < 1e-15;

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private sealed record Flat(double Factor, long Warm) : LearningRateSchedule(Warm)
    {
        protected override double Shape(long step) => Factor;
    }
}
