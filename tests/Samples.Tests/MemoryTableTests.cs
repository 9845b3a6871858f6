using LongMemory;

namespace Samples.Tests;

public class MemoryTableTests
{
    private const double Minutes = 60;

    [Fact]
    public void TheTableHasUpdatesErrorsAndGapsWhereNothingWasRun()
    {
        TaskRow task = TaskRow.All[0] with { Title = "a task", Published = "" };
        Table table = new([task], [Cell.Named("rnn"), Cell.Named("lstm"), Cell.Named("gru")])
        {
            [task, Cell.Named("rnn")] = new(Ending.NotSolved, 20_000, 640_000, 0.1449, 20),
            [task, Cell.Named("lstm")] = new(Ending.Solved, 1_250, 40_000, 0.009, 2),
        };
        Assert.Equal(
            """
            | updates to solve | RNN tanh  | LSTM  | GRU | published |
            | ---------------- | --------- | ----- | --- | --------- |
            | a task           | no (0.14) | 1,250 |     |           |

            """,
            table.ToString());
    }

    [Fact]
    public void EveryCellHasANetworkForEveryTask()
    {
        foreach (TaskRow task in TaskRow.All)
        {
            foreach (Cell cell in Cell.All)
            {
                Outcome outcome = Runs.Run(task.Name, cell, new(Updates: 1, 10 * Minutes));
                Assert.Equal((Ending.NotSolved, 1, (long)Solver.Rows), (outcome.Ending, outcome.Updates, outcome.Sequences));
                Assert.True(double.IsFinite(outcome.Error));
            }
        }
    }

    [Fact]
    public void WithoutAnUpdateNothingIsSolved() =>
        Assert.Equal(Ending.NotSolved, Runs.Run("reber", Cell.Named("lstm"), new(Updates: 0, 10 * Minutes)).Ending);

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("mgu")]
    public void AGatedCellSolvesParity(string cell) =>
        Assert.Equal(Ending.Solved, Runs.Run("parity", Cell.Named(cell), new(Updates: 2_000, 10 * Minutes)).Ending);

    [Fact]
    public void AGateThatKeepsStartsOpenAndTheOthersDoNot()
    {
        OrderGru gru = new(1, Cell.Named("gru").Initialization);
        Cell.Named("gru").Start(gru.Parameters);
        Assert.Equal(
            [.. Enumerable.Repeat(0f, 32), .. Enumerable.Repeat(1f, 32), .. Enumerable.Repeat(0f, 32)],
            Enumerable.Range(0, 96).Select(row => gru.Parameters["rnn.bias_ih_l0"][row]));

        OrderIndRnn indRnn = new(1, Cell.Named("indrnn").Initialization);
        Cell.Named("indrnn").Start(indRnn.Parameters);
        Assert.All(
            Enumerable.Range(0, 32),
            unit => Assert.Equal((0f, 1f), (indRnn.Parameters["rnn.u_l0"][unit], indRnn.Parameters["rnn.u_l1"][unit])));
    }
}
