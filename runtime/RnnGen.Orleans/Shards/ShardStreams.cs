using RnnGen.Orleans.Serialization;

namespace RnnGen.Orleans.Shards;

/// <summary>The streams of a shard, whatever their numbers are.</summary>
internal abstract class ShardStreams
{
    /// <summary>Streams that there are.</summary>
    public abstract int Count { get; }

    /// <summary>The streams of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="state">The type that its caller takes for its <c>State</c>.</param>
    /// <exception cref="InvalidOperationException">It is no model with steps, or the state is another one's.</exception>
    public static ShardStreams Create(object model, Type state)
    {
        Type type = model.GetType();
        Type[] arguments = StateCodecs.InferenceOf(type)?.GetGenericArguments()
            ?? throw new InvalidOperationException($"{type} is no model: it has no IRnnInference<T, TInput, TState>.");
        if (arguments[2] != state)
            throw new InvalidOperationException($"The state of {type} is {arguments[2]}, not {state}.");
        return (ShardStreams)Activator.CreateInstance(typeof(ShardStreams<,,>).MakeGenericType(arguments), model)!;
    }

    /// <summary>Answers a call.</summary>
    /// <param name="call">See <see cref="IRnnShard"/>.</param>
    /// <param name="now">The time of the call.</param>
    public abstract byte[] Push(ReadOnlySpan<byte> call, DateTimeOffset now);

    /// <summary>A stream's state, boxed; null if there is none.</summary>
    public abstract object? StateOf(long stream);

    /// <summary>All streams as they stood where their last call began: what a client has answers to.</summary>
    public abstract byte[] Save();

    /// <summary>Notes that the bytes of the last <see cref="Save"/> are in the storage.</summary>
    public abstract void Saved();

    /// <summary>Takes up streams that were saved.</summary>
    /// <param name="saved">What <see cref="Save"/> wrote.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="InvalidDataException">They are another network's, or no streams.</exception>
    public abstract void Load(ReadOnlySpan<byte> saved, DateTimeOffset now);

    /// <summary>Forgets streams that were in no call since a time.</summary>
    /// <returns>How many.</returns>
    public abstract int Forget(DateTimeOffset since);
}
