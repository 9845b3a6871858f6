using LongMemory;

namespace Samples.Tests;

public class MemoryTaskTests
{
    private const int Rows = 200;

    [Fact]
    public void ABatchIsTheSameForTheSameNumberAndAnotherForAnother()
    {
        EmbeddedReber task = new();
        Sequences<int, int> first = Drawn(task, 7), again = Drawn(task, 7), other = Drawn(task, 8);
        Assert.Equal(first.Inputs, again.Inputs);
        Assert.Equal(first.Targets, again.Targets);
        Assert.Equal(first.Lengths, again.Lengths);
        Assert.NotEqual(first.Inputs, other.Inputs);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(400)]
    public void AddingAsksForTheSumOfOneMarkedNumberOfEachHalf(int steps)
    {
        AddingProblem task = new(steps);
        Sequences<float, float> batch = Drawn(task, 1);
        for (int row = 0; row < Rows; row++)
        {
            int[] marked = [.. Enumerable.Range(0, steps).Where(step => batch.Inputs[(((step * Rows) + row) * 2) + 1] == 1)];
            Assert.Equal(2, marked.Length);
            Assert.InRange(marked[0], 0, (steps / 2) - 1);
            Assert.InRange(marked[1], steps / 2, steps - 1);
            Assert.Equal(marked.Sum(step => batch.Inputs[((step * Rows) + row) * 2]), batch.Targets[row], 1e-6);
        }
    }

    [Fact]
    public void AlwaysAnsweringOneHasTheErrorOfChance()
    {
        AddingProblem task = new(100);
        double error = Enumerable.Range(0, 20).Average(number => task.Error(Drawn(task, (ulong)number), (_, _) => [1f]));
        Assert.Equal(1.0 / 6, error, 0.01);
    }

    [Fact]
    public void CopyAsksForTheFirstSymbolsAtTheEndAndWeighsNothingElse()
    {
        CopyMemory task = new();
        Sequences<int, int> batch = Drawn(task, 1);
        for (int row = 0; row < Rows; row++)
        {
            int[] inputs = [.. Enumerable.Range(0, task.Steps).Select(step => batch.Inputs[(step * Rows) + row])];
            int[] targets = [.. Enumerable.Range(0, task.Steps).Select(step => batch.Targets[(step * Rows) + row])];
            float[] weights = [.. Enumerable.Range(0, task.Steps).Select(step => batch.Weights[(step * Rows) + row])];
            Assert.Equal(inputs[..CopyMemory.Length], targets[^CopyMemory.Length..]);
            Assert.All(inputs[..CopyMemory.Length], symbol => Assert.InRange(symbol, 0, CopyMemory.Alphabet - 1));
            Assert.Equal(CopyMemory.Symbols - 1, inputs[^CopyMemory.Length]);
            Assert.Equal(CopyMemory.Length, weights.Sum());
            Assert.All(weights[^CopyMemory.Length..], weight => Assert.Equal(1, weight));
        }
    }

    [Fact]
    public void TheTemporalOrderIsThatOfXAndY()
    {
        const int X = 4, Y = 5;
        TemporalOrder task = new();
        Sequences<int, int> batch = Drawn(task, 1);
        Assert.Equal(Enumerable.Range(100, 11), batch.Lengths.Distinct().Order());
        for (int row = 0; row < Rows; row++)
        {
            (int Step, int Symbol)[] signs = [.. Enumerable.Range(0, batch.Lengths[row])
                .Select(step => (step, batch.Inputs[(step * Rows) + row])).Where(at => at.Item2 is X or Y)];
            Assert.Equal(2, signs.Length);
            Assert.InRange(signs[0].Step, 10, 20);
            Assert.InRange(signs[1].Step, 50, 60);
            Assert.Equal((2 * (signs[0].Symbol - X)) + signs[1].Symbol - X, batch.Targets[row]);
        }
    }

    [Fact]
    public void ParityTurnsOverWithEveryOne()
    {
        Parity task = new();
        Sequences<float, float> batch = Drawn(task, 1);
        for (int row = 0; row < Rows; row++)
        {
            int ones = 0;
            for (int step = 0; step < task.Steps; step++)
            {
                ones += (int)batch.Inputs[(step * Rows) + row];
                Assert.Equal(ones % 2, batch.Targets[(step * Rows) + row]);
            }
        }

        Assert.Equal(0, task.Error(batch, (step, row) => new[] { batch.Targets[(step * Rows) + row] - 0.5f }));
        Assert.Equal(1, task.Error(batch, (step, row) => new[] { 0.5f - batch.Targets[(step * Rows) + row] }));
    }

    private static Sequences<TInput, TTarget> Drawn<TInput, TTarget>(MemoryTask<TInput, TTarget> task, ulong number)
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        Sequences<TInput, TTarget> batch = new(task, Rows);
        task.Draw(number, batch);
        return batch;
    }
}
