namespace RnnGen.Training.Tests;

/// <summary>Batches of what is enumerated, a pool at a time.</summary>
public class StreamedBatchesTests
{
    [Fact]
    public void EveryEpochHasEveryPairOnce()
    {
        using StreamedBatches<int, int> batches = new(Pairs, rows: 8, pool: 40, seed: 2);
        int[] first = Seen(batches, 0), second = Seen(batches, 1);
        Assert.Equal(Enumerable.Range(0, 130), first.Order());
        Assert.Equal(Enumerable.Range(0, 130), second.Order());
        Assert.NotEqual(first, second);
        Assert.Equal(first, Seen(batches, 0));
        // Pools follow each other.
        Assert.Equal(Enumerable.Range(0, 40), first[..40].Order());
    }

    [Fact]
    public void AnEpochGoesOnFromAGivenBatch()
    {
        using StreamedBatches<int, int> batches = new(Pairs, rows: 8, pool: 20, seed: 2);
        List<int> sizes = [];
        foreach (SequenceBatch<int, int> batch in batches.Epoch(4))
        {
            Assert.Equal(sizes.Count, batch.Index);
            sizes.Add(batch.Rows);
        }

        int[] all = Seen(batches, 4);
        for (int start = 0; start <= sizes.Count; start++)
            Assert.Equal(all[sizes.Take(start).Sum()..], Seen(batches, 4, start));
        Assert.Throws<ArgumentOutOfRangeException>(() => Seen(batches, 4, sizes.Count + 1));
    }

    [Fact]
    public void SequencesAreLaidOutAsThoseInMemory()
    {
        SequencePair<int, int>[] all = [.. Pairs(0)];
        SequencePairs<int, int> memory = SequencePairs.Of(
            Sequences.Of([.. all.Select(pair => pair.Input.ToArray())]), Sequences.Of([.. all.Select(pair => pair.Target.ToArray())]));
        using StreamedBatches<int, int> streamed = new(_ => all, rows: 16, pool: 130, steps: 9, targetSteps: 5, order: BatchOrder.InOrder);
        SequenceBatches<int, int> expected = memory.Batches(16, order: BatchOrder.InOrder, steps: 9, targetSteps: 5);
        var other = expected.Epoch(0);
        foreach (SequenceBatch<int, int> batch in streamed)
        {
            Assert.True(other.MoveNext());
            Assert.Equal(other.Current.Inputs.ToArray(), batch.Inputs.ToArray());
            Assert.Equal(other.Current.Targets.ToArray(), batch.Targets.ToArray());
            Assert.Equal(other.Current.InputLengths.ToArray(), batch.InputLengths.ToArray());
            Assert.Equal(other.Current.Items.ToArray(), batch.Items.ToArray());
        }

        Assert.False(other.MoveNext());
    }

    [Fact]
    public void MemoryHoldsOnePool()
    {
        // A gibibyte of symbols goes by in pools of 64 sequences.
        const int Length = 1 << 16;
        int[] symbols = new int[Length];
        using StreamedBatches<int, int> batches = new(
            _ => Enumerable.Range(0, 4096).Select(i => new SequencePair<int, int>(symbols, symbols.AsMemory(0, 1))), rows: 4, pool: 64);
        long sum = 0;
        foreach (SequenceBatch<int, int> batch in batches)
            sum += batch.Inputs.Length;
        Assert.Equal(4096L * Length, sum);
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (SequenceBatch<int, int> batch in batches)
            sum += batch.Inputs.Length;
        // 64 pools, each with a few small objects.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 2000);
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        Refuse("The input of pair 1 has 0 elements", _ => [new(new int[1], new int[1]), new(default, new int[1])]);
        Refuse("The target of pair 0 has 3 elements; expected whole steps of 2", _ => [new(new int[1], new int[3])], targetWidth: 2);
        Refuse("The input of pair 0 has 6 steps, more than the 5", _ => [new(new int[6], new int[1])]);
        Assert.Throws<InvalidOperationException>(() => Seen(new(_ => null!, 1, 1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamedBatches<int, int>(Pairs, rows: 8, pool: 7));

        static void Refuse(string message, Func<int, IEnumerable<SequencePair<int, int>>> open, int targetWidth = 1) => Assert.Contains(
            message,
            Assert.Throws<InvalidDataException>(() => Seen(new(open, 2, 2, 1, targetWidth, steps: 5), 0)).Message);
    }

    // Pair i is i + 1 … of some length, and its target.
    private static IEnumerable<SequencePair<int, int>> Pairs(int epoch)
    {
        int[] used = new int[20];
        for (int i = 0; i < 130; i++)
        {
            // The memory is used again: the pool has a copy.
            Array.Fill(used, i);
            yield return new(used.AsMemory(0, 1 + (i * 7 % 9)), used.AsMemory(0, 1 + (i * 3 % 5)));
        }
    }

    private static int[] Seen(StreamedBatches<int, int> batches, int epoch, int firstBatch = 0)
    {
        List<int> seen = [];
        foreach (SequenceBatch<int, int> batch in batches.Epoch(epoch, firstBatch))
        {
            Assert.Equal(batch.Items.ToArray(), batch.Inputs[..batch.Rows].ToArray());
            seen.AddRange(batch.Items);
        }

        return [.. seen];
    }
}
