using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RnnGen.Orleans.Client;

namespace RnnGen.Orleans;

/// <summary>A stream of an <see cref="RnnShardClient"/>: takes frames, and has their outputs after a flush.</summary>
public sealed class RnnShardStream
{
    private readonly int frameBytes, outputBytes;
    private byte[] outputs = [];
    private int count;

    internal RnnShardStream(long id, long sequence, int frameBytes, int outputBytes)
    {
        (Id, Sequence, this.frameBytes, this.outputBytes) = (id, sequence, frameBytes, outputBytes);
        Log = new(frameBytes);
    }

    /// <summary>The stream's number.</summary>
    public long Id { get; }

    /// <summary>The number of frames that have their outputs, since the stream joined or was reset.</summary>
    public long Position { get; private set; }

    /// <summary>Frames that are kept, because the shard has not saved what became of them.</summary>
    public int KeptFrames => (int)(Log.End - Log.Start);

    /// <summary>The first fault of a frame in the last flush, mostly none. The outputs of such a frame are NaN.</summary>
    public StreamFault Fault { get; private set; }

    internal long Sequence { get; private set; }

    internal FrameLog Log { get; private set; }

    /// <summary>The frame that is sent next: <see cref="Position"/>, or an earlier one in a replay.</summary>
    internal long Next { get; set; }

    /// <summary>Adds frames; the next flush sends them.</summary>
    /// <typeparam name="TInput">The model's inputs: <see cref="float"/>, <see cref="double"/>, or <see cref="int"/> for
    /// symbols.</typeparam>
    /// <param name="frames">[frame]….</param>
    /// <exception cref="ArgumentException">They are no whole frames of the model.</exception>
    public void Push<TInput>(ReadOnlySpan<TInput> frames) where TInput : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(frames);
        if (bytes.Length % frameBytes != 0)
            throw new ArgumentException(
                $"A frame has {frameBytes} bytes, and {frames.Length} of {typeof(TInput).Name} have {bytes.Length}.", nameof(frames));
        Log.Add(bytes);
    }

    /// <summary>The outputs of the last flush, [frame][output]; valid until the next.</summary>
    /// <typeparam name="T">The model's numbers.</typeparam>
    /// <exception cref="InvalidOperationException">An output is no whole number of <typeparamref name="T"/>.</exception>
    public ReadOnlySpan<T> Outputs<T>() where T : unmanaged =>
        outputBytes % Unsafe.SizeOf<T>() == 0
            ? MemoryMarshal.Cast<byte, T>(outputs.AsSpan(0, count))
            : throw new InvalidOperationException($"An output has {outputBytes} bytes: that is no whole number of {typeof(T).Name}.");

    /// <summary>Begins anew, from a state of zeros. Frames that have not been flushed are dropped.</summary>
    public void Reset()
    {
        Sequence = NextSequence(Sequence);
        (Log, Position, Next, count, Fault) = (new(frameBytes), 0, 0, 0, StreamFault.None);
    }

    /// <summary>A number that is higher than all that this or another client has given this stream.</summary>
    internal static long NextSequence(long last) => Math.Max(last + 1, DateTime.UtcNow.Ticks);

    internal void BeginFlush() => (count, Fault) = (0, StreamFault.None);

    /// <summary>Takes the outputs of frames from <see cref="Next"/> on; those of replayed frames are known.</summary>
    /// <returns>Frames that were replayed.</returns>
    internal int Take(ReadOnlySpan<byte> answer, int frames, StreamFault fault)
    {
        int replayed = (int)Math.Clamp(Position - Next, 0, frames);
        ReadOnlySpan<byte> added = answer[(replayed * outputBytes)..(frames * outputBytes)];
        if (count + added.Length > outputs.Length)
            Array.Resize(ref outputs, Math.Max(count + added.Length, 2 * outputs.Length));
        added.CopyTo(outputs.AsSpan(count));
        count += added.Length;
        Next += frames;
        Position = Math.Max(Position, Next);
        if (Fault == StreamFault.None && replayed < frames)
            Fault = fault;
        return replayed;
    }
}
