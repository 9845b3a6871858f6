namespace RnnGen.Mpi.Tests;

/// <summary>Truncated BPTT that is saved and resumed, with its states: the number of updates is the place in the data.</summary>
internal static class SavedRun
{
    public const int Rows = 70, Items = Rows * 5;

    private const string States = "states";

    /// <summary>Trains from one update to another.</summary>
    /// <param name="exchange">The ranks, or null.</param>
    /// <param name="first">Updates that there were: 0, or those of <paramref name="load"/>.</param>
    /// <param name="end">Updates that there will be.</param>
    /// <param name="load">A file to go on with.</param>
    /// <param name="save">A file to write at the end.</param>
    /// <returns>A hash of the weights.</returns>
    public static string Train(IGradientExchange? exchange, int first, int end, string? load = null, string? save = null)
    {
        var model = new Noisy(seed: 1);
        Noisy.Trainer trainer = model.CreateTrainer(new AdamW(1e-2)) with { Exchange = exchange, Seed = 4 };
        var states = new Noisy.State[Rows];
        if (load is not null)
        {
            string[] kept = trainer.Load(load)[States].Split(' ');
            for (int row = 0; row < Rows; row++)
                states[row] = StateBytes.Read<Noisy.State, float>(Convert.FromBase64String(kept[row]));
        }

        Assert.Equal(first, trainer.Updates);
        for (int update = first; update < end; update++)
            Step(trainer, states, update);
        if (save is not null)
            trainer.Save(save, new Dictionary<string, string> { [States] = string.Join(' ', states.Select(Text)) });
        using ResultHash hash = new();
        return hash.Add(model.Parameters).ToString();
    }

    /// <summary>Learns from the batch of an update.</summary>
    public static void Step(Noisy.Trainer trainer, Noisy.State[] states, int update)
    {
        Examples examples = new(update);
        trainer.Step(examples.Symbols(Items, 7), examples.Symbols(Items, 7), states);
    }

    private static string Text(Noisy.State state)
    {
        byte[] bytes = new byte[StateBytes.LengthOf<Noisy.State, float>()];
        StateBytes.Write<Noisy.State, float>(in state, bytes);
        return Convert.ToBase64String(bytes);
    }
}
