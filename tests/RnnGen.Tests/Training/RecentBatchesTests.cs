using RnnGen.Numerics;

namespace RnnGen.Tests;

/// <summary>Of which numbers of rows a trainer keeps the memory.</summary>
public class RecentBatchesTests
{
    [Fact]
    public void TheFourThatWereUsedLastAreKept()
    {
        List<int> created = [];
        RecentBatches<double, NoPart> batches = new(1000, rows =>
        {
            created.Add(rows.All);
            return new();
        });
        foreach (int rows in (int[])[1, 1, 2, 1, 3, 3, 4, 1, 2, 4, 3])
            Assert.Equal(rows, batches.Of(rows).Rows);
        Assert.Equal([1, 2, 3, 4], created);
        // 1 was not used for longest; then 2.
        batches.Of(5);
        batches.Of(2);
        batches.Of(1);
        Assert.Equal([1, 2, 3, 4, 5, 1], created);
        batches.Of(4);
        Assert.Equal([1, 2, 3, 4, 5, 1, 4], created);
    }

    [Fact]
    public void ShardsHaveAtLeast16RowsOr32AndThereAreAtMost8()
    {
        List<ShardRows> shards = [];
        Batch<double, NoPart> Cut(int rows, long weightBytes = 1000)
        {
            shards.Clear();
            return new(rows, weightBytes, shard =>
            {
                shards.Add(shard);
                return new();
            });
        }

        Cut(31);
        Assert.Equal([new ShardRows(31, 0, 31)], shards);
        Cut(53);
        Assert.Equal([new ShardRows(53, 0, 18), new ShardRows(53, 18, 18), new ShardRows(53, 36, 17)], shards);
        Assert.Equal(8, Cut(1000).Shards.Length);
        // Of a large model, 32: but two threads find work as soon as there are 32 rows.
        const long Large = 3 << 20;
        Assert.Equal([1, 2, 2, 2, 3, 8], new[] { 31, 32, 63, 95, 96, 1000 }.Select(rows => Cut(rows, Large).Shards.Length));
    }

    private sealed class NoPart : BatchShard<double>
    {
        public override ParameterSet<double> Gradients => throw new NotSupportedException();

        public override AlignedBuffer<double> Transposed => throw new NotSupportedException();

        protected override double Compute(RunOptions pass, ParameterSet<double> parameters, AlignedBuffer<double>? transposed) => 0;
    }
}
