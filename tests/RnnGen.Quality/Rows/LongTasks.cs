using LongMemory;
using RnnGen.Numerics;

namespace RnnGen.Quality.Rows;

[RnnModel(Steps = 1000)]
[Input(2)]
[Rnn<Gru>(64)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class LongAdding;

[RnnModel(Steps = LongCopy.AllSteps)]
[OneHot(LongCopy.Symbols)]
[Rnn<RotatingUnits>(192, Name = "memory")]
[Dense(LongCopy.Alphabet + 1), SoftmaxCrossEntropy]
internal sealed partial class LongCopyModel;

/// <summary>Tasks whose answer is a thousand steps away.</summary>
internal static class LongTasks
{
    private const int MostUpdates = 6000;

    public static string Adding(string folder, Action<string> tell)
    {
        Cell cell = Cell.Named("gru");
        return Text(Solver.Run(new AddingProblem(1000), new LongAdding(seed: 1, cell.Initialization), cell, Limit), "GRU 64", "MSE");
    }

    public static string Copy(string folder, Action<string> tell)
    {
        LongCopyModel model = new(seed: 1, Initialization.Glorot);
        Eigenvalues.Set(model.Parameters, "memory", shortest: 1, longest: 1, turn: Math.PI);
        Cell cell = new("rotating", "", Initialization.Glorot, LearningRate: 3e-3);
        return Text(Solver.Run(new LongCopy(), model, cell, Limit), "192 rotating units", "wrong symbols");
    }

    private static Budget Limit => new(MostUpdates, double.PositiveInfinity);

    private static string Text(Outcome outcome, string network, string measure) =>
        $"{(outcome.Ending == Ending.Solved ? "solved" : "not solved")} after {outcome.Updates:N0} updates of {Solver.Rows} sequences; "
        + $"{measure} {outcome.Error:G3}; {network}";
}

/// <summary>
/// Copy memory as Arjovsky, Shah and Bengio (2016) have it: ten symbols of eight, a pause, a sign, and the ten symbols. Every step counts
/// in the loss; before the sign the blank is right.
/// </summary>
internal sealed class LongCopy : MemoryTask<int, int>
{
    /// <summary>Symbols to remember.</summary>
    public const int Length = 10;

    /// <summary>Steps from the first symbol to the sign.</summary>
    public const int Pause = 1000;

    /// <summary>Different symbols.</summary>
    public const int Alphabet = 8;

    /// <summary>The symbols, a blank and the sign.</summary>
    public const int Symbols = Alphabet + 2;

    /// <summary>Steps of a sequence.</summary>
    public const int AllSteps = Pause + (2 * Length);

    public override int Steps => AllSteps;

    public override string Measure => "share of wrong symbols";

    public override double SolvedAt => 0.01;

    public override double Error(LongMemory.Sequences<int, int> batch, Outputs outputs)
    {
        int wrong = 0;
        for (int step = AllSteps - Length; step < AllSteps; step++)
        {
            for (int row = 0; row < batch.Rows; row++)
                wrong += Largest(outputs(step, row)) == batch.Targets[(step * batch.Rows) + row] ? 0 : 1;
        }

        return (double)wrong / (Length * batch.Rows);
    }

    protected override void DrawRow(CounterRandom random, ref ulong position, LongMemory.Sequences<int, int> batch, int row)
    {
        for (int step = 0; step < AllSteps; step++)
            (batch.Inputs[(step * batch.Rows) + row], batch.Targets[(step * batch.Rows) + row]) = (Alphabet, Alphabet);
        batch.Inputs[((AllSteps - Length) * batch.Rows) + row] = Alphabet + 1;
        for (int i = 0; i < Length; i++)
        {
            int symbol = Draw(random, ref position, Alphabet);
            batch.Inputs[(i * batch.Rows) + row] = symbol;
            batch.Targets[((AllSteps - Length + i) * batch.Rows) + row] = symbol;
        }
    }
}
