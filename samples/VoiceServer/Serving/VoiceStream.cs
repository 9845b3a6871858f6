using System.Buffers.Binary;
using Voice;
using Voice.Networks;

namespace VoiceServer.Serving;

/// <summary>
/// One client's sound, and what the network remembers of it. One thread writes samples, another reads hops; nothing is locked.
/// </summary>
/// <remarks>
/// A client that does not read its answers, or sends faster than they are computed, is not disconnected: its answers stay here, then no
/// more hops are read, then no more samples are taken, and at last its connection is not read.
/// </remarks>
internal sealed class VoiceStream(IListener listener)
{
    /// <summary>Samples that are kept: half a second.</summary>
    public const int Capacity = 8192;

    private const int MostAnswers = 64;

    private readonly short[] ring = new short[Capacity];
    private readonly float[] answers = new float[MostAnswers];
    private long written, read, answered;
    private int waiting;
    private TaskCompletionSource? room;

    /// <summary>The network's memory. A value: it is copied into a batch and back.</summary>
    public SpeechModel.State State;

    /// <summary>Adds samples, as many as there is room for.</summary>
    /// <param name="samples">16 bits each, little-endian.</param>
    /// <returns>How many were taken.</returns>
    public int Write(ReadOnlySpan<byte> samples)
    {
        // A frame begins one hop before the hop that it is for.
        int room = Capacity - Spectrum.Hop - (int)(written - Volatile.Read(ref read));
        int count = Math.Min(room, samples.Length / sizeof(short));
        for (int i = 0; i < count; i++)
            ring[(int)((written + i) % Capacity)] = BinaryPrimitives.ReadInt16LittleEndian(samples[(i * sizeof(short))..]);
        Volatile.Write(ref written, written + count);
        return count;
    }

    /// <summary>Waits until half of the samples that are kept have been read.</summary>
    public Task RoomAsync()
    {
        TaskCompletionSource source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref room, source);
        TellOfRoom();
        return source.Task;
    }

    /// <summary>Reads the next hop, if all of it has come and its answer has a place.</summary>
    /// <param name="frame">Receives the hop before it and the hop, −1 to 1.</param>
    public bool TryRead(Span<float> frame)
    {
        if (waiting == MostAnswers || Volatile.Read(ref written) - read < Spectrum.Hop)
            return false;
        long start = read - Spectrum.Hop + Capacity;
        for (int i = 0; i < frame.Length; i++)
            frame[i] = ring[(int)((start + i) % Capacity)] / 32768f;
        Volatile.Write(ref read, read + Spectrum.Hop);
        return true;
    }

    /// <summary>Adds the answer to the hop that was read last.</summary>
    public void Add(float probability) => answers[waiting++] = probability;

    /// <summary>Passes on the answers, if there are any and the listener takes them, and tells a writer that waits of room.</summary>
    public void Deliver()
    {
        TellOfRoom();
        if (waiting == 0 || !listener.TryTake(answered, answers.AsSpan(0, waiting)))
            return;
        answered += waiting;
        waiting = 0;
    }

    private void TellOfRoom()
    {
        if (Volatile.Read(ref room) is not null && Volatile.Read(ref written) - Volatile.Read(ref read) < Capacity / 2)
            Interlocked.Exchange(ref room, null)?.TrySetResult();
    }
}
