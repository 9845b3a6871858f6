using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Orleans.Shards;

/// <summary>The streams of a shard, and the batched step that they take together.</summary>
internal sealed class ShardStreams<T, TInput, TState>(IRnnInference<T, TInput, TState> model) : ShardStreams
    where T : unmanaged
    where TInput : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly int frameBytes = model.Shape.InputWidth * Unsafe.SizeOf<TInput>();
    private readonly int outputBytes = model.Shape.OutputSize * Unsafe.SizeOf<T>();
    private readonly Dictionary<long, ShardStream<TState>> streams = [];
    private readonly List<Entry> entries = [];
    private readonly HashSet<long> called = [];

    // The batch: a row for each stream that has a frame.
    private int[] rows = [];
    private TInput[] inputs = [];
    private TState[] states = [];
    private T[] outputs = [];
    private StreamFault[] faults = [];

    public override int Count => streams.Count;

    public override byte[] Push(ReadOnlySpan<byte> call, DateTimeOffset now)
    {
        ShardCall.Check(call, frameBytes, called);
        entries.Clear();
        int length = ShardCall.AnswerHeader, most = 0;
        for (int place = 0; place < call.Length;)
        {
            ShardCall.Head head = ShardCall.Head.Read(call[place..]);
            place += ShardCall.EntryHeader;
            Entry entry = Begin(head, now) with { Frames = place, Answer = length };
            entries.Add(entry);
            place += Math.Max(head.Count, 0) * frameBytes;
            length += ShardCall.AnswerEntryHeader + (entry.Count * outputBytes);
            most = Math.Max(most, entry.Count);
        }

        byte[] answer = new byte[length];
        BinaryPrimitives.WriteInt32LittleEndian(answer, frameBytes);
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(sizeof(int)), outputBytes);
        try
        {
            for (int frame = 0; frame < most; frame++)
                Step(call, frame, answer);
        }
        catch
        {
            foreach (Entry entry in entries)
                entry.Stream?.GoBack();
            throw;
        }

        foreach (Entry entry in entries)
            Finish(entry, answer.AsSpan(entry.Answer));
        return answer;
    }

    public override object? StateOf(long stream) => streams.TryGetValue(stream, out ShardStream<TState>? found) ? found.State : null;

    public override byte[] Save()
    {
        ShardFile file = ShardFile.Create(streams.Count, StateBytes.LengthOf<TState, T>());
        foreach (ShardStream<TState> stream in streams.Values)
        {
            StateBytes.Write<TState, T>(stream.StartState, file.Add(stream.Id, stream.Sequence, stream.Start));
            stream.SavingPosition = stream.Start;
        }

        return file.Bytes;
    }

    public override void Saved()
    {
        // A stream that came meanwhile, or began anew, was not in the save, and is at 0 in it.
        foreach (ShardStream<TState> stream in streams.Values)
            stream.SavedPosition = stream.SavingPosition;
    }

    public override void Load(ReadOnlySpan<byte> saved, DateTimeOffset now)
    {
        foreach (ShardFile.Entry entry in ShardFile.Read(saved))
        {
            TState state = StateBytes.Read<TState, T>(saved[entry.State]);
            streams[entry.Stream] = new(entry.Stream, entry.Sequence)
            {
                Position = entry.Position,
                State = state,
                Start = entry.Position,
                StartState = state,
                SavedPosition = entry.Position,
                SavingPosition = entry.Position,
                Seen = now,
            };
        }
    }

    public override int Forget(DateTimeOffset since)
    {
        long[] idle = [.. streams.Values.Where(stream => stream.Seen < since).Select(stream => stream.Id)];
        foreach (long stream in idle)
            streams.Remove(stream);
        return idle.Length;
    }

    /// <summary>Finds an entry's stream, or begins it, and sees whether its frames can be computed.</summary>
    private Entry Begin(ShardCall.Head head, DateTimeOffset now)
    {
        streams.TryGetValue(head.Stream, out ShardStream<TState>? stream);
        if (stream is not null && head.Sequence < stream.Sequence)
            return new(null, Stands: -1);
        if (head.Count < 0)
        {
            streams.Remove(head.Stream);
            return new(null, Stands: 0);
        }

        if (stream is null || head.Sequence > stream.Sequence)
        {
            if (head.Position != 0)
                return new(null, Stands: 0);
            streams[head.Stream] = stream = new(head.Stream, head.Sequence);
        }

        stream.Seen = now;
        return stream.TryBegin(head.Position) ? new(stream, Stands: 0) { Count = head.Count } : new(stream, stream.Position);
    }

    /// <summary>The next frame of all entries that have one.</summary>
    private void Step(ReadOnlySpan<byte> call, int frame, Span<byte> answer)
    {
        MakeRoom(entries.Count);
        int width = frameBytes / Unsafe.SizeOf<TInput>(), size = outputBytes / Unsafe.SizeOf<T>(), batch = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            Entry entry = entries[i];
            if (entry.Count <= frame)
                continue;
            call.Slice(entry.Frames + (frame * frameBytes), frameBytes).CopyTo(MemoryMarshal.AsBytes(inputs.AsSpan(batch * width, width)));
            states[batch] = entry.Stream!.State;
            rows[batch++] = i;
        }

        model.TryStep(
            inputs.AsSpan(0, batch * width), states.AsSpan(0, batch), outputs.AsSpan(0, batch * size), faults.AsSpan(0, batch));
        for (int row = 0; row < batch; row++)
        {
            Entry entry = entries[rows[row]];
            Span<T> output = outputs.AsSpan(row * size, size);
            if (faults[row] == StreamFault.None)
                entry.Stream!.State = states[row];
            else
                Refuse(output, faults[row], answer[entry.Answer..]);
            MemoryMarshal.AsBytes(output)
                .CopyTo(answer[(entry.Answer + ShardCall.AnswerEntryHeader + (frame * outputBytes))..]);
        }
    }

    /// <summary>A frame that cannot be computed leaves its stream as it was, and its outputs are NaN.</summary>
    private static void Refuse(Span<T> output, StreamFault fault, Span<byte> answer)
    {
        output.Fill(typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>(float.NaN) : Unsafe.BitCast<double, T>(double.NaN));
        ShardCall.WriteFault(answer, fault);
    }

    private static void Finish(Entry entry, Span<byte> answer)
    {
        ShardStream<TState>? stream = entry.Stream;
        if (stream is not null)
            stream.Position += entry.Count;
        ShardCall.WriteEntry(answer, stream?.Position ?? entry.Stands, stream?.SavedPosition ?? 0, entry.Count);
    }

    private void MakeRoom(int count)
    {
        if (rows.Length >= count)
            return;
        (rows, states, faults) = (new int[count], new TState[count], new StreamFault[count]);
        (inputs, outputs) = (new TInput[count * model.Shape.InputWidth], new T[count * model.Shape.OutputSize]);
    }

    /// <summary>An entry of a call.</summary>
    /// <param name="Stream">Its stream; null if there is none, and nothing to be computed.</param>
    /// <param name="Stands">Where the stream stands if there is none.</param>
    private readonly record struct Entry(ShardStream<TState>? Stream, long Stands)
    {
        /// <summary>Frames that are computed.</summary>
        public int Count { get; init; }

        /// <summary>The place in the call where the frames begin.</summary>
        public int Frames { get; init; }

        /// <summary>The place in the answer where the entry begins.</summary>
        public int Answer { get; init; }
    }
}
