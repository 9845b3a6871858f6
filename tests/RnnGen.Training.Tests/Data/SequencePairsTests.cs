using RnnGen.Numerics;

namespace RnnGen.Training.Tests;

/// <summary>Pairs of sequences in batches of like lengths.</summary>
public class SequencePairsTests
{
    private static readonly SequencePairs<int, int> Three = Of([[1, 2], [3], [4, 5, 6]], [[7], [8, 9], [10, 11]]);

    [Fact]
    public void ABatchIsLaidOutStepByStep()
    {
        foreach (SequenceBatch<int, int> batch in Three.Batches(rows: 5).Epoch(0))
        {
            // Sorted by the lengths of sources.
            Assert.Equal([1, 0, 2], batch.Items.ToArray());
            Assert.Equal([1, 2, 3], batch.InputLengths.ToArray());
            Assert.Equal([3, 1, 4, 0, 2, 5, 0, 0, 6], batch.Inputs.ToArray());
            Assert.Equal([2, 1, 2], batch.TargetLengths.ToArray());
            Assert.Equal([8, 7, 10, 9, 0, 11], batch.Targets.ToArray());
            Assert.Equal(0, batch.Index);
        }

        Assert.Equal((1, 3), (Three.Batches(5).Count, Three.Batches(5).Rows));
        Assert.Equal(6, Three.Inputs[2, 2][0]);
        Assert.Equal(9, Three.Targets[1, 1][0]);
        Assert.Equal(3, Three.Count);
    }

