using RnnGen.Tests.Models;

namespace RnnGen.Tests;

/// <summary>Schedules of a user's own, and those that follow losses.</summary>
public class OwnScheduleTests
{
    private static readonly double[] Losses =
        [3, 2, 2, 1.9999, 2.5, 2, 1.5, 1.6, 1.7, 1.8, 1.4999, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 0.5];

    [Fact]
    public void AWarmUpOfAUsersOwnIsFollowed()
    {
        Noam noam = new(WarmUp: 4);
        Assert.Equal([0.25, 0.5, 0.75, 1, Math.Sqrt(4.0 / 5)], Enumerable.Range(0, 5).Select(step => noam.FactorAt(step)));
        // Without momentum the first step of a model is as long as its factor.
        float[] quarter = Moved(new Noam(4)), whole = Moved(new Noam(1));
        Assert.Contains(whole, move => Math.Abs(move) > 1e-3);
        for (int i = 0; i < whole.Length; i++)
            Assert.Equal(whole[i] / 4, quarter[i], 1e-7f);

        static float[] Moved(LearningRateSchedule schedule)
        {
            CharLstm model = new(seed: 1);
            float[] before = Weights(model);
            (model.CreateTrainer(new Sgd(0.1)) with { Schedule = schedule }).Step(Symbols(1), Symbols(2));
            return [.. Weights(model).Zip(before, (after, weight) => after - weight)];
        }
    }

    [Fact]
    public void APlateauLowersTheRateAsInPyTorch()
    {
        Assert.Equal(Torch.Patience1, Factors(new PlateauSchedule(0.5, 1)));
        Assert.Equal(Torch.Cooldown2, Factors(new PlateauSchedule(0.5, 1) { Cooldown = 2, Threshold = 0.01 }));
        Assert.Equal(Torch.Minimum, Factors(new PlateauSchedule(0.1, 0) { Minimum = 0.05 }));

        static double[] Factors(LossSchedule schedule)
        {
            double[] memory = schedule.InitialMemory.ToArray();
            return [.. Losses.Select(loss =>
            {
                schedule.Report(loss, memory);
                return schedule.FactorAt(0, memory);
            })];
        }
    }

    [Fact]
    public void LossesBelow0CanBecomeBetterToo()
    {
        double[] memory = new PlateauSchedule().InitialMemory.ToArray();
        PlateauSchedule schedule = new(0.5, 0);
        foreach (double loss in new[] { -1, -2, -3 })
            schedule.Report(loss, memory);
        Assert.Equal(1, schedule.FactorAt(0, memory));
        schedule.Report(-3, memory);
        Assert.Equal(0.5, schedule.FactorAt(0, memory));
    }

    [Fact]
    public void ALossIsBetterOnlyBelowTheThreshold()
    {
        // Exactly at the threshold it is not.
        Assert.Equal(0.5, FactorAfter(new(0.5, 0) { Threshold = 0.25 }, 4, 3));
        Assert.Equal(1, FactorAfter(new(0.5, 0) { Threshold = 0.25 }, 4, Math.BitDecrement(3)));
        Assert.Equal(0.5, FactorAfter(new(0.5, 0) { Threshold = 0 }, 4, 4));
    }

    [Fact]
    public void AFactorBelowTheMinimumStaysAsItIs()
    {
        // A trainer that is resumed with a higher minimum does not raise its rate because losses have stopped falling.
        double[] memory = [0.01, 1, 0, 0];
        new PlateauSchedule(0.1, 0) { Minimum = 0.05 }.Report(2, memory);
        Assert.Equal([0.01, 1, 0, 0], memory);
    }

    private static double FactorAfter(PlateauSchedule schedule, params double[] losses)
    {
        double[] memory = schedule.InitialMemory.ToArray();
        foreach (double loss in losses)
            schedule.Report(loss, memory);
        return schedule.FactorAt(0, memory);
    }

    public static TheoryData<string> Schedules() => ["built in", "own"];

    private static LossSchedule Of(string name) => name == "own" ? new Halving(Warm: 2) : new PlateauSchedule(0.5, 0, 2);

    [Theory]
    [MemberData(nameof(Schedules))]
    public void WhatIsRememberedIsSavedAndResumed(string name)
    {
        using TemporaryFolder folder = new();
        CharLstm model = new(seed: 1), other = new(seed: 2), unreported = new(seed: 1);
        var trainer = model.CreateTrainer(new Adam()) with { Schedule = Of(name) };
        var without = unreported.CreateTrainer(new Adam()) with { Schedule = Of(name) };
        Train(trainer, [3, 4, 4]);
        trainer.Save(folder["half"]);
        Train(trainer, [5, 2, 3]);
        Train(without, []);
        Assert.NotEqual(Weights(unreported), Weights(model));

        var resumed = other.CreateTrainer(new Adam()) with { Schedule = Of(name) };
        resumed.Load(folder["half"]);
        // A trainer with another option goes on with what this one remembers.
        Train(resumed with { ClipNorm = 1e9 }, [5, 2, 3]);
        Assert.Equal(Weights(model), Weights(other));

        static void Train(CharLstm.Trainer trainer, double[] losses)
        {
            for (int epoch = 0; epoch < 3; epoch++)
            {
                for (int step = 0; step < 2; step++)
                    trainer.Step(Symbols(step), Symbols(step + 100));
                if (epoch < losses.Length)
                    trainer.Report(losses[epoch]);
            }
        }
    }

