using System.Diagnostics;
using RnnGen;

namespace LongMemory;

/// <summary>Trains a network on a task until it is solved.</summary>
internal static class Solver
{
    /// <summary>Sequences of a batch: enough for two threads.</summary>
    public const int Rows = 32;

    private const int UpdatesPerLook = 50, TestBatches = 8;

    // Batches are drawn by number. Those of the test come long after the last that is learned from.
    private const ulong FirstTest = 1UL << 40;

    /// <summary>Runs one cell on one task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="model">A network of its sizes.</param>
    /// <param name="cell">The kind of its layer.</param>
    /// <param name="budget">When to give up.</param>
    public static Outcome Run<TInput, TTarget, TState>(
        MemoryTask<TInput, TTarget> task, IRnnModel<float, TInput, TTarget, TState> model, Cell cell, Budget budget)
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<float>
    {
        cell.Start(model.Parameters);
        Trainer<float, TInput, TTarget, TState> trainer = model.CreateTrainer(new Adam(cell.LearningRate)) with
        {
            ClipNorm = cell.ClipNorm,
            Threads = Math.Min(Environment.ProcessorCount, Rows),
        };
        Tape<float, TInput, TTarget, TState> tape = model.CreateTape(Rows);
        Sequences<TInput, TTarget> batch = new(task, Rows);
        Stopwatch clock = Stopwatch.StartNew();
        double error = Error(task, tape, batch);
        for (int update = 1; update <= budget.Updates && clock.Elapsed.TotalSeconds < budget.Seconds; update++)
        {
            task.Draw((ulong)update, batch);
            try
            {
                trainer.Step(batch.Inputs, batch.Targets, lengths: batch.Lengths, weights: batch.Weights);
            }
            catch (NotFiniteNumberException)
            {
                return Outcome(Ending.Exploded);
            }

            if (update % UpdatesPerLook != 0)
                continue;
            error = Error(task, tape, batch);
            if (error <= task.SolvedAt)
                return Outcome(Ending.Solved);
        }

        return Outcome(Ending.NotSolved);
        Outcome Outcome(Ending ending) => new(ending, (int)trainer.Updates, trainer.Updates * Rows, error, clock.Elapsed.TotalSeconds);
    }

    private static double Error<TInput, TTarget, TState>(
        MemoryTask<TInput, TTarget> task, Tape<float, TInput, TTarget, TState> tape, Sequences<TInput, TTarget> batch)
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<float>
    {
        double sum = 0;
        for (int test = 0; test < TestBatches; test++)
        {
            task.Draw(FirstTest + (ulong)test, batch);
            tape.Forward(batch.Inputs, lengths: batch.Lengths);
            sum += task.Error(batch, tape.Output);
        }

        return sum / TestBatches;
    }
}
