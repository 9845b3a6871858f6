namespace RnnGen.Tests;

public class SymbolStreamTests
{
    private static readonly SymbolStream Count = new(Enumerable.Range(0, 26).ToArray());

    [Fact]
    public void RowsAreContiguousPartsAndTargetsTheNextSymbols()
    {
        // 25 symbols have a target: 2 rows of 12, in batches of 5 steps; the rows' last two are left over.
        List<int[]> inputs = [], targets = [];
        SymbolBatches batches = Count.Batches(rows: 2, steps: 5);
        Assert.Equal(2, batches.Count);
        foreach (SymbolBatches.Batch batch in batches)
        {
            Assert.Equal(inputs.Count, batch.Index);
            inputs.Add(batch.Inputs.ToArray());
            targets.Add(batch.Targets.ToArray());
        }

        Assert.Equal([[0, 12, 1, 13, 2, 14, 3, 15, 4, 16], [5, 17, 6, 18, 7, 19, 8, 20, 9, 21]], inputs);
        Assert.Equal([[1, 13, 2, 14, 3, 15, 4, 16, 5, 17], [6, 18, 7, 19, 8, 20, 9, 21, 10, 22]], targets);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 25)]
    [InlineData(5, 5)]
    [InlineData(25, 1)]
    [InlineData(3, 8)]
    [InlineData(7, 2)]
    public void EveryRowContinuesInTheNextBatch(int rows, int steps)
    {
        int[] next = [.. Enumerable.Range(0, rows).Select(row => row * (25 / rows))];
        int count = 0;
        foreach (SymbolBatches.Batch batch in Count.Batches(rows, steps))
        {
            count++;
            for (int i = 0; i < steps * rows; i++)
            {
                Assert.Equal(next[i % rows]++, batch.Inputs[i]);
                Assert.Equal(batch.Inputs[i] + 1, batch.Targets[i]);
            }
        }

        Assert.Equal(25 / rows / steps, count);
    }

    [Fact]
    public void AStreamGoesOnFromAGivenBatch()
    {
        int[] all = new int[4], resumed = new int[4], targets = new int[4];
        foreach (SymbolBatches.Batch batch in Count.Batches(rows: 2, steps: 2, firstBatch: 3))
        {
            Count.Batches(rows: 2, steps: 2).CopyTo(batch.Index, all, targets);
            batch.Inputs.CopyTo(resumed);
            Assert.Equal(all, resumed);
            Assert.Equal(targets, batch.Targets.ToArray());
        }

        Assert.Equal([10, 22, 11, 23], all);
        foreach (SymbolBatches.Batch _ in Count.Batches(rows: 2, steps: 2, firstBatch: 6))
            Assert.Fail("After the last batch there is none.");
    }

    [Fact]
    public void RangesSplitAStream()
    {
        SymbolStream train = Count[..^6], rest = Count[^6..];
        Assert.Equal(20, train.Length);
        Assert.Equal([20, 21, 22, 23, 24, 25], rest.Symbols.ToArray());
        Assert.Equal(4, train.Batches(rows: 1, steps: 4).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => Count.Slice(20, 7));
    }

    [Fact]
    public void ATextIsAStreamOfItsCharacters()
    {
        var vocabulary = Vocabulary.Of("to be");
        Assert.Equal(vocabulary.Encode("be to"), new SymbolStream("be to", vocabulary).Symbols.ToArray());
        Assert.Throws<ArgumentException>(() => new SymbolStream("not to be", vocabulary));
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Count.Batches(0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Count.Batches(5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Count.Batches(2, 5, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Count.Batches(2, 5, 3));
        var error = Assert.Throws<ArgumentException>(() => Count.Batches(2, 13));
        Assert.Contains("2 rows by 13 steps and its targets need 27 symbols, but the stream has 26", error.Message);
        Assert.Throws<ArgumentException>(() => Count.Batches(int.MaxValue, int.MaxValue));
        SymbolBatches batches = Count.Batches(2, 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => batches.CopyTo(2, new int[10], new int[10]));
        Assert.Throws<ArgumentException>(() => batches.CopyTo(0, new int[9], new int[10]));
        Assert.Throws<ArgumentException>(() => batches.CopyTo(0, new int[10], new int[11]));
    }

    [Fact]
    public void BatchesAllocateNothingEach()
    {
        SymbolBatches batches = new SymbolStream(new int[10_000]).Batches(rows: 4, steps: 5);
        // Enumerating may allocate once; 499 batches must not allocate more than one does.
        long one = AllocatedBy(batches, 1), all = AllocatedBy(batches, int.MaxValue);
        Assert.Equal(one, Enumerable.Range(0, 5).Min(_ => AllocatedBy(batches, int.MaxValue)));
        Assert.True(all >= one);
    }

    private static long AllocatedBy(SymbolBatches batches, int most)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), sum = 0;
        foreach (SymbolBatches.Batch batch in batches)
        {
            sum += batch.Inputs.Length;
            if (batch.Index + 1 == most)
                break;
        }

        Assert.Equal(Math.Min(most, 499) * 20, sum);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
