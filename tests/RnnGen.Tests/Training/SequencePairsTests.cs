using RnnGen.Numerics;

namespace RnnGen.Tests;

/// <summary>Pairs of sequences in batches of like lengths.</summary>
public class SequencePairsTests
{
    private static readonly SequencePairs Three = new([[1, 2], [3], [4, 5, 6]], [[7], [8, 9], [10, 11]], 3, 2);

    [Fact]
    public void ABatchIsLaidOutStepByStep()
    {
        foreach (SequenceBatches.Batch batch in Three.Batches(rows: 5).Epoch(0))
        {
            // Sorted by the lengths of sources.
            Assert.Equal([1, 0, 2], batch.Pairs.ToArray());
            Assert.Equal([1, 2, 3], batch.SourceLengths.ToArray());
            Assert.Equal([3, 1, 4, 0, 2, 5, 0, 0, 6], batch.Sources.ToArray());
            Assert.Equal([2, 1, 2], batch.Lengths.ToArray());
            Assert.Equal([8, 7, 10, 9, 0, 11], batch.Targets.ToArray());
            Assert.Equal(0, batch.Index);
        }

        Assert.Equal((1, 3), (Three.Batches(5).Count, Three.Batches(5).Rows));
        Assert.Equal([4, 5, 6], Three.Source(2).ToArray());
        Assert.Equal([8, 9], Three.Target(1).ToArray());
        Assert.Equal(3, Three.Count);
    }

    [Fact]
    public void EveryEpochHasEveryPairOnce()
    {
        SequencePairs pairs = Random(1003, seed: 1);
        SequenceBatches batches = pairs.Batches(rows: 8, seed: 5);
        Assert.Equal(126, batches.Count);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            List<int> seen = [], sizes = [];
            foreach (SequenceBatches.Batch batch in batches.Epoch(epoch))
            {
                Assert.Equal(sizes.Count, batch.Index);
                sizes.Add(batch.Pairs.Length);
                seen.AddRange(batch.Pairs);
                for (int row = 0; row < batch.Pairs.Length; row++)
                {
                    Assert.Equal(
                        pairs.Source(batch.Pairs[row]).ToArray(), Row(batch.Sources, row, batch.Pairs.Length)[..batch.SourceLengths[row]]);
                    Assert.Equal(
                        pairs.Target(batch.Pairs[row]).ToArray(), Row(batch.Targets, row, batch.Pairs.Length)[..batch.Lengths[row]]);
                    Assert.All(Row(batch.Targets, row, batch.Pairs.Length)[batch.Lengths[row]..], symbol => Assert.Equal(0, symbol));
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
        SequencePairs pairs = Random(20_000, seed: 2);
        SequenceBatches batches = pairs.Batches(rows: 32, seed: 1);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            long all = 0, symbols = 0;
            foreach (SequenceBatches.Batch batch in batches.Epoch(epoch))
            {
                all += batch.Sources.Length + batch.Targets.Length;
                symbols += Sum(batch.SourceLengths) + Sum(batch.Lengths);
            }

            Assert.InRange(1 - ((double)symbols / all), 0, 0.1);
        }
    }

    [Fact]
    public void TheOrderFollowsFromSeedAndEpoch()
    {
        SequencePairs pairs = Random(5000, seed: 3);
        SequenceBatches batches = pairs.Batches(rows: 4, seed: 9);
        int[] first = Order(batches, 0), second = Order(batches, 1);
        Assert.Equal(first, Order(batches, 0));
        Assert.Equal(second, Order(pairs.Batches(rows: 4, seed: 9), 1));
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, Order(pairs.Batches(rows: 4, seed: 10), 0));
        // The same on every machine; these are computed apart, from the definition.
        SequencePairs few = new(
            [.. Enumerable.Range(0, 12).Select(i => new int[1 + (i % 3)])], [.. Enumerable.Range(0, 12).Select(i => new int[1 + (i % 2)])],
            3, 2);
        Assert.Equal([11, 5, 7, 1, 10, 4, 8, 2, 0, 6, 9, 3], Order(few.Batches(rows: 2, seed: 1), 4));
    }

