using Orleans;
using Orleans.Concurrency;

namespace RnnGen.Orleans;

/// <summary>A grain that has some hundred streams of a network, and steps them together. <see cref="RnnShardClient"/> calls it.</summary>
/// <remarks>
/// <para>The calls carry bytes, because Orleans writes arrays of numbers one by one. Their numbers are little-endian, frames and outputs as
/// they lie in memory.</para>
/// <para>A call has an entry for each stream that it is about: the stream (64 bits), its sequence (64), the position of the first frame
/// (64), the number of frames (32; −1 if the stream leaves), then the frames. An empty call asks for the answer's first 8 bytes
/// only.</para>
/// <para>An answer begins with the bytes of a frame and of an output (32 bits each). For each entry it has: where the stream now stands
/// (64; −1 if a newer sequence has begun), up to where it is saved (64), the number of outputs (32), the first <see cref="StreamFault"/>
/// (32), then the outputs.</para>
/// <para>Positions count frames from the beginning of a sequence. Frames are computed if the first one's position is where the stream
/// stands, or where its last call began: then it goes back there and computes once more. Otherwise none are; the answer says where it
/// stands, and the caller goes back or on to there. A higher sequence begins the stream anew, a lower one is refused.</para>
/// </remarks>
public interface IRnnShard : IGrainWithStringKey
{
    /// <summary>Takes frames of some streams and computes their outputs, with a batched step for the first frames of all, then for the
    /// second, and so on.</summary>
    /// <param name="call">The frames of streams; the remarks of <see cref="IRnnShard"/> say how.</param>
    /// <returns>The outputs, and where the streams stand.</returns>
    /// <exception cref="ArgumentException">The bytes are no such call. Nothing has changed.</exception>
    /// <exception cref="InvalidDataException">What was saved for this shard is another network's, or no states.</exception>
    Task<byte[]> PushAsync([Immutable] byte[] call);

    /// <summary>Saves all streams as they stood where their last call began, and returns when they are in the storage.</summary>
    Task SaveAsync();
}

/// <summary>An <see cref="IRnnShard"/> of a model.</summary>
/// <typeparam name="TModel">The model's class.</typeparam>
/// <typeparam name="TState">The model's <c>State</c>.</typeparam>
public interface IRnnShard<TModel, TState> : IRnnShard
    where TModel : class
    where TState : struct
{
    /// <summary>The state of a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <returns>A copy, or null if the shard has no such stream.</returns>
    Task<TState?> GetStateAsync(long stream);
}
