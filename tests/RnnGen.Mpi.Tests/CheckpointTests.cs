namespace RnnGen.Mpi.Tests;

/// <summary>Checkpoints of several ranks.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rnngen-ranks-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void RankZeroWritesAndAnyNumberOfRanksGoesOn()
    {
        string expected = SavedRun.Train(null, 0, 6);
        string path = Path.Combine(folder, "run.safetensors");
        foreach ((int before, int after) in ((int, int)[])[(1, 3), (3, 1), (4, 2), (2, 8)])
        {
            LocalRanks.Same(before, exchange => SavedRun.Train(exchange, 0, 3, save: path));
            Assert.Equal([path], Directory.GetFiles(folder));
            Assert.Equal(expected, LocalRanks.Same(after, exchange => SavedRun.Train(exchange, 3, 6, load: path)));
            File.Delete(path);
        }
    }

    [Fact]
    public void OtherRanksWriteNothing()
    {
        LocalRanks.Same(3, exchange =>
        {
            var trainer = new Noisy(seed: 1).CreateTrainer(new Adam()) with { Exchange = exchange };
            trainer.Save(Path.Combine(folder, $"of-rank-{exchange.Rank}"));
            return 0;
        });
        Assert.Equal(["of-rank-0"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void ALoadOnOneRankAloneIsFoundAtTheNextCall()
    {
        string path = Path.Combine(folder, "run.safetensors");
        SavedRun.Train(null, 0, 3, save: path);
        Outcome<int>[] outcomes = LocalRanks.Run(2, exchange =>
        {
            var trainer = new Noisy(seed: 1).CreateTrainer(new AdamW(1e-2)) with { Exchange = exchange, Seed = 4 };
            var states = new Noisy.State[SavedRun.Rows];
            for (int update = 0; update < 4; update++)
                SavedRun.Step(trainer, states, update % 3);
            if (exchange.Rank == 1)
                trainer.Load(path);
            SavedRun.Step(trainer, states, 3);
            return 0;
        });
        Assert.All(outcomes, outcome => Assert.Contains(
            "rank 1 has another number of updates than rank 0: 3, not 4", outcome.Error!.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void TheMostShardsBelongToTheRun()
    {
        string path = Path.Combine(folder, "run.safetensors");
        var trainer = new Noisy(seed: 1).CreateTrainer(new Adam()) with { MostShards = 12 };
        trainer.Save(path);
        var other = new Noisy(seed: 2).CreateTrainer(new Adam());
        var error = Assert.Throws<InvalidDataException>(() => other.Load(path));
        Assert.Contains("cut into at most '12' shards, the trainer's into 8: set MostShards", error.Message, StringComparison.Ordinal);
        (other with { MostShards = 12 }).Load(path);

        (trainer with { MostShards = 8 }).Save(path);
        Assert.Throws<InvalidDataException>(() => trainer.Load(path));
        other.Load(path);
    }
}
