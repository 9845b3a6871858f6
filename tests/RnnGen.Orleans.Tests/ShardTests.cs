using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace RnnGen.Orleans.Tests;

/// <summary>Shards on two silos.</summary>
public sealed class ShardTests(Cluster cluster) : IClassFixture<Cluster>
{
    [Fact]
    public async Task StreamsJoinLeaveAndBeginAnew()
    {
        RnnShardClient client = await cluster.ConnectAsync("join");
        RnnShardStream one = client.Join(1), two = client.Join(2);
        one.Push<float>(Cluster.Frames(1, 3));
        two.Push<float>(Cluster.Frames(2, 40));
        await client.FlushAsync();
        Assert.Equal(Cluster.Undisturbed(Cluster.Frames(1, 3)).Outputs, one.Outputs<float>());
        Assert.Equal(Cluster.Undisturbed(Cluster.Frames(2, 40)).Outputs, two.Outputs<float>());

        one.Reset();
        Assert.True(client.Leave(2));
        one.Push<float>(Cluster.Frames(1, 2));
        await client.FlushAsync();
        Assert.Equal(Cluster.Undisturbed(Cluster.Frames(1, 2)).Outputs, one.Outputs<float>());
        Assert.Equal(Cluster.Undisturbed(Cluster.Frames(1, 2)).State, await StateOf("join", 1));
        Assert.Null(await StateOf("join", 2));
        Assert.Throws<ArgumentException>(() => one.Push<float>([1, 2, 3]));
        Assert.Throws<ArgumentException>(() => client.Join(1));
        Assert.False(client.Leave(2));
    }

    [Fact]
    public async Task ANumberThatIsNotFiniteDisturbsNobody()
    {
        RnnShardClient client = await cluster.ConnectAsync("nan");
        RnnShardStream good = client.Join(1), bad = client.Join(2);
        float[] frames = Cluster.Frames(2, 3), broken = [.. frames[..4], float.NaN, 0, 0, 0, .. frames[4..]];
        good.Push<float>(Cluster.Frames(1, 4));
        bad.Push<float>(broken);
        await client.FlushAsync();
        Assert.Equal(Cluster.Undisturbed(Cluster.Frames(1, 4)).Outputs, good.Outputs<float>());
        Assert.Equal((StreamFault.None, StreamFault.Input), (good.Fault, bad.Fault));
        float[] outputs = Cluster.Undisturbed(frames).Outputs;
        Assert.Equal([.. outputs[..2], float.NaN, float.NaN, .. outputs[2..]], bad.Outputs<float>());
        Assert.Equal(Cluster.Undisturbed(frames).State, await StateOf("nan", 2));
    }

    [Fact]
    public async Task PositionsSayWhatIsComputed()
    {
        IRnnShard shard = Shard("positions");
        byte[] early = await shard.PushAsync(Call(sequence: 5, position: 2, count: 1));
        Assert.Equal((0, 0, 0), Entry(early));
        Assert.Equal((2, 0, 2), Entry(await shard.PushAsync(Call(5, 0, 2))));
        Assert.Equal((2, 0, 0), Entry(await shard.PushAsync(Call(5, 4, 1))));     // too early
        byte[] first = await shard.PushAsync(Call(5, 2, 3)), again = await shard.PushAsync(Call(5, 2, 3));
        Assert.Equal((5, 3), (Entry(first).Position, Entry(first).Count));
        Assert.Equal(first[32..], again[32..]);                                   // a duplicate: the same outputs
        Assert.Equal((5, 0), (Entry(await shard.PushAsync(Call(5, 1, 1))).Position, 0));    // too late
        Assert.Equal(-1, Entry(await shard.PushAsync(Call(4, 5, 1))).Position);   // an older sequence
        Assert.Equal((1, 1), (Entry(await shard.PushAsync(Call(6, 0, 1))).Position, 1));    // a newer one
        Assert.Equal(Cluster.Undisturbed(Cluster.Frames(7, 1)).State, await StateOf("positions", 7));
        await Assert.ThrowsAsync<ArgumentException>(() => shard.PushAsync([1, 2, 3]));
        await Assert.ThrowsAsync<ArgumentException>(() => shard.PushAsync([.. Call(6, 1, 1), .. Call(6, 2, 1)]));
    }