    [Fact]
    public void EveryEpochHasEveryPairOnce()
    {
        SequencePairs<int, int> pairs = Random(1003, seed: 1);
        SequenceBatches<int, int> batches = pairs.Batches(rows: 8, seed: 5);
        Assert.Equal(126, batches.Count);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            List<int> seen = [], sizes = [];
            foreach (SequenceBatch<int, int> batch in batches.Epoch(epoch))
            {
                Assert.Equal(sizes.Count, batch.Index);
                sizes.Add(batch.Items.Length);
                seen.AddRange(batch.Items);
                for (int row = 0; row < batch.Items.Length; row++)
                {
                    Assert.Equal(
                        Sequence(pairs.Inputs, batch.Items[row]), Row(batch.Inputs, row, batch.Rows)[..batch.InputLengths[row]]);
                    Assert.Equal(
                        Sequence(pairs.Targets, batch.Items[row]), Row(batch.Targets, row, batch.Rows)[..batch.TargetLengths[row]]);
                    Assert.All(Row(batch.Targets, row, batch.Rows)[batch.TargetLengths[row]..], symbol => Assert.Equal(0, symbol));
                }
            }

            Assert.Equal(Enumerable.Range(0, 1003), seen.Order());
            Assert.Equal([3, .. Enumerable.Repeat(8, 125)], sizes.Order());
        }
    }

    [Fact]
    public void LittleIsPadding()
    {
        // Lengths 3…20 of sources and targets that have nothing to do with each other: the worst there is.
        SequencePairs<int, int> pairs = Random(20_000, seed: 2);
        SequenceBatches<int, int> batches = pairs.Batches(rows: 32, seed: 1);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            long all = 0, symbols = 0;
            foreach (SequenceBatch<int, int> batch in batches.Epoch(epoch))
            {
                all += batch.Inputs.Length + batch.Targets.Length;
                symbols += Sum(batch.InputLengths) + Sum(batch.TargetLengths);
            }

            Assert.InRange(1 - ((double)symbols / all), 0, 0.1);
        }
    }

    [Fact]
    public void TheOrderFollowsFromSeedAndEpoch()
    {
        SequencePairs<int, int> pairs = Random(5000, seed: 3);
        SequenceBatches<int, int> batches = pairs.Batches(rows: 4, seed: 9);
        int[] first = Order(batches, 0), second = Order(batches, 1);
        Assert.Equal(first, Order(batches, 0));
        Assert.Equal(second, Order(pairs.Batches(rows: 4, seed: 9), 1));
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, Order(pairs.Batches(rows: 4, seed: 10), 0));
        // The same on every machine; these are computed apart, from the definition.
        SequencePairs<int, int> few = Of(
            [.. Enumerable.Range(0, 12).Select(i => new int[1 + (i % 3)])], [.. Enumerable.Range(0, 12).Select(i => new int[1 + (i % 2)])]);
        Assert.Equal([11, 5, 7, 1, 10, 4, 8, 2, 0, 6, 9, 3], Order(few.Batches(rows: 2, seed: 1), 4));
    }

    [Fact]
    public void BatchesChangePlaces()
    {
        // Sorted within pools, but neither a pool's batches nor the pools stay in their order.
        List<int> lengths = [];
        foreach (SequenceBatch<int, int> batch in Random(3000, seed: 4).Batches(rows: 3).Epoch(0))
            lengths.Add(batch.InputLengths[0]);
        int rises =
            lengths.Zip(lengths.Skip(1))
                .Count(pair => pair.First < pair.Second), falls = lengths.Zip(lengths.Skip(1)).Count(pair => pair.First > pair.Second);
        Assert.InRange(rises, 400, 600);
        Assert.InRange(falls, 400, 600);
    }

    [Fact]
    public void EpochsAllocateNothing()
    {
        SequenceBatches<int, int> batches = Random(1000, seed: 5).Batches(rows: 7);
        int epoch = 0;
        long sum = 0;
        Allocations.AssertNone(() =>
        {
            foreach (SequenceBatch<int, int> batch in batches.Epoch(epoch++))
                sum += batch.Inputs.Length;
        });
        Assert.True(sum > 0);
    }

    [Fact]
    public void PairsTrainAModel()
    {
        // The target says three times which symbol the source consists of.
        int[][] sources = [.. Enumerable.Range(0, 200).Select(i => Enumerable.Repeat(i % 4, 1 + (i % 7)).ToArray())];
        SequencePairs<int, int> pairs = Of(sources, [.. sources.Select(s => Enumerable.Repeat(s[0], 3).ToArray())]);
        var trainer = new PairModel(seed: 1).CreateTrainer(new Adam(0.02));
        SequenceBatches<int, int> batches = pairs.Batches(rows: 32);
        double before = 0, after = 0;
        for (int epoch = 0; epoch < 30; epoch++)
        {
            double total = 0;
            foreach (SequenceBatch<int, int> batch in batches.Epoch(epoch))
                total += trainer.Step(batch);
            (before, after) = (epoch == 0 ? total : before, total);
        }

        Assert.InRange(after, 0, before / 2);
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        Refuse("There are no sequences", [], []);
        Refuse("Expected 1 targets, as many as inputs, but there are 2", [[1]], [[1], [2]]);
        Refuse("Sequence 1 is empty; it must have at least one step", [[1], []], [[1], [2]]);
        Refuse("Symbol 1 of sequence 0 is -1", [[1]], [[1, -1]]);
        Refuse("Sequence 0 is null", [null!], [[1]]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Batches(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Inputs[3, 0].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Inputs[1, 1].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => Order(Three.Batches(1), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Order(Three.Batches(1), 0, firstBatch: 4));
        Assert.Contains(
            "The longest input has 3 steps, more than the 2",
            Assert.Throws<ArgumentException>(() => Three.Batches(1, steps: 2)).Message);
        Assert.Contains(
            "The longest target has 2 steps, more than the 1",
            Assert.Throws<ArgumentException>(() => Three.Batches(1, targetSteps: 1)).Message);

        static void Refuse(string message, int[][] sources, int[][] targets) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => Of(sources, targets)).Message);
    }

    [Fact]
    public void AnEpochGoesOnFromAGivenBatch()
    {
        SequenceBatches<int, int> batches = Random(100, seed: 6).Batches(rows: 8, seed: 2);
        int[] all = Order(batches, 3);
        Assert.Equal(all.Length, Order(batches, 3, firstBatch: 0).Length);
        Assert.Equal(all[^Order(batches, 3, firstBatch: 5).Length..], Order(batches, 3, firstBatch: 5));
        Assert.Empty(Order(batches, 3, firstBatch: 13));
    }

    [Fact]
    public void AnEpochEndsWhereAnotherBegins()
    {
        SequenceBatches<int, int> batches = Three.Batches(rows: 1);
        var first = batches.Epoch(0);
        Assert.True(first.MoveNext());
        batches.Epoch(1);
        bool refused = false;
        try
        {
            first.MoveNext();
        }
        catch (InvalidOperationException error)
        {
            refused = error.Message.Contains("Another epoch of these batches has begun");
        }

        Assert.True(refused);
    }

    [Theory]
    [InlineData(BatchOrder.InOrder)]
    [InlineData(BatchOrder.Shuffled)]
    [InlineData(BatchOrder.ByLength)]
    public void AnOrderIsWhatItSays(BatchOrder order)
    {
        SequencePairs<int, int> pairs = Random(64, seed: 7);
        SequenceBatches<int, int> batches = pairs.Batches(rows: 8, seed: 3, order);
        int[] first = Order(batches, 0), second = Order(batches, 1);
        Assert.Equal(Enumerable.Range(0, 64), first.Order());
        Assert.Equal(order == BatchOrder.InOrder, first.SequenceEqual(Enumerable.Range(0, 64)));
        Assert.Equal(order == BatchOrder.InOrder, first.SequenceEqual(second));
        int padding = first.Chunk(8).Sum(batch => batch.Max(Length) * 8) - first.Sum(Length);
        // Sorted, neighbours are alike; of a random order the longest of eight is far above the mean.
        Assert.Equal(order == BatchOrder.ByLength, padding < 64);

        int Length(int pair) => pairs.Inputs.Lengths[pair];
    }

    private static SequencePairs<int, int> Of(int[][] inputs, int[][] targets) =>
        SequencePairs.Of(Sequences.Of(inputs), Sequences.Of(targets));

    private static int[] Sequence(Sequences<int> sequences, int sequence) =>
        [.. Enumerable.Range(0, sequences.Lengths[sequence]).Select(step => sequences[sequence, step][0])];

    private static SequencePairs<int, int> Random(int count, ulong seed)
    {
        CounterRandom random = new(seed);
        int[] Draw(int pair) => [.. Enumerable.Range(0, 3 + (int)(random.Uniform((ulong)pair) * 18)).Select(i => (pair + i) % 50)];
        return Of([.. Enumerable.Range(0, count).Select(Draw)], [.. Enumerable.Range(count, count).Select(Draw)]);
    }

    private static int[] Order(SequenceBatches<int, int> batches, int epoch, int firstBatch = 0)
    {
        List<int> order = [];
        foreach (SequenceBatch<int, int> batch in batches.Epoch(epoch, firstBatch))
            order.AddRange(batch.Items);
        return [.. order];
    }

    private static int[] Row(ReadOnlySpan<int> batch, int row, int rows)
    {
        int[] sequence = new int[batch.Length / rows];
        for (int step = 0; step < sequence.Length; step++)
            sequence[step] = batch[(step * rows) + row];
        return sequence;
    }

    private static long Sum(ReadOnlySpan<int> values)
    {
        long sum = 0;
        foreach (int value in values)
            sum += value;
        return sum;
    }
}
