namespace RnnGen.Mpi.Tests;

/// <summary>Bytes between threads.</summary>
public class LocalExchangeTests
{
    [Fact]
    public void EachRankHasItsNumber()
    {
        IReadOnlyList<LocalExchange> ranks = LocalExchange.Connect(3);
        Assert.Equal([0, 1, 2], ranks.Select(exchange => exchange.Rank));
        Assert.All(ranks, exchange => Assert.Equal(3, exchange.Ranks));
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalExchange.Connect(0));
    }

    [Fact]
    public void BytesArriveInTheirOrder() => LocalRanks.Same(2, exchange =>
    {
        byte[] bytes = [1, 2, 3], more = [4];
        if (exchange.Rank == 0)
        {
            exchange.Send(bytes, 1);
            bytes[0] = 9;
            exchange.Send(more, 1);
            return 0;
        }

        byte[] received = new byte[3];
        exchange.Receive(received, 0);
        Assert.Equal([1, 2, 3], received);
        exchange.Receive(received.AsSpan(0, 1), 0);
        Assert.Equal([4, 2, 3], received);
        return 0;
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void GatherAndBroadcastCompleteASpan(int ranks) => LocalRanks.Same(ranks, exchange =>
    {
        // Rank r has r bytes.
        int[] starts = [.. Enumerable.Range(0, ranks + 1).Select(rank => rank * (rank - 1) / 2)];
        byte[] all = new byte[starts[^1]];
        all.AsSpan(starts[exchange.Rank]..starts[exchange.Rank + 1]).Fill((byte)(10 + exchange.Rank));
        exchange.Gather(all, starts);
        Assert.Equal(Enumerable.Range(0, ranks).SelectMany(rank => Enumerable.Repeat((byte)(10 + rank), rank)), all);

        byte[] last = [(byte)exchange.Rank];
        exchange.Broadcast(last, ranks - 1);
        Assert.Equal(ranks - 1, last[0]);
        return 0;
    });

    [Fact]
    public void ARankThatIsNotAnotherIsRefused()
    {
        LocalExchange exchange = LocalExchange.Connect(2)[1];
        foreach (int rank in (int[])[-1, 1, 2])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => exchange.Send([], rank));
            Assert.Throws<ArgumentOutOfRangeException>(() => exchange.Receive([], rank));
        }
    }

    [Fact]
    public void AMessageOfAnotherLengthIsAnError()
    {
        IReadOnlyList<LocalExchange> ranks = LocalExchange.Connect(2);
        ranks[0].Send([1, 2], 1);
        var error = Assert.Throws<InvalidOperationException>(() => ranks[1].Receive(new byte[3], 0));
        Assert.Equal("Rank 1 expected 3 bytes of rank 0, which sent 2: the ranks do different things.", error.Message);
    }

    [Fact]
    public void TheFirstFailureIsTheOneThatIsTold()
    {
        IReadOnlyList<LocalExchange> ranks = LocalExchange.Connect(3);
        ranks[2].Abort(new IOException("first"));
        ranks[1].Abort(new IOException("second"));
        Assert.All(ranks, exchange =>
            Assert.Equal("Rank 2 of 3 has failed: first", Assert.Throws<InvalidOperationException>(() => exchange.Broadcast([1], 0)).Message));
        Assert.Throws<ArgumentNullException>(() => ranks[0].Abort(null!));
    }
}
