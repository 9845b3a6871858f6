namespace RnnGen.Mpi.Tests;

/// <summary>Checkpoints of several ranks.</summary>
public sealed class CheckpointTests : IDisposable
{
    private const int Rows = 70, Items = Rows * 5;

    private readonly string folder = Directory.CreateTempSubdirectory("rnngen-ranks-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void RankZeroWritesAndAnyNumberOfRanksGoesOn()
    {
        string expected = Train(null, 0, 6);
        string path = Path.Combine(folder, "run.safetensors");
        foreach ((int before, int after) in ((int, int)[])[(1, 3), (3, 1), (4, 2), (2, 8)])
        {
            LocalRanks.Same(before, exchange => Train(exchange, 0, 3, save: path));
            Assert.Equal([path], Directory.GetFiles(folder));
            Assert.Equal(expected, LocalRanks.Same(after, exchange => Train(exchange, 3, 6, load: path)));
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
        Train(null, 0, 3, save: path);
        Outcome<int>[] outcomes = LocalRanks.Run(2, exchange =>
        {
            var trainer = new Noisy(seed: 1).CreateTrainer(new AdamW(1e-2)) with { Exchange = exchange, Seed = 4 };
            var states = new Noisy.State[Rows];
            for (int update = 0; update < 4; update++)
                Step(trainer, states, update % 3);
            if (exchange.Rank == 1)
                trainer.Load(path);
            Step(trainer, states, 3);
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

    private static string Train(IGradientExchange? exchange, int first, int end, string? load = null, string? save = null)
    {
        using ResultHash hash = new();
        var model = new Noisy(seed: 1);
        var trainer = model.CreateTrainer(new AdamW(1e-2)) with { Exchange = exchange, Seed = 4 };
        var states = new Noisy.State[Rows];
        if (load is not null)
        {
            string kept = trainer.Load(load)["states"];
            for (int row = 0; row < Rows; row++)
                states[row] = StateBytes.Read<Noisy.State, float>(Convert.FromBase64String(kept.Split(' ')[row]));
        }

        Assert.Equal(first, trainer.Updates);
        for (int update = first; update < end; update++)
            Step(trainer, states, update);
        if (save is not null)
        {
            byte[] bytes = new byte[StateBytes.LengthOf<Noisy.State, float>()];
            trainer.Save(save, new Dictionary<string, string>
            {
                ["states"] = string.Join(' ', states.Select(state =>
                {
                    StateBytes.Write<Noisy.State, float>(in state, bytes);
                    return Convert.ToBase64String(bytes);
                })),
            });
        }

        return hash.Add(model.Parameters).ToString();
    }

    private static void Step(Noisy.Trainer trainer, Noisy.State[] states, int update)
    {
        Examples examples = new(update);
        trainer.Step(examples.Symbols(Items, 7), examples.Symbols(Items, 7), states);
    }
}
