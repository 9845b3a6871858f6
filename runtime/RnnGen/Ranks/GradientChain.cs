using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// Adds the gradients of all shards of all ranks in the order in which one process adds them: ((g₀ + g₁) + g₂) + …
/// </summary>
/// <remarks>
/// The sums travel from rank to rank in chunks: a rank receives a chunk, adds its own shards' gradients, first to last, and sends it on,
/// while the rank before works on the next chunk. The last rank has the sums, which all ranks then get. A sum in the order of a tree or a
/// ring would have other bits for every number of ranks.
/// </remarks>
/// <param name="exchange">The ranks.</param>
/// <param name="working">Those that have shards: the first ones.</param>
internal sealed class GradientChain<T>(IGradientExchange exchange, int working) where T : unmanaged
{
    private const int ChunkBytes = 64 << 10, BroadcastBytes = 1 << 28;

    private readonly AlignedBuffer<T> arrived = new(ChunkBytes / Unsafe.SizeOf<T>());

    /// <summary>Adds this rank's gradients to those of the ranks before, and returns with the sums over all ranks.</summary>
    /// <param name="own">Of this rank's shards, in order; the first is the total's.</param>
    /// <param name="total">Receives the sums; of a rank without shards, whatever it held.</param>
    public void Sum(ReadOnlySpan<AlignedBuffer<T>> own, AlignedBuffer<T> total)
    {
        int rank = exchange.Rank, last = working - 1;
        for (int first = 0; rank <= last && first < total.Length; first += arrived.Length)
        {
            int count = Math.Min(arrived.Length, total.Length - first);
            if (rank > 0)
            {
                exchange.Receive(MemoryMarshal.AsBytes(arrived.Span[..count]), rank - 1);
                Sums.Add(ref arrived.Start, total, first, count);
            }

            foreach (AlignedBuffer<T> gradients in own[1..])
                Sums.Add(ref Unsafe.Add(ref gradients.Start, first), total, first, count);
            if (rank < last)
                exchange.Send(MemoryMarshal.AsBytes(total.Span.Slice(first, count)), rank + 1);
        }

        int most = BroadcastBytes / Unsafe.SizeOf<T>();
        for (int first = 0; first < total.Length; first += most)
            exchange.Broadcast(MemoryMarshal.AsBytes(total.Span.Slice(first, Math.Min(most, total.Length - first))), last);
    }
}
