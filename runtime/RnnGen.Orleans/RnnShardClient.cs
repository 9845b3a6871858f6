using System.Buffers.Binary;
using System.Diagnostics;
using Orleans.Runtime;
using RnnGen.Orleans.Shards;

namespace RnnGen.Orleans;

/// <summary>
/// Streams of one shard: sends their frames in one call, keeps those that the shard has not saved, and replays them when a silo has ended.
/// One thread at a time may use a client and its streams.
/// </summary>
public sealed class RnnShardClient
{
    private const int MostFrames = 32, MostRounds = 1000;

    private readonly IRnnShard shard;
    private readonly TimeSpan patience;
    private readonly int frameBytes, outputBytes;
    private readonly Dictionary<long, RnnShardStream> streams = [];
    private readonly List<(long Stream, long Sequence)> leaving = [];
    private readonly List<(RnnShardStream Stream, int Frames)> sent = [];

    private RnnShardClient(IRnnShard shard, TimeSpan patience, ReadOnlySpan<byte> answer)
    {
        (this.shard, this.patience) = (shard, patience);
        frameBytes = BinaryPrimitives.ReadInt32LittleEndian(answer);
        outputBytes = BinaryPrimitives.ReadInt32LittleEndian(answer[sizeof(int)..]);
    }

    /// <summary>Streams that have joined, by their numbers.</summary>
    public IReadOnlyDictionary<long, RnnShardStream> Streams => streams;

    /// <summary>Frames that were computed more than once, because a silo ended or an answer was lost.</summary>
    public long ReplayedFrames { get; private set; }

    /// <summary>Calls that failed, and were repeated.</summary>
    public long FailedCalls { get; private set; }

    /// <summary>Asks a shard for the sizes of its network.</summary>
    /// <param name="shard">The shard: <c>cluster.GetGrain&lt;IRnnShard&lt;TModel, TState&gt;&gt;(key)</c>.</param>
    /// <param name="patience">For how long calls are repeated that fail because a silo ends or does not answer; a minute by
    /// default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="InvalidDataException">What was saved for the shard is another network's.</exception>
    public static async Task<RnnShardClient> ConnectAsync(
        IRnnShard shard, TimeSpan? patience = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(shard);
        TimeSpan wait = patience ?? TimeSpan.FromMinutes(1);
        byte[] answer = await CallAsync(shard, [], wait, static () => { }, cancellationToken).ConfigureAwait(false);
        return new(shard, wait, answer);
    }

    /// <summary>Adds a stream, which begins from a state of zeros, whoever has had its number before.</summary>
    /// <param name="stream">The stream's number.</param>
    /// <exception cref="ArgumentException">It has joined already.</exception>
    public RnnShardStream Join(long stream)
    {
        if (streams.ContainsKey(stream))
            throw new ArgumentException($"Stream {stream} has joined already.", nameof(stream));
        return streams[stream] = new(stream, RnnShardStream.NextSequence(0), frameBytes, outputBytes);
    }

    /// <summary>Removes a stream; the next flush tells the shard.</summary>
    /// <param name="stream">The stream's number.</param>
    /// <returns>False if there was none.</returns>
    public bool Leave(long stream)
    {
        if (!streams.Remove(stream, out RnnShardStream? left))
            return false;
        leaving.Add((stream, left.Sequence));
        return true;
    }

    /// <summary>
    /// Sends all frames that were pushed, and waits for their outputs. A call that fails because a silo ends is repeated.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting. The next flush goes on.</param>
    /// <exception cref="InvalidOperationException">The shard has lost a stream's saved state, or another client has begun it anew; reset
    /// the stream or let it leave.</exception>
    /// <exception cref="InvalidDataException">What was saved for the shard is another network's.</exception>
    /// <exception cref="TimeoutException">There was no answer for too long; other exceptions of Orleans say the same.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        foreach (RnnShardStream stream in streams.Values)
            stream.BeginFlush();
        for (int round = 0; Write() is { Length: > 0 } call; round++)
        {
            if (round == MostRounds)
                throw new InvalidOperationException("The streams do not get on: another client pushes to them, too.");
            byte[] answer = await CallAsync(shard, call, patience, () => FailedCalls++, cancellationToken).ConfigureAwait(false);
            Read(answer);
        }
    }

    private static async Task<byte[]> CallAsync(
        IRnnShard shard, byte[] call, TimeSpan patience, Action failed, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        for (int pause = 50; ; pause = Math.Min(2 * pause, 500))
        {
            try
            {
                return await shard.PushAsync(call).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is TimeoutException or OrleansException)
            {
                failed();
                if (Stopwatch.GetElapsedTime(start) > patience)
                    throw;
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The next call; empty if there is nothing to be sent.</summary>
    private byte[] Write()
    {
        sent.Clear();
        long length = (long)leaving.Count * ShardCall.EntryHeader;
        foreach (RnnShardStream stream in streams.Values)
        {
            int frames = (int)Math.Min(stream.Log.End - stream.Next, MostFrames);
            if (frames == 0)
                continue;
            sent.Add((stream, frames));
            length += ShardCall.EntryHeader + ((long)frames * frameBytes);
        }

        byte[] call = new byte[checked((int)length)];
        Span<byte> rest = call;
        foreach ((RnnShardStream stream, int frames) in sent)
        {
            new ShardCall.Head(stream.Id, stream.Sequence, stream.Next, frames).Write(rest);
            stream.Log.CopyTo(stream.Next, frames, rest[ShardCall.EntryHeader..]);
            rest = rest[(ShardCall.EntryHeader + (frames * frameBytes))..];
        }

        foreach ((long stream, long sequence) in leaving)
        {
            // Somebody who left and joined again has a newer sequence, which its first frames begin.
            if (streams.ContainsKey(stream))
                continue;
            new ShardCall.Head(stream, sequence, Position: 0, Count: -1).Write(rest);
            rest = rest[ShardCall.EntryHeader..];
        }

        return rest.IsEmpty ? call : call[..^rest.Length];
    }

    private void Read(ReadOnlySpan<byte> answer)
    {
        leaving.Clear();
        string? problem = null;
        answer = answer[ShardCall.AnswerHeader..];
        foreach ((RnnShardStream stream, int frames) in sent)
        {
            var (position, saved, count, fault) = ShardCall.ReadEntry(answer);
            if (count == frames)
                ReplayedFrames += stream.Take(answer[ShardCall.AnswerEntryHeader..], frames, fault);
            else if (position >= stream.Log.Start && position <= stream.Log.End)
                stream.Next = position;
            else
                problem ??= position < 0
                    ? $"Another client has begun stream {stream.Id} anew. Reset it, or let it leave."
                    : $"The shard's stream {stream.Id} stands at frame {position}, and frames {stream.Log.Start} to {stream.Log.End} are "
                    + "kept: its saved state is lost, or it was idle for too long. Reset it, or let it leave.";
            stream.Log.Drop(saved);
            answer = answer[(ShardCall.AnswerEntryHeader + (count * outputBytes))..];
        }

        if (problem is not null)
            throw new InvalidOperationException(problem);
    }
}