    [Fact]
    public void ACheckpointOfAnotherKindOfScheduleChangesNothing()
    {
        using TemporaryFolder folder = new();
        CharLstm model = new(seed: 1);
        var trainer = model.CreateTrainer(new Adam()) with { Schedule = new PlateauSchedule() };
        trainer.Save(folder["plateau"]);
        float[] before = Weights(model);
        var constant = model.CreateTrainer(new Adam());
        Assert.Contains(
            "have 4 numbers of a schedule under optimizer.schedule, but the trainer's schedule remembers 0",
            Assert.Throws<InvalidDataException>(() => constant.Load(folder["plateau"])).Message, StringComparison.Ordinal);
        constant.Save(folder["constant"]);
        Assert.Contains(
            "have 0 numbers of a schedule under optimizer.schedule, but the trainer's schedule remembers 4",
            Assert.Throws<InvalidDataException>(() => trainer.Load(folder["constant"])).Message, StringComparison.Ordinal);
        Assert.Equal(before, Weights(model));
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => constant.Save(folder["x"], new Dictionary<string, string> { ["optimizer.schedule"] = "1" }));
        Assert.Contains("optimizer.schedule", error.Message, StringComparison.Ordinal);
        // A weight file it is all the same.
        model.Load(folder["plateau"]);
    }

    [Fact]
    public void ReportsThatMakeNoSenseAreRefused()
    {
        CharLstm model = new();
        Assert.Contains(
            "ConstantSchedule depends on updates alone",
            Assert.Throws<InvalidOperationException>(() => model.CreateTrainer(new Adam()).Report(1)).Message, StringComparison.Ordinal);
        var trainer = model.CreateTrainer(new Adam()) with { Schedule = new Halving(0) };
        trainer.Report(1);
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity })
            Assert.Throws<NotFiniteNumberException>(() => trainer.Report(bad));
        // What an observation that fails has written by then is forgotten.
        Assert.Throws<ArithmeticException>(() => trainer.Report(-1));
        CharLstm fresh = new(), same = new();
        fresh.CreateTrainer(new Adam()).Step(Symbols(1), Symbols(2));
        (same.CreateTrainer(new Adam()) with { Schedule = new Halving(0) }).Step(Symbols(1), Symbols(2));
        trainer.Step(Symbols(1), Symbols(2));
        Assert.Equal(Weights(fresh), Weights(model));
        Assert.Equal(Weights(fresh), Weights(same));
    }

    [Fact]
    public void NumbersOutsideTheirRangeAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauSchedule(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauSchedule(0.5, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauSchedule(0.5, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauSchedule { Threshold = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauSchedule { Cooldown = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauSchedule { Minimum = double.NaN });
    }

    private static int[] Symbols(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, CharLstm.Steps).Select(_ => random.Next(CharLstm.InputSize))];
    }

    private static float[] Weights(CharLstm model) => [.. model.Parameters.SelectMany(view =>
    {
        float[] values = new float[view.Count];
        view.CopyTo(values);
        return values;
    })];

    /// <summary>Linear growth, then the inverse of the square root (Vaswani et al. 2017).</summary>
    private sealed record Noam(int WarmUp) : LearningRateSchedule
    {
        protected override double Shape(long step) => Math.Min((step + 1.0) / WarmUp, Math.Sqrt(WarmUp / (step + 1.0)));
    }

    /// <summary>Half the rate for every loss that is above the one before.</summary>
    private sealed record Halving(long Warm) : LossSchedule(Warm)
    {
        private static readonly double[] First = [double.PositiveInfinity, 0];

        protected override ReadOnlySpan<double> Start => First;

        protected override void Observe(double loss, Span<double> memory)
        {
            memory[1] += loss > memory[0] || loss < 0 ? 1 : 0;
            memory[0] = loss;
            if (loss < 0)
                throw new ArithmeticException("A loss below 0.");
        }

        protected override double Shape(long step, ReadOnlySpan<double> memory) => 1 / Math.ScaleB(1, (int)memory[1]);
    }

    /// <summary>The rates that ReduceLROnPlateau of PyTorch 1.13.0 gives after each of the losses, from a rate of 1.</summary>
    private static class Torch
    {
        public static readonly double[] Patience1 =
        [
            1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625, 0.03125, 0.03125, 0.015625, 0.015625, 0.0078125,
            0.0078125, 0.0078125,
            0.00390625, 0.00390625, 0.001953125, 0.001953125, 0.0009765625, 0.0009765625,
        ];

        public static readonly double[] Cooldown2 =
        [
            1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125, 0.125, 0.0625, 0.0625, 0.0625, 0.0625,
            0.03125, 0.03125, 0.03125,
            0.03125, 0.03125,
        ];

        public static readonly double[] Minimum = [1, 1, 0.1, .. Enumerable.Repeat(0.05, 22)];
    }
}
