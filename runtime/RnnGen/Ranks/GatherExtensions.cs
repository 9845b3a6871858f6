using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen;

internal static class GatherExtensions
{
    /// <summary><see cref="IGradientExchange.Gather"/> of elements.</summary>
    /// <param name="exchange">The ranks.</param>
    /// <param name="all">Those of all ranks.</param>
    /// <param name="starts">The index of each rank's first group of elements, and the number of all groups.</param>
    /// <param name="width">Elements of a group.</param>
    public static void Gather<TElement>(this IGradientExchange exchange, Span<TElement> all, ReadOnlySpan<int> starts, int width = 1)
        where TElement : struct
    {
        Span<int> bytes = starts.Length <= 1024 ? stackalloc int[starts.Length] : new int[starts.Length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = checked(starts[i] * width * Unsafe.SizeOf<TElement>());
        exchange.Gather(MemoryMarshal.AsBytes(all), bytes);
    }
}
