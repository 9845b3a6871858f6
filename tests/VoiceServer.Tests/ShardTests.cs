using Voice;
using VoiceServer.Load;
using VoiceServer.Serving;

namespace VoiceServer.Tests;

/// <summary>The inference loop without a network.</summary>
public class ShardTests
{
    private readonly SpeechModel model = new();

    public ShardTests() => model.Load(new ServerOptions().Weights);

    [Fact]
    public void StreamsThatComeAndGoKeepTheirOwnBits()
    {
        const int Hops = 120;
        float[] expected = TestServer.Sound.Answers(model, Hops);
        Shard shard = new();
        Listener[] listeners = [.. Enumerable.Range(0, 20).Select(_ => new Listener())];
        VoiceStream[] streams = [.. listeners.Select(listener => new VoiceStream(listener))];
        byte[] hop = new byte[Sound.HopBytes];
        Random random = new(1);
        int[] written = new int[streams.Length];
        Assert.True(streams.All(shard.TryAdd));
        while (written.Min() < Hops)
        {
            for (int i = 0; i < streams.Length; i++)
            {
                if (written[i] == Hops || random.Next(3) == 0)
                    continue;
                TestServer.Sound.Read(written[i]++, hop);
                Assert.Equal(256, streams[i].Write(hop));
            }

            int away = random.Next(streams.Length);
            shard.Remove(streams[away]);
            shard.Step(model);
            shard.Deliver();
            Assert.True(shard.TryAdd(streams[away]));
        }

        while (shard.Step(model).Hops > 0)
            shard.Deliver();
        Assert.All(listeners, listener => Assert.Equal(expected, listener.Answers));
    }

    [Fact]
    public void AListenerThatIsBusyGetsItsAnswersLaterAndItsSoundWaits()
    {
        Listener listener = new() { IsBusy = true };
        VoiceStream stream = new(listener);
        Shard shard = new();
        shard.TryAdd(stream);
        byte[] sound = new byte[TestServer.Sound.Hops * Sound.HopBytes];
        TestServer.Sound.Read(0, sound);
        int taken = 0;
        for (int i = 0; i < 20; i++)
        {
            taken += stream.Write(sound.AsSpan(2 * taken));
            shard.Step(model);
            shard.Deliver();
        }

        // 64 answers wait, and half a second of sound behind them.
        Assert.Equal((64 * 256) + VoiceStream.Capacity - 256, taken);
        Assert.Empty(listener.Answers);
        listener.IsBusy = false;
        while (listener.Answers.Count < TestServer.Sound.Hops)
        {
            shard.Deliver();
            taken += stream.Write(sound.AsSpan(2 * taken));
            shard.Step(model);
        }

        Assert.Equal(TestServer.Sound.Answers(model, TestServer.Sound.Hops), listener.Answers);
    }

    [Fact]
    public void AFaultIsOneStreamsAloneAndItBeginsAnew()
    {
        Listener[] listeners = [new(), new()];
        VoiceStream[] streams = [new(listeners[0]), new(listeners[1])];
        Shard shard = new();
        Assert.True(streams.All(shard.TryAdd));
        byte[] hop = new byte[Sound.HopBytes];
        streams[0].State.Layer1H[3] = float.NaN;
        foreach (VoiceStream stream in streams)
            stream.Write(hop);
        Assert.Equal((2, 1, 1), shard.Step(model));
        foreach (VoiceStream stream in streams)
            stream.Write(hop);
        Assert.Equal((2, 1, 0), shard.Step(model));
        shard.Deliver();
        Assert.Equal(float.NaN, listeners[0].Answers[0]);
        Assert.Equal(listeners[1].Answers[0], listeners[0].Answers[1]);
    }

    [Fact]
    public void TheInferenceLoopAllocatesNothing()
    {
        Silent listener = new();
        VoiceStream[] streams = [.. Enumerable.Range(0, Shard.Size).Select(_ => new VoiceStream(listener))];
        Shard shard = new();
        Assert.True(streams.All(shard.TryAdd));
        Assert.False(shard.TryAdd(new(listener)));
        byte[] hop = new byte[Sound.HopBytes];
        TestServer.Sound.Read(30, hop);
        int hops = 0;
        Allocations.AssertNone(() =>
        {
            foreach (VoiceStream stream in streams)
                stream.Write(hop);
            hops += shard.Step(model).Hops;
            shard.Deliver();
        });
        Assert.Equal(53 * Shard.Size, hops);
    }

    private sealed class Listener : IListener
    {
        public List<float> Answers { get; } = [];

        public bool IsBusy { get; set; }

        public bool TryTake(long firstHop, ReadOnlySpan<float> probabilities)
        {
            if (IsBusy)
                return false;
            Assert.Equal(Answers.Count, firstHop);
            Answers.AddRange(probabilities);
            return true;
        }
    }

    private sealed class Silent : IListener
    {
        public bool TryTake(long firstHop, ReadOnlySpan<float> probabilities) => true;
    }
}
