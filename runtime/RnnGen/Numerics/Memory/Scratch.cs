using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>
/// Each thread's working memory for inference: it grows to the largest model used, and is then reused. A thread keeps at most
/// <see cref="MostKept"/>: what is larger, long sequences of models that need them whole, is reused too, but the garbage collector may take
/// it back between two calls.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Scratch<T> where T : unmanaged
{
    /// <summary>The bytes that a thread keeps: 16 MiB.</summary>
    public const int MostKept = 16 << 20;

    [ThreadStatic]
    private static AlignedBuffer<T>? buffer;

    [ThreadStatic]
    private static WeakReference<AlignedBuffer<T>>? large;

    [ThreadStatic]
    private static ulong turns;

    /// <summary>
    /// 0 and 1 in turn, for each matrix of a step. Products with matrices larger than a cache begin at one end or the other by it, with
    /// what the step before has left there; their results do not depend on it.
    /// </summary>
    /// <param name="matrix">The matrix. Its address only picks one of 64 bits: matrices that share one, or that move, take turns less
    /// often.</param>
    public static unsafe nint NextTurn(ref T matrix)
    {
        // The upper bits of a product with 2^64 / the golden ratio differ for neighbouring addresses.
        ulong bit = 1ul << (int)(((ulong)Unsafe.AsPointer(ref matrix) * 0x9E3779B97F4A7C15) >> 58);
        turns ^= bit;
        return (turns & bit) == 0 ? 1 : 0;
    }

    /// <summary>At least <paramref name="length"/> elements of any content, until the next call on this thread.</summary>
    public static ref T Rent(int length)
    {
        AlignedBuffer<T>? own = buffer;
        return ref own is not null && own.Length >= length ? ref own.Start : ref Grow(length).Start;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static AlignedBuffer<T> Grow(int length)
    {
        if ((long)length * Unsafe.SizeOf<T>() <= MostKept)
            return buffer = new(length);
        if (large is not null && large.TryGetTarget(out AlignedBuffer<T>? lent) && lent.Length >= length)
            return lent;
        // The reference that Rent returns keeps it alive while it is used.
        AlignedBuffer<T> made = new(length);
        if (large is null)
            large = new(made);
        else
            large.SetTarget(made);
        return made;
    }
}
