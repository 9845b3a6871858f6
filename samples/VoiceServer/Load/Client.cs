using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.WebSockets;

namespace VoiceServer.Load;

/// <summary>One stream of a load: it sends in real time, and measures and checks each answer.</summary>
internal sealed class Client : IDisposable
{
    private const int MostInFlight = 1024;

    private readonly ClientWebSocket socket = new();
    private readonly Sound sound;
    private readonly float[] expected;
    private readonly LatencyHistogram latencies;
    private readonly byte[] message;
    private readonly int hops;
    private readonly long[] sent = new long[MostInFlight];
    private Task sending = Task.CompletedTask;
    private long messages;
    private long answers, differing;

    /// <param name="sound">What it says.</param>
    /// <param name="expected">The answers to it, as far as they are checked.</param>
    /// <param name="hops">Hops of a message.</param>
    /// <param name="latencies">Gets the time from a message to each of its answers.</param>
    public Client(Sound sound, float[] expected, int hops, LatencyHistogram latencies)
    {
        (this.sound, this.expected, this.hops, this.latencies) = (sound, expected, hops, latencies);
        message = new byte[hops * Sound.HopBytes];
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
    }

    /// <summary>When the next message is due.</summary>
    public long Due { get; set; }

    /// <summary>Answers that came.</summary>
    public long Answers => Volatile.Read(ref answers);

    /// <summary>Answers with other bits than expected.</summary>
    public long Differing => Volatile.Read(ref differing);

    /// <summary>Why it stopped, if it did.</summary>
    public string? Failure { get; private set; }

    public async Task ConnectAsync(Uri server, CancellationToken ended)
    {
        await socket.ConnectAsync(new Uri($"ws://{server.Authority}/speech"), ended);
        _ = ReceiveAsync();
    }

    /// <summary>Sends a message, unless the one before is still under way: then this one comes late.</summary>
    public void TrySend()
    {
        if (!sending.IsCompleted || Failure is not null)
            return;
        sound.Read((int)(messages * hops % sound.Hops), message);
        Volatile.Write(ref sent[messages++ % MostInFlight], Stopwatch.GetTimestamp());
        ValueTask send = socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        sending = send.IsCompletedSuccessfully ? Task.CompletedTask : send.AsTask();
        Due += hops * Stopwatch.Frequency * 16 / 1000;
    }

    public void Dispose() => socket.Dispose();

    private async Task ReceiveAsync()
    {
        byte[] answer = new byte[sizeof(uint) + (64 * sizeof(float))];
        try
        {
            while (true)
            {
                int length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(answer.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                    throw new WebSocketException($"The server closed the stream: {socket.CloseStatusDescription}");
                Take(answer.AsSpan(0, length), Stopwatch.GetTimestamp());
            }
        }
        catch (Exception error) when (error is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            Failure = error.Message;
        }
    }

    private void Take(ReadOnlySpan<byte> answer, long now)
    {
        long hop = BinaryPrimitives.ReadUInt32LittleEndian(answer);
        for (answer = answer[sizeof(uint)..]; !answer.IsEmpty; answer = answer[sizeof(float)..], hop++)
        {
            latencies.Add(Stopwatch.GetElapsedTime(Volatile.Read(ref sent[hop / hops % MostInFlight]), now));
            float probability = BinaryPrimitives.ReadSingleLittleEndian(answer);
            bool isRight = hop == answers && (hop >= expected.Length
                || BitConverter.SingleToInt32Bits(probability) == BitConverter.SingleToInt32Bits(expected[hop]));
            if (!isRight)
                Volatile.Write(ref differing, differing + 1);
            Volatile.Write(ref answers, answers + 1);
        }
    }
}