    [Fact]
    public void BatchesChangePlaces()
    {
        // Sorted within pools, but neither a pool's batches nor the pools stay in their order.
        List<int> lengths = [];
        foreach (SequenceBatches.Batch batch in Random(3000, seed: 4).Batches(rows: 3).Epoch(0))
            lengths.Add(batch.SourceLengths[0]);
        int rises =
            lengths.Zip(lengths.Skip(1))
                .Count(pair => pair.First < pair.Second), falls = lengths.Zip(lengths.Skip(1)).Count(pair => pair.First > pair.Second);
        Assert.InRange(rises, 400, 600);
        Assert.InRange(falls, 400, 600);
    }

    [Fact]
    public void EpochsAllocateNothing()
    {
        SequenceBatches batches = Random(1000, seed: 5).Batches(rows: 7);
        int epoch = 0;
        long sum = 0;
        Allocations.AssertNone(() =>
        {
            foreach (SequenceBatches.Batch batch in batches.Epoch(epoch++))
                sum += batch.Sources.Length;
        });
        Assert.True(sum > 0);
    }

    [Fact]
    public void PairsTrainAModel()
    {
        // The target says three times which symbol the source consists of.
        int[][] sources = [.. Enumerable.Range(0, 200).Select(i => Enumerable.Repeat(i % 4, 1 + (i % 7)).ToArray())];
        SequencePairs pairs = new(
            sources, [.. sources.Select(s => Enumerable.Repeat(s[0], 3).ToArray())], ToySeq2Seq<int>.SourceSteps,
            ToySeq2Seq<int>.Steps - 1);
        var trainer = new ToySeq2Seq<int>().CreateTrainer(new Adam(0.05));
        SequenceBatches batches = pairs.Batches(rows: 32);
        double before = 0, after = 0;
        for (int epoch = 0; epoch < 30; epoch++)
        {
            double total = 0;
            foreach (SequenceBatches.Batch batch in batches.Epoch(epoch))
                total += trainer.Step(batch.Sources, batch.Targets, batch.SourceLengths, batch.Lengths);
            (before, after) = (epoch == 0 ? total : before, total);
        }

        Assert.InRange(after, 0, before / 2);
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        Refuse("There are no pairs", [], []);
        Refuse("Expected 1 targets, as many as sources, but there are 2", [[1]], [[1], [2]]);
        Refuse("The source of pair 1 is empty; it must have 1 to 3 symbols", [[1], []], [[1], [2]]);
        Refuse("The target of pair 1 is empty; it must have 1 to 2 symbols", [[1], [2]], [[1], []]);
        Refuse("The source of pair 0 has 4 symbols; it must have 1 to 3", [[1, 2, 3, 4]], [[1]]);
        Refuse("The target of pair 2 has 3 symbols; it must have 1 to 2", [[1], [1], [1]], [[1], [1], [1, 2, 3]]);
        Refuse("Symbol 1 in the target of pair 0 is -1", [[1]], [[1, -1]]);
        Refuse("The source of pair 0 is null", [null!], [[1]]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequencePairs([[1]], [[1]], 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Batches(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Source(3).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => Order(Three.Batches(1), -1));

        static void Refuse(string message, int[][] sources, int[][] targets) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => new SequencePairs(sources, targets, 3, 2)).Message);
    }

    private static SequencePairs Random(int count, ulong seed)
    {
        CounterRandom random = new(seed);
        int[] Draw(int pair) => [.. Enumerable.Range(0, 3 + (int)(random.Uniform((ulong)pair) * 18)).Select(i => (pair + i) % 50)];
        return new([.. Enumerable.Range(0, count).Select(Draw)], [.. Enumerable.Range(count, count).Select(Draw)], 20, 20);
    }

    private static int[] Order(SequenceBatches batches, int epoch)
    {
        List<int> order = [];
        foreach (SequenceBatches.Batch batch in batches.Epoch(epoch))
            order.AddRange(batch.Pairs);
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
