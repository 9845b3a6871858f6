namespace RnnGen.Training.Tests;

/// <summary>Sequences of arrays of every order, windows over series, and splits.</summary>
public class SequencesTests
{
    [Fact]
    public void EveryOrderOfAxesSaysItselfAndBecomesStepByRow()
    {
        // Two rows of three steps of two numbers: row r, step s, number n is 100 r + 10 s + n.
        float[][] jagged = [[0, 1, 10, 11, 20, 21], [100, 101, 110, 111, 120, 121]];
        float[,,] rectangular = { { { 0, 1 }, { 10, 11 }, { 20, 21 } }, { { 100, 101 }, { 110, 111 }, { 120, 121 } } };
        float[] flat = [.. jagged.SelectMany(row => row)];
        float[] expected = [0, 1, 100, 101, 10, 11, 110, 111, 20, 21, 120, 121];
        foreach (Sequences<float> sequences in new[]
            { Sequences.Of(jagged, width: 2), Sequences.Of(rectangular), Sequences.OfRows<float>(flat, steps: 3, width: 2) })
        {
            Assert.Equal((2, 2, 3), (sequences.Count, sequences.Width, sequences.Longest));
            SequencePairs<float, int> pairs = SequencePairs.Of(sequences, Sequences.OfRows<int>(new[] { 7, 8 }, steps: 1));
            foreach (SequenceBatch<float, int> batch in pairs.Batches(rows: 2, order: BatchOrder.InOrder))
            {
                Assert.Equal(expected, batch.Inputs.ToArray());
                Assert.Equal([7, 8], batch.Targets.ToArray());
                Assert.Equal((2, 3, 1, 2.0), (batch.Rows, batch.Steps, batch.TargetSteps, batch.Weight));
            }
        }

        Assert.Equal([1, 2], Sequences.Of(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }).Slice(0, 1)[0, 0].ToArray().Append(2));
    }

    [Fact]
    public void ShorterSequencesArePadded()
    {
        SequencePairs<float, float> pairs = new(Sequences.Of<float>([[1, 2], [3]]), Sequences.Of<float>([[4, 5], [6]]))
        {
            Weights = Sequences.Of<float>([[0.5f, 1], [2]]),
        };
        foreach (SequenceBatch<float, float> batch in pairs.Batches(rows: 2, order: BatchOrder.InOrder, steps: 3))
        {
            Assert.Equal([1, 3, 2, 0, 0, 0], batch.Inputs.ToArray());
            Assert.Equal([4, 6, 5, 0, 0, 0], batch.Targets.ToArray());
            Assert.Equal([0.5f, 2, 1, 0, 0, 0], batch.Weights.ToArray());
            Assert.Equal([2, 1], batch.InputLengths.ToArray());
            Assert.Equal(3.5, batch.Weight);
        }
    }

    [Fact]
    public void WindowsSeeWhatFollows()
    {
        // Inputs are pairs (t, −t); targets 10 t.
        float[] inputs = [.. Enumerable.Range(0, 10).SelectMany(t => new float[] { t, -t })];
        float[] targets = [.. Enumerable.Range(0, 10).Select(t => 10f * t)];
        SequencePairs<float, float> windows = SequencePairs.Windows(
            Sequences.Series<float>(inputs, width: 2), Sequences.Series<float>(targets), steps: 3, horizon: 2, stride: 2);
        Assert.Equal(3, windows.Count);
        Assert.Equal((1, 2), (windows.Targets.Longest, windows.Targets.Width));
        Assert.Equal([4, -4], windows.Inputs[1, 2].ToArray());
        Assert.Equal([50, 60], windows.Targets[1, 0].ToArray());
        Assert.Equal([70, 80], windows.Targets[2, 0].ToArray());

        SequencePairs<float, float> every = SequencePairs.Windows(
            Sequences.Series<float>(inputs, width: 2), Sequences.Series<float>(targets), steps: 3, horizon: 2, everyStep: true);
        Assert.Equal(6, every.Count);
        Assert.Equal([10, 20], every.Targets[0, 0].ToArray());
        Assert.Equal([80, 90], every.Targets[5, 2].ToArray());
        foreach (SequenceBatch<float, float> batch in every.Batches(rows: 2, order: BatchOrder.InOrder).Epoch(0, 2))
        {
            Assert.Equal([50, 60, 60, 70, 60, 70, 70, 80, 70, 80, 80, 90], batch.Targets.ToArray());
            Assert.Equal([4, -4, 5, -5], batch.Inputs[..4].ToArray());
        }
    }

    [Fact]
    public void WindowsStayInsideTheirSeries()
    {
        int[][] series = [[0, 1, 2, 3, 4], [100, 101, 102]];
        SequencePairs<int, int> windows = SequencePairs.Windows(Sequences.Of(series), Sequences.Of(series), steps: 2);
        Assert.Equal([2, 3, 4, 102], Enumerable.Range(0, 4).Select(window => windows.Targets[window, 0][0]));
        Assert.Equal([0, 0, 0, 1], windows.Groups!);
        Assert.Contains(
            "need 4 steps, but series 1 has 3",
            Assert.Throws<ArgumentException>(() => SequencePairs.Windows(Sequences.Of(series), Sequences.Of(series), 3)).Message);
        Assert.Contains(
            "Expected series of targets as many and as long",
            Assert.Throws<ArgumentException>(() => SequencePairs.Windows(Sequences.Of(series), Sequences.Of(series[..1]), 2)).Message);
    }

    [Fact]
    public void ASplitInTimeKeepsEachGroupsPastApartFromItsFuture()
    {
        SequencePairs<int, int> windows = Numbered(20);
        var (past, future) = windows.SplitInTime(0.5, gap: 2);
        Assert.Equal(Enumerable.Range(0, 10), Firsts(past));
        Assert.Equal(Enumerable.Range(12, 8), Firsts(future));
        int[] halves = [.. Enumerable.Range(0, 20).Select(i => i / 10)];
        SequencePairs<int, int> grouped = new(windows.Inputs, windows.Targets) { Groups = halves };
        (past, future) = grouped.SplitInTime(0.8);
        Assert.Equal([.. Enumerable.Range(0, 8), .. Enumerable.Range(10, 8)], Firsts(past));
        Assert.Equal([8, 9, 18, 19], Firsts(future));
        Assert.Equal([0, 0, 1, 1], future.Groups!);
        Assert.Equal([17, 18, 19], Firsts(windows[^3..]));
        Assert.Throws<ArgumentException>(() => windows.SplitInTime(0.5, gap: 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => windows.SplitInTime(1));
    }

    [Fact]
    public void ASplitByGroupNeverDividesOne()
    {
        SequencePairs<int, int> all = Numbered(60), pairs = new(all.Inputs, all.Targets)
        {
            Groups = [.. Enumerable.Range(0, 60).Select(i => i % 7)],
        };
        var (first, second) = pairs.SplitByGroup(0.7, seed: 3);
        Assert.Equal(Enumerable.Range(0, 60), Firsts(first).Concat(Firsts(second)).Order());
        Assert.Empty(first.Groups!.Intersect(second.Groups!));
        Assert.Equal(5, first.Groups!.Distinct().Count());
        Assert.Equal(Firsts(first), Firsts(pairs.SplitByGroup(0.7, seed: 3).First));
        Assert.NotEqual(Firsts(first), Firsts(pairs.SplitByGroup(0.7, seed: 4).First));
        Assert.Throws<InvalidOperationException>(() => all.SplitByGroup(0.5));
    }

    [Fact]
    public void ARandomSplitFollowsFromItsSeed()
    {
        var (first, second) = Numbered(10).SplitAtRandom(0.8, seed: 1);
        Assert.Equal((8, 2), (first.Count, second.Count));
        // Fisher and Yates over SplitMix64, computed apart.
        Assert.Equal(Expected(seed: 1), Firsts(second));
        Assert.Equal(Enumerable.Range(0, 10), Firsts(first).Concat(Firsts(second)).Order());

        static IEnumerable<int> Expected(ulong seed)
        {
            int[] order = [.. Enumerable.Range(0, 10)];
            for (int last = 9; last > 0; last--)
            {
                int other = (int)((Bits(seed, (ulong)last) >> 11) * (1.0 / (1UL << 53)) * (last + 1));
                (order[last], order[other]) = (order[other], order[last]);
            }

            return order[8..].Order();
        }

        static ulong Bits(ulong seed, ulong position) => Mix(Mix(seed) + (position * 0x9E3779B97F4A7C15));

        static ulong Mix(ulong z)
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        Refuse("Number 1 in step 1 of sequence 0 is NaN", () => Sequences.Of<float>([[1, 2, 3, float.NaN]], width: 2));
        Refuse("Sequence 1 has 3 elements, which are no whole steps of 2", () => Sequences.Of<float>([[1, 2], [1, 2, 3]], width: 2));
        Refuse("Expected whole rows of 3 steps of 2, which are 6 elements each, but there are 7", () =>
            Sequences.OfRows<float>(new float[7], 3, 2));
        Refuse("Expected whole steps of 2 elements", () => Sequences.Series<float>(new float[3], 2));
        Sequences<float> two = Sequences.Of<float>([[1, 2], [3]]);
        Refuse("Expected weights as many and as long as the targets", () =>
            new SequencePairs<float, float>(two, two) { Weights = Sequences.Of<float>([[1], [1]]) });
        Refuse("Weight 1 of pair 0 is -1", () =>
            new SequencePairs<float, float>(two, two) { Weights = Sequences.Of<float>([[1, -1], [1]]) });
        Refuse("Expected 2 groups, one for each pair, but there are 1", () => new SequencePairs<float, float>(two, two) { Groups = [1] });
        Refuse("There are no pairs", () => new SequencePairs<float, float>(two, two)[..0].Batches(1));

        static void Refuse(string message, Func<object> action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message);
    }

    private static SequencePairs<int, int> Numbered(int count)
    {
        Sequences<int> numbers = Sequences.OfRows<int>(Enumerable.Range(0, count).ToArray(), steps: 1);
        return new(numbers, numbers);
    }

    private static int[] Firsts(SequencePairs<int, int> pairs) =>
        [.. Enumerable.Range(0, pairs.Count).Select(pair => pairs.Inputs[pair, 0][0])];
}
