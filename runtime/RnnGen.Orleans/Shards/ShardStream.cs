namespace RnnGen.Orleans.Shards;

/// <summary>A stream of a shard: where it stands, and where its last call began.</summary>
internal sealed class ShardStream<TState>(long id, long sequence) where TState : struct
{
    public long Id => id;

    public long Sequence => sequence;

    /// <summary>Frames that were computed, and the state after them.</summary>
    public long Position;

    public TState State;

    /// <summary>The position at which the last call began. Its caller had all answers until there, so this is what is saved.</summary>
    public long Start;

    public TState StartState;

    /// <summary>Up to where the stream is in the storage, and will be when the save that is under way has ended.</summary>
    public long SavedPosition, SavingPosition;

    /// <summary>When it was in a call.</summary>
    public DateTimeOffset Seen;

    /// <summary>Begins a call, if frames from a position on can be computed.</summary>
    public bool TryBegin(long position)
    {
        if (position == Position)
            (Start, StartState) = (Position, State);
        else if (position == Start)
            GoBack();
        else
            return false;
        return true;
    }

    /// <summary>Goes back to where the last call began.</summary>
    public void GoBack() => (Position, State) = (Start, StartState);
}
