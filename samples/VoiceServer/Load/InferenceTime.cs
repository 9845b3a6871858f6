using System.Diagnostics;
using Voice;
using VoiceServer.Serving;

namespace VoiceServer.Load;

/// <summary>What a hop takes without connections: its spectrum and its row of a batched step.</summary>
internal static class InferenceTime
{
    /// <summary>Measures a full shard: the shortest of many steps, which nothing else has interrupted.</summary>
    public static TimeSpan Of(SpeechModel model)
    {
        Shard shard = new();
        VoiceStream[] streams = [.. Enumerable.Range(0, Shard.Size).Select(_ => new VoiceStream(new Nobody()))];
        byte[] hop = new byte[Sound.HopBytes];
        new Random(1).NextBytes(hop);
        TimeSpan shortest = TimeSpan.MaxValue;
        foreach (VoiceStream stream in streams)
            shard.TryAdd(stream);
        for (int i = 0; i < 300; i++)
        {
            foreach (VoiceStream stream in streams)
                stream.Write(hop);
            long start = Stopwatch.GetTimestamp();
            shard.Step(model);
            TimeSpan time = Stopwatch.GetElapsedTime(start) / Shard.Size;
            shortest = time < shortest ? time : shortest;
            shard.Deliver();
        }

        return shortest;
    }

    private sealed class Nobody : IListener
    {
        public bool TryTake(long firstHop, ReadOnlySpan<float> probabilities) => true;
    }
}
