namespace RnnGen.Mpi.Tests;

/// <summary>Ranks that do not do the same are ended, with a message that says who and what.</summary>
public class AgreementTests
{
    private const int Rows = 40, Items = Rows * 4;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void ARankWithOtherWeightsIsNamed(int odd) =>
        AllEnd(Difference(odd, "set of weights or moments"), exchange => Train(exchange, weightSeed: exchange.Rank == odd ? 2UL : 1));

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void ARankWithOtherDataIsNamed(int odd) =>
        AllEnd(Difference(odd, "batch"), exchange => Train(exchange, dataSeed: exchange.Rank == odd ? 2 : 1));

    [Fact]
    public void ARankWithOtherOptionsIsNamed()
    {
        string[] messages = AllEnd("rank 1 has another set of options than rank 0", exchange => Train(
            exchange, trainer => exchange.Rank == 1 ? trainer with { ClipNorm = 3 } : trainer));
        // Whoever is the first to see it says what it has itself.
        Assert.All(messages, message => Assert.Matches(@"Rank \d has: Trainer \{.*ClipNorm = 3?,", message));
        AllEnd("options", exchange => Train(exchange, trainer => trainer with { MostShards = exchange.Rank == 2 ? 4 : 8 }));
        AllEnd("options", exchange => Train(exchange, trainer => trainer with { Seed = exchange.Rank == 2 ? 1UL : 0 }));
        AllEnd("options", exchange => Train(exchange, trainer => trainer with { Train = exchange.Rank == 2 ? ["dense"] : null }));
        AllEnd("options", exchange => Train(exchange, trainer => trainer with
        {
            Groups = [new("dense") { RateFactor = exchange.Rank == 2 ? 2 : 1 }],
        }));
        AllEnd("options", exchange => Train(exchange, trainer => trainer with
        {
            Groups = [new(exchange.Rank == 2 ? "dense" : "rnn") { RateFactor = 2 }],
        }));
    }

    [Fact]
    public void WhatAScheduleWasToldIsAnOptionToo() => AllEnd("options", exchange => Train(exchange, trainer =>
    {
        var reporting = trainer with { Schedule = new PlateauSchedule() };
        reporting.Report(exchange.Rank == 1 ? 2 : 1);
        return reporting;
    }));

    [Fact]
    public void ThreadsNeedNotBeTheSame() =>
        LocalRanks.Same(3, exchange => Train(exchange, trainer => trainer with { Threads = 1 + exchange.Rank }));

    [Fact]
    public void WeightsThatDriftAreFoundAtTheNextComparison()
    {
        int[] updates = new int[3];
        AllEnd("rank 2 has another set of weights or moments than rank 0 after 4 updates", exchange =>
        {
            var model = new Curve(seed: 1);
            var trainer = model.CreateTrainer(new Sgd(0.1)) with { Exchange = exchange, CompareEvery = 4 };
            for (int update = 0; update < 10; update++)
            {
                if (update == 1 && exchange.Rank == 2)
                    model.Parameters[0][0, 0] += 1e-6f;
                Step(trainer, update);
                updates[exchange.Rank]++;
            }

            return 0;
        });
        Assert.Equal([4, 4, 4], updates);
    }

    [Fact]
    public void ARankThatMeasuresWhileOthersLearnIsNamed() =>
        AllEnd("rank 0 measures a loss, but rank 1 learns from a batch", exchange =>
        {
            var trainer = new Curve(seed: 1).CreateTrainer(new Sgd(0.1)) with { Exchange = exchange };
            Step(trainer, 0);
            if (exchange.Rank == 0)
                trainer.Evaluate(new float[Items * 3], new float[Items * 2]);
            return Step(trainer, 1);
        });

    [Fact]
    public void ARankThatLeavesIsNamed() => AllEnd("rank 0 learns from a batch, but rank 1 has left", exchange =>
    {
        var trainer = new Curve(seed: 1).CreateTrainer(new Sgd(0.1)) with { Exchange = exchange };
        Step(trainer, 0);
        return exchange.Rank == 1 ? 0 : Step(trainer, 1);
    });

    [Fact]
    public void AnExceptionOfOneRankReachesAllOthers()
    {
        Outcome<double>[] outcomes = LocalRanks.Run(4, exchange =>
        {
            var trainer = new Curve(seed: 1).CreateTrainer(new Sgd(0.1)) with { Exchange = exchange };
            Step(trainer, 0);
            return exchange.Rank == 2 ? throw new IOException("The disk is gone.") : Step(trainer, 1);
        });
        Assert.IsType<IOException>(outcomes[2].Error);
        foreach (int rank in (int[])[0, 1, 3])
        {
            var error = Assert.IsType<InvalidOperationException>(outcomes[rank].Error);
            Assert.Equal("Rank 2 of 4 has failed: The disk is gone.", error.Message);
            Assert.Same(outcomes[2].Error, error.InnerException);
        }
    }

    [Fact]
    public void ALossThatIsNotFiniteIsThrownOnAllRanksAndTrainingGoesOn() => LocalRanks.Same(3, exchange =>
    {
        var model = new CurveDouble(seed: 1);
        var trainer = model.CreateTrainer(new Sgd(0.1)) with { Exchange = exchange };
        double[] inputs = new double[Items * 3], targets = new double[Items * 2];
        Array.Fill(targets, 1e200);
        Assert.Throws<NotFiniteNumberException>(() => trainer.Step(inputs, targets));
        Assert.Equal(0, trainer.Updates);
        Assert.True(double.IsFinite(trainer.Step(inputs, new double[Items * 2])));
        return trainer.Updates;
    });

    [Fact]
    public void AnInvalidBatchIsRefusedOnAllRanksAndTrainingGoesOn() => LocalRanks.Same(3, exchange =>
    {
        var trainer = new Curve(seed: 1).CreateTrainer(new Sgd(0.1)) with { Exchange = exchange };
        Assert.Throws<ArgumentException>(() => trainer.Step(new float[Items * 3], new float[1]));
        return Step(trainer, 0);
    });

    private static string Difference(int odd, string what) =>
        $"rank {(odd == 0 ? 1 : odd)} has another {what} than rank 0 after 0 updates";

    private static double Train(
        IGradientExchange exchange, Func<Curve.Trainer, Curve.Trainer>? change = null, ulong weightSeed = 1, int dataSeed = 1)
    {
        var trainer = new Curve(weightSeed).CreateTrainer(new Sgd(0.1)) with { Exchange = exchange };
        return Step(change?.Invoke(trainer) ?? trainer, dataSeed);
    }

    private static double Step(Curve.Trainer trainer, int dataSeed)
    {
        Examples examples = new(dataSeed);
        return trainer.Step(examples.Numbers<float>(Items * 3), examples.Numbers<float>(Items * 2));
    }

    /// <summary>Every one of three ranks throws an exception with a text, soon.</summary>
    private static string[] AllEnd(string text, Func<LocalExchange, double> work)
    {
        string[] messages = [.. LocalRanks.Run(3, work).Select(outcome => outcome.Error?.Message ?? "")];
        Assert.All(messages, message => Assert.Contains(text, message, StringComparison.Ordinal));
        return messages;
    }
}
