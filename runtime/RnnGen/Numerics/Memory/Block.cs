using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// 16 elements on the stack. Rows are computed in blocks of 16; the last block of a row whose size is no multiple of 16 is computed in
/// one of these, so that nothing beyond the row is read or written.
/// </summary>
[InlineArray(Size)]
internal struct Block<T> where T : unmanaged
{
    /// <summary>The virtual lanes of all sums across lanes, at every vector width.</summary>
    public const int Size = 16;

    private T first;

    /// <summary>The first element.</summary>
    [UnscopedRef]
    public ref T Start => ref first;

    /// <summary>
    /// The block of <paramref name="row"/> at <paramref name="index"/>, to read: in place if it is whole, otherwise copied to this one
    /// and filled up with <paramref name="padding"/>.
    /// </summary>
    [UnscopedRef]
    public ref T Read<V>(ref T row, nint index, nint size, V padding)
        where V : struct, ILanes<V, T>
    {
        ref T source = ref Unsafe.Add(ref row, index);
        if (index + Size <= size)
            return ref source;
        for (nint lane = 0; lane < Size; lane += V.Count)
            padding.Store(ref first, lane);
        MemoryMarshal.CreateSpan(ref source, (int)(size - index)).CopyTo(MemoryMarshal.CreateSpan(ref first, Size));
        return ref first;
    }

    /// <summary>
    /// The memory to write the block of <paramref name="row"/> to, at <paramref name="index"/>; <see cref="Written"/> brings it there.
    /// </summary>
    [UnscopedRef]
    public ref T Write(ref T row, nint index, nint size) => ref index + Size <= size ? ref Unsafe.Add(ref row, index) : ref first;

    /// <summary>Ends a <see cref="Write"/>.</summary>
    public void Written(ref T row, nint index, nint size)
    {
        if (index + Size > size)
        {
            int count = (int)(size - index);
            MemoryMarshal.CreateSpan(ref first, count).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref row, index), count));
        }
    }
}
