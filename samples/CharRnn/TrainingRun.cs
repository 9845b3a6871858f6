using RnnGen;

namespace CharRnn;

/// <summary>
/// Truncated BPTT through the text: the rows of a batch go on where they ended in the batch before, states included. All of it can be
/// saved, so that a resumed run computes the same bits as one that was never interrupted.
/// </summary>
internal sealed class TrainingRun<TState>
    where TState : struct, IRnnState<float>
{
    private readonly SymbolBatches batches;
    private readonly TState[] states;
    private readonly int stateSize;
    private Trainer<float, int, int, TState> trainer;

    /// <summary>Starts a run, or goes on with a saved one.</summary>
    /// <param name="model">The network.</param>
    /// <param name="optimizer">How it learns.</param>
    /// <param name="text">What it learns from.</param>
    /// <param name="rows">Places of the text that are read side by side.</param>
    /// <param name="threads">How many work on a batch; they change nothing in the result.</param>
    /// <param name="saved">A checkpoint of the same network, or null.</param>
    /// <param name="exchange">The ranks that train together, or null.</param>
    public TrainingRun(
        IRnnModel<float, int, int, TState> model, Optimizer optimizer, SymbolStream text, int rows, int threads, Checkpoint? saved = null,
        IGradientExchange? exchange = null)
    {
        trainer = model.CreateTrainer(optimizer) with { ClipNorm = 1, Threads = threads, Exchange = exchange };
        batches = text.Batches(rows, Sizes.Steps);
        states = new TState[rows];
        stateSize = model.Shape.StateSize;
        saved?.Restore(trainer, states, stateSize);
    }

    /// <summary>How many updates there were, over all resumed runs.</summary>
    public long Updates => trainer.Updates;

    /// <summary>Characters that an update learns from.</summary>
    public int CharactersPerUpdate => batches.Steps * batches.Rows;

    /// <summary>Learns from the next batch.</summary>
    /// <param name="schedule">The learning rate's.</param>
    /// <returns>The loss in bits per character.</returns>
    public double Step(LearningRateSchedule schedule)
    {
        if (!ReferenceEquals(schedule, trainer.Schedule))
            trainer = trainer with { Schedule = schedule };
        // The number of updates is the position: after the last batch the text starts again, without a memory of its end.
        int batch = (int)(Updates % batches.Count);
        if (batch == 0)
            Array.Clear(states);
        return trainer.Step(batches[batch], states) / Math.Log(2);
    }

    /// <summary>Writes weights, the optimiser's state, the position and the carried states to one file.</summary>
    public void Save(string path, string cell, Vocabulary vocabulary) =>
        Checkpoint.Save(path, trainer, states, stateSize, cell, vocabulary);
}
