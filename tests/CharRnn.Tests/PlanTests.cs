namespace CharRnn.Tests;

public class PlanTests
{
    [Fact]
    public void UpdatesAreCounted()
    {
        Plan plan = Plan.ForUpdates(1000);
        Assert.False(plan.IsOver(999, elapsed: 1e6));
        Assert.True(plan.IsOver(1000, elapsed: 0));
        Assert.Equal(1000, plan.Schedule.TotalSteps);
        plan.Measure(100, elapsed: 1);
        Assert.Same(plan.Schedule, plan.Schedule);
        Assert.Equal(9, plan.Left(100, elapsed: 1), 6);
    }

    [Fact]
    public void TheWaveEndsWhenTheTimeIsUp()
    {
        // 50 updates a second; then the machine gets busy, and only half as many are made.
        Plan plan = Plan.ForSeconds(100);
        long updates = 0;
        double elapsed = 0;
        while (!plan.IsOver(updates, elapsed))
        {
            updates += 10;
            elapsed += elapsed < 50 ? 0.2 : 0.4;
            plan.Measure(updates, elapsed);
            if (elapsed is > 20 and < 50)
                Assert.InRange(plan.Schedule.TotalSteps, 4990, 5011);
        }

        Assert.InRange(updates, 3740, 3760);
        Assert.InRange(plan.Schedule.TotalSteps, 3740, 3760);
        Assert.InRange(plan.Schedule.FactorAt(updates - 1), 0, 1e-4);
        Assert.InRange(elapsed, 100, 100.5);
    }

    [Fact]
    public void SlowFirstUpdatesAreSoonForgotten()
    {
        Plan plan = Plan.ForSeconds(100);
        plan.Measure(10, elapsed: 2);
        for (int i = 2; i < 20; i++)
            plan.Measure(i * 10, elapsed: 2 + (i * 0.1));
        Assert.InRange(plan.Speed, 95, 101);
    }

    [Fact]
    public void AResumedRunGoesOnFromItsPlaceOnTheWave()
    {
        Plan plan = Plan.ForSeconds(10);
        plan.Start(5000);
        plan.Measure(5010, elapsed: 0.1);
        Assert.Equal(100, plan.Speed, 6);
        Assert.Equal(6000, plan.Schedule.TotalSteps);
    }

    [Fact]
    public void APlanShorterThanTheWarmUpStillIsOne() => Assert.False(Plan.ForUpdates(3).IsOver(2, 0));
}
