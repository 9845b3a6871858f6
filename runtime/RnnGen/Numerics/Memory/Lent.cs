namespace RnnGen.Numerics;

/// <summary>
/// Memory for a call that must not allocate: of any content, the thread's own, and given back when disposed. Calls within calls get memory
/// of their own.
/// </summary>
internal readonly ref struct Lent<T> : IDisposable
    where T : unmanaged
{
    [ThreadStatic]
    private static List<T[]>? arrays;

    [ThreadStatic]
    private static int lent;

    public Lent(int length)
    {
        arrays ??= [];
        if (arrays.Count == lent)
            arrays.Add(new T[length]);
        else if (arrays[lent].Length < length)
            arrays[lent] = new T[length];
        Span = arrays[lent++].AsSpan(0, length);
    }

    public Span<T> Span { get; }

    public void Dispose() => lent--;
}
