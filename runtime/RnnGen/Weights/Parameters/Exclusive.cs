namespace RnnGen;

/// <summary>Gives an object to one call at a time and refuses a second one. Nothing waits, and nothing is allocated.</summary>
/// <param name="refusal">The message of the exception.</param>
internal sealed class Exclusive(string refusal)
{
    private int isTaken;

    /// <summary>Begins a call, which ends with the scope.</summary>
    /// <exception cref="InvalidOperationException">Another call has not ended.</exception>
    public Scope Enter() => Interlocked.Exchange(ref isTaken, 1) == 0 ? new(this) : throw new InvalidOperationException(refusal);

    /// <summary>A call.</summary>
    public readonly ref struct Scope(Exclusive owner) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref owner.isTaken, 0);
    }
}
