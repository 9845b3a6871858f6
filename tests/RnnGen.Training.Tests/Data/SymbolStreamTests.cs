namespace RnnGen.Training.Tests;

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
        foreach (SequenceBatch<int, int> batch in batches)
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
        foreach (SequenceBatch<int, int> batch in Count.Batches(rows, steps))
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
        SymbolBatches batches = Count.Batches(rows: 2, steps: 2);
        List<int> seen = [];
        foreach (SequenceBatch<int, int> batch in batches.Epoch(0, firstBatch: 3))
        {
            seen.Add(batch.Index);
            int[] inputs = batch.Inputs.ToArray(), targets = batch.Targets.ToArray();
            SequenceBatch<int, int> same = Count.Batches(rows: 2, steps: 2)[batch.Index];
            Assert.Equal(same.Inputs.ToArray(), inputs);
            Assert.Equal(same.Targets.ToArray(), targets);
        }

        Assert.Equal([3, 4, 5], seen);
        Assert.Equal([10, 22, 11, 23], batches[5].Inputs.ToArray());
        Assert.True(batches.Continues);
        foreach (SequenceBatch<int, int> _ in batches.Epoch(0, firstBatch: 6))
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
        Assert.Throws<ArgumentOutOfRangeException>(() => Begin(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Begin(3));
        var error = Assert.Throws<ArgumentException>(() => Count.Batches(2, 13));
        Assert.Contains("2 rows by 13 steps and its targets need 27 symbols, but the stream has 26", error.Message);
        Assert.Throws<ArgumentException>(() => Count.Batches(int.MaxValue, int.MaxValue));
        SymbolBatches batches = Count.Batches(2, 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => batches[2].Index);
        Assert.Throws<InvalidOperationException>(() => batches.Current.Index);

        static void Begin(int firstBatch) => Count.Batches(2, 5).Epoch(0, firstBatch);
    }

    [Fact]
    public void BatchesAllocateNothing()
    {
        SymbolBatches batches = new SymbolStream(new int[10_000]).Batches(rows: 4, steps: 5);
        long sum = 0;
        Allocations.AssertNone(() =>
        {
            foreach (SequenceBatch<int, int> batch in batches)
                sum += batch.Inputs.Length;
        });
        Assert.Equal(0, sum % (499 * 20));
    }

    [Fact]
    public void AFileIsAStreamWithoutBeingRead()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.symbols");
        try
        {
            Assert.Equal(20_000, SymbolStream.Save(path, Enumerable.Range(0, 20_000)));
            Assert.Equal(80_000, new FileInfo(path).Length);
            using (SymbolStream stream = SymbolStream.Open(path))
            {
                Assert.Equal(20_000, stream.Length);
                Assert.Equal([19_998, 19_999], stream[^2..].Symbols.ToArray());
                SymbolBatches mapped = stream.Batches(3, 7), memory = new SymbolStream(Enumerable.Range(0, 20_000).ToArray()).Batches(3, 7);
                foreach (SequenceBatch<int, int> batch in mapped)
                    Assert.Equal(memory[batch.Index].Targets.ToArray(), batch.Targets.ToArray());
            }

            SymbolStream closed = SymbolStream.Open(path);
            closed.Dispose();
            Assert.Throws<ObjectDisposedException>(() => closed.Symbols.Length);
            using (MappedFile<int> part = new(path, start: 5000, count: 3))
                Assert.Equal([5000, 5001, 5002], part.Memory.ToArray());
            Assert.Contains(
                "has 20000 numbers, and not 3 from number 19998",
                Assert.Throws<ArgumentOutOfRangeException>(() => new MappedFile<int>(path, 19_998, 3)).Message);
            Assert.Throws<ArgumentOutOfRangeException>(() => new MappedFile<int>(path, 0, 0));
            Assert.Contains("Symbol 1 is -4", Assert.Throws<ArgumentException>(() => SymbolStream.Save(path, [1, -4])).Message);
            Assert.Contains("There are no symbols", Assert.Throws<ArgumentException>(() => SymbolStream.Save(path, [])).Message);
            Assert.Equal(80_000, new FileInfo(path).Length);
            File.WriteAllBytes(path, new byte[7]);
            Assert.Contains(
                "has 7 bytes; expected numbers of 4", Assert.Throws<InvalidDataException>(() => SymbolStream.Open(path)).Message);
            File.WriteAllBytes(path, []);
            Assert.Throws<InvalidDataException>(() => SymbolStream.Open(path));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.ThrowsAny<IOException>(() => SymbolStream.Open(path));
    }
}
