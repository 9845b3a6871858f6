using RnnGen;

namespace LongMemory;

/// <summary>Which network belongs to which entry of the table. A model is a type of its own, so each is named once here.</summary>
internal static class Runs
{
    private const ulong Seed = 1;

    /// <summary>Trains a cell on a task.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="budget">When to give up.</param>
    public static Outcome Run(string task, Cell cell, Budget budget)
    {
        Initialization start = cell.Initialization;
        return (task, cell.Name) switch
        {
            ("adding100", "rnn") => Solver.Run(new AddingProblem(100), new Adding100Rnn(Seed, start), cell, budget),
            ("adding100", "irnn") => Solver.Run(new AddingProblem(100), new Adding100Irnn(Seed, start), cell, budget),
            ("adding100", "lstm") => Solver.Run(new AddingProblem(100), new Adding100Lstm(Seed, start), cell, budget),
            ("adding100", "gru") => Solver.Run(new AddingProblem(100), new Adding100Gru(Seed, start), cell, budget),
            ("adding100", "mgu") => Solver.Run(new AddingProblem(100), new Adding100Mgu(Seed, start), cell, budget),
            ("adding100", "indrnn") => Solver.Run(new AddingProblem(100), new Adding100IndRnn(Seed, start), cell, budget),
            ("adding400", "rnn") => Solver.Run(new AddingProblem(400), new Adding400Rnn(Seed, start), cell, budget),
            ("adding400", "irnn") => Solver.Run(new AddingProblem(400), new Adding400Irnn(Seed, start), cell, budget),
            ("adding400", "lstm") => Solver.Run(new AddingProblem(400), new Adding400Lstm(Seed, start), cell, budget),
            ("adding400", "gru") => Solver.Run(new AddingProblem(400), new Adding400Gru(Seed, start), cell, budget),
            ("adding400", "mgu") => Solver.Run(new AddingProblem(400), new Adding400Mgu(Seed, start), cell, budget),
            ("adding400", "indrnn") => Solver.Run(new AddingProblem(400), new Adding400IndRnn(Seed, start), cell, budget),
            ("copy", "rnn") => Solver.Run(new CopyMemory(), new CopyRnn(Seed, start), cell, budget),
            ("copy", "irnn") => Solver.Run(new CopyMemory(), new CopyIrnn(Seed, start), cell, budget),
            ("copy", "lstm") => Solver.Run(new CopyMemory(), new CopyLstm(Seed, start), cell, budget),
            ("copy", "gru") => Solver.Run(new CopyMemory(), new CopyGru(Seed, start), cell, budget),
            ("copy", "mgu") => Solver.Run(new CopyMemory(), new CopyMgu(Seed, start), cell, budget),
            ("copy", "indrnn") => Solver.Run(new CopyMemory(), new CopyIndRnn(Seed, start), cell, budget),
            ("order", "rnn") => Solver.Run(new TemporalOrder(), new OrderRnn(Seed, start), cell, budget),
            ("order", "irnn") => Solver.Run(new TemporalOrder(), new OrderIrnn(Seed, start), cell, budget),
            ("order", "lstm") => Solver.Run(new TemporalOrder(), new OrderLstm(Seed, start), cell, budget),
            ("order", "gru") => Solver.Run(new TemporalOrder(), new OrderGru(Seed, start), cell, budget),
            ("order", "mgu") => Solver.Run(new TemporalOrder(), new OrderMgu(Seed, start), cell, budget),
            ("order", "indrnn") => Solver.Run(new TemporalOrder(), new OrderIndRnn(Seed, start), cell, budget),
            ("reber", "rnn") => Solver.Run(new EmbeddedReber(), new ReberRnn(Seed, start), cell, budget),
            ("reber", "irnn") => Solver.Run(new EmbeddedReber(), new ReberIrnn(Seed, start), cell, budget),
            ("reber", "lstm") => Solver.Run(new EmbeddedReber(), new ReberLstm(Seed, start), cell, budget),
            ("reber", "gru") => Solver.Run(new EmbeddedReber(), new ReberGru(Seed, start), cell, budget),
            ("reber", "mgu") => Solver.Run(new EmbeddedReber(), new ReberMgu(Seed, start), cell, budget),
            ("reber", "indrnn") => Solver.Run(new EmbeddedReber(), new ReberIndRnn(Seed, start), cell, budget),
            ("parity", "rnn") => Solver.Run(new Parity(), new ParityRnn(Seed, start), cell, budget),
            ("parity", "irnn") => Solver.Run(new Parity(), new ParityIrnn(Seed, start), cell, budget),
            ("parity", "lstm") => Solver.Run(new Parity(), new ParityLstm(Seed, start), cell, budget),
            ("parity", "gru") => Solver.Run(new Parity(), new ParityGru(Seed, start), cell, budget),
            ("parity", "mgu") => Solver.Run(new Parity(), new ParityMgu(Seed, start), cell, budget),
            ("parity", "indrnn") => Solver.Run(new Parity(), new ParityIndRnn(Seed, start), cell, budget),
            _ => throw new ArgumentException($"There is no network for {cell.Name} on {task}."),
        };
    }
}
