using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using RnnGen.Orleans.Shards;

namespace RnnGen.Orleans;

/// <summary>
/// A grain that has some hundred streams of a network. A call brings frames of many of them, and they take batched steps; a stream whose
/// frame or output is not finite keeps its state, and does not disturb the others.
/// </summary>
/// <remarks>
/// Streams are saved behind the calls: after an interval, after some calls, and when the grain is deactivated. A storage that fails is
/// logged, and does not keep streams from going on. The saved states are those that clients have answers to; from there they replay what
/// they have kept, with the same bits.
/// </remarks>
/// <typeparam name="TModel">The model's class: a service of the silo, as <c>AddRnnModel</c> of RnnGen.Hosting adds it.</typeparam>
/// <typeparam name="TState">The model's <c>State</c>.</typeparam>
public sealed class RnnShard<TModel, TState> : Grain, IRnnShard<TModel, TState>
    where TModel : class
    where TState : struct
{
    private readonly IPersistentState<ShardSnapshot> storage;
    private readonly RnnShardOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ShardStreams streams;
    private Task saving = Task.CompletedTask;
    private int unsavedCalls;
    private bool isSuperseded;

    /// <summary>Orleans creates a grain at the first call to it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="context">The grain's context.</param>
    /// <param name="storages">Gives the grain its storage.</param>
    /// <param name="options">The silo's options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets a warning if streams cannot be saved.</param>
    /// <exception cref="InvalidOperationException"><typeparamref name="TModel"/> is no model that takes steps, or
    /// <typeparamref name="TState"/> is not its state.</exception>
    public RnnShard(
        TModel model, IGrainContext context, IPersistentStateFactory storages, IOptions<RnnShardOptions> options, TimeProvider time,
        ILogger<RnnShard<TModel, TState>> logger)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(storages);
        ArgumentNullException.ThrowIfNull(options);
        (this.options, this.time, this.logger) = (options.Value, time, logger);
        streams = ShardStreams.Create(model, typeof(TState));
        storage = storages.Create<ShardSnapshot>(context, new PersistentStateAttribute("streams", this.options.StorageName!));
    }

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (storage.State.Streams.Length > 0)
        {
            try
            {
                streams.Load(storage.State.Streams, time.GetUtcNow());
            }
            catch (InvalidDataException error)
            {
                throw new InvalidDataException(
                    $"The shard {this.GetPrimaryKeyString()} of {typeof(TModel)} cannot go on with what was saved for it: {error.Message} "
                    + "Shards of a changed network need keys of their own.", error);
            }
        }

        // Shards begin at different times, and so are not all saved at once.
        TimeSpan first = options.SaveInterval * (1 + Random.Shared.NextDouble());
        GrainTimerCreationOptions timer = new(first, options.SaveInterval) { Interleave = true };
        this.RegisterGrainTimer(_ => SaveIfCalled(), timer);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await saving;
        if (unsavedCalls > 0 && !isSuperseded)
            await WriteAsync();
    }

    /// <inheritdoc/>
    public Task<byte[]> PushAsync(byte[] call)
    {
        ArgumentNullException.ThrowIfNull(call);
        byte[] answer = streams.Push(call, time.GetUtcNow());
        if (call.Length > 0 && ++unsavedCalls >= options.SaveCalls)
            SaveIfCalled();
        return Task.FromResult(answer);
    }

    /// <inheritdoc/>
    public async Task SaveAsync()
    {
        await saving;
        saving = WriteAsync();
        await saving;
        if (unsavedCalls > 0)
            throw new InvalidOperationException($"The shard {this.GetPrimaryKeyString()} cannot be saved; the silo's log says why.");
    }

    /// <inheritdoc/>
    public Task<TState?> GetStateAsync(long stream) => Task.FromResult((TState?)streams.StateOf(stream));

    /// <summary>Begins to save, if there is something to be saved and no save is under way. Calls go on meanwhile.</summary>
    private Task SaveIfCalled()
    {
        if (unsavedCalls > 0 && saving.IsCompleted && !isSuperseded)
            saving = WriteAsync();
        return Task.CompletedTask;
    }

    private async Task WriteAsync()
    {
        streams.Forget(time.GetUtcNow() - options.IdleTimeout);
        storage.State = new() { Streams = streams.Save() };
        int calls = unsavedCalls;
        unsavedCalls = 0;
        try
        {
            await storage.WriteStateAsync();
            streams.Saved();
        }
        catch (InconsistentStateException error)
        {
            // Somebody else has written: another activation of this shard, or this one, and did not hear that it had.
            unsavedCalls += calls;
            isSuperseded = true;
            ShardLog.Superseded(logger, this.GetPrimaryKeyString(), error);
            DeactivateOnIdle();
        }
        catch (Exception error)
        {
            // Whatever it is: streams go on, clients keep their frames, and the next save tries again.
            unsavedCalls += calls;
            ShardLog.NotSaved(logger, this.GetPrimaryKeyString(), error);
        }
    }
}