    [Fact]
    public async Task StreamsAreSavedBehindTheCalls()
    {
        TestStorage.Instance.Failing["behind"] = true;
        RnnShardClient client = await cluster.ConnectAsync("behind");
        RnnShardStream stream = client.Join(1);
        for (int i = 0; i < 20; i++)
        {
            stream.Push<float>(Cluster.Frames(1, 20).AsSpan(i * 4, 4));
            await client.FlushAsync();
            await Task.Delay(30);
        }

        Assert.Equal((0, 20), (TestStorage.Instance.Writes("behind"), stream.KeptFrames));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Shard("behind").SaveAsync());
        TestStorage.Instance.Failing.Clear();
        await Task.Delay(800);
        Assert.Equal(1, TestStorage.Instance.Writes("behind"));
        stream.Push<float>(Cluster.Frames(2, 1));
        await client.FlushAsync();
        Assert.Equal(2, stream.KeptFrames);    // the frame that was not acknowledged when the shard was saved, and this one
    }

    [Fact]
    public async Task AnOlderNetworksStateIsRefusedByName()
    {
        var older = cluster.Silos.Client.GetGrain<IRnnShard<OlderMeter, OlderMeter.State>>("older");
        RnnShardClient client = await RnnShardClient.ConnectAsync(older);
        client.Join(1).Push<float>(Cluster.Frames(1, 1));
        await client.FlushAsync();
        await older.SaveAsync();
        TestStorage.Instance.Copy(older.GetGrainId(), Shard("older").GetGrainId());
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => cluster.ConnectAsync("older"));
        Assert.Contains("shard older of RnnGen.Orleans.Tests.Meter cannot go on", error.Message, StringComparison.Ordinal);
        Assert.Contains("it has 24 numbers", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AShardOfSymbolsWorks()
    {
        RnnShardClient client = await RnnShardClient.ConnectAsync(
            cluster.Silos.Client.GetGrain<IRnnShard<Writer, Writer.State>>("symbols"));
        RnnShardStream stream = client.Join(1);
        stream.Push<int>([3, 10, 4]);
        await client.FlushAsync();
        Writer.State state = default;
        float[] outputs = new float[20];
        new Writer(seed: 1).Forward([3, 4], ref state, outputs);
        Assert.Equal([.. outputs[..10], .. Enumerable.Repeat(float.NaN, 10), .. outputs[10..]], stream.Outputs<float>());
        Assert.Equal(StreamFault.Input, stream.Fault);
    }

    [Fact]
    public async Task StreamsGoOnToTheBitAfterASiloIsKilled()
    {
        await using TestCluster silos = await Cluster.StartAsync<Cluster.Silo>();
        const int Shards = 6, Streams = 8, Flushes = 30;
        var clients = await Task.WhenAll(Enumerable.Range(0, Shards).Select(shard => RnnShardClient.ConnectAsync(
            silos.Client.GetGrain<IRnnShard<Meter, Meter.State>>($"kill/{shard}"))));
        Task<bool>[] runs = [.. clients.Select((client, shard) => Task.Run(async () =>
        {
            List<float>[] outputs = [.. Enumerable.Range(0, Streams).Select(_ => new List<float>())];
            RnnShardStream[] streams = [.. Enumerable.Range(0, Streams).Select(i => client.Join((shard * Streams) + i))];
            for (int flush = 0; flush < Flushes; flush++)
            {
                foreach (RnnShardStream stream in streams)
                    stream.Push<float>(Cluster.Frames(stream.Id, Flushes * 2).AsSpan(flush * 8, 8));
                await client.FlushAsync();
                for (int i = 0; i < Streams; i++)
                    outputs[i].AddRange(streams[i].Outputs<float>());
                await Task.Delay(40);
            }

            bool isRight = true;
            for (int i = 0; i < Streams; i++)
            {
                var expected = Cluster.Undisturbed(Cluster.Frames(streams[i].Id, Flushes * 2));
                isRight &= expected.Outputs.AsSpan().SequenceEqual(CollectionsMarshal.AsSpan(outputs[i]));
                isRight &= expected.State == await silos.Client
                    .GetGrain<IRnnShard<Meter, Meter.State>>($"kill/{shard}").GetStateAsync(streams[i].Id);
            }

            return isRight;
        }))];
        await Task.Delay(600);
        await silos.KillSiloAsync(silos.SecondarySilos[0]);
        Assert.All(await Task.WhenAll(runs), Assert.True);
        Assert.True(clients.Sum(client => client.ReplayedFrames) > 0);
    }

    private static byte[] Call(long sequence, long position, int count)
    {
        byte[] call = new byte[28 + (count * 16)];
        BinaryPrimitives.WriteInt64LittleEndian(call, 7);
        BinaryPrimitives.WriteInt64LittleEndian(call.AsSpan(8), sequence);
        BinaryPrimitives.WriteInt64LittleEndian(call.AsSpan(16), position);
        BinaryPrimitives.WriteInt32LittleEndian(call.AsSpan(24), count);
        MemoryMarshal.AsBytes(Cluster.Frames(7, 10).AsSpan((int)position * 4, count * 4)).CopyTo(call.AsSpan(28));
        return call;
    }

    private static (long Position, long Saved, int Count) Entry(ReadOnlySpan<byte> answer) => (
        BinaryPrimitives.ReadInt64LittleEndian(answer[8..]), BinaryPrimitives.ReadInt64LittleEndian(answer[16..]),
        BinaryPrimitives.ReadInt32LittleEndian(answer[24..]));

    private IRnnShard<Meter, Meter.State> Shard(string key) => cluster.Silos.Client.GetGrain<IRnnShard<Meter, Meter.State>>(key);

    private Task<Meter.State?> StateOf(string key, long stream) => Shard(key).GetStateAsync(stream);
}
