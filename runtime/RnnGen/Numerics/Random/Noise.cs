using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// The random numbers that a mask is made of. The number of a unit depends on the place, its row and its position in the row alone: how
/// rows are distributed over batches, parts and threads, and how wide vectors are, changes nothing.
/// </summary>
/// <param name="Seed">Of this update.</param>
/// <param name="Stream">Tells layers and uses apart.</param>
/// <param name="Step">Tells the steps apart; for a mask that all steps share, always the same.</param>
/// <param name="FirstRow">The number of row 0 among all rows of the batch.</param>
internal readonly record struct NoisePlace(ulong Seed, ulong Stream, long Step, long FirstRow);

/// <summary>The masks of dropout and zoneout.</summary>
/// <remarks>
/// Masks are rows of <c>width</c> units, <c>stride</c> apart; from <c>width</c> on they are 0. Nothing is checked here, and nothing
/// allocated. <c>T</c> is <see cref="float"/> or <see cref="double"/>.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Noise
{
    /// <summary>
    /// Inverted dropout (Srivastava et al. 2014): 0 with a probability, otherwise 1 / (1 − probability), so that the mean is 1.
    /// </summary>
    /// <param name="mask">[rows][stride].</param>
    /// <param name="place">The place that decides.</param>
    /// <param name="rows">May be 0.</param>
    /// <param name="width">Units in a row.</param>
    /// <param name="stride">From a row to the next, at least width.</param>
    /// <param name="probability">0 to 1, 1 excluded; rounded to a multiple of 2⁻³².</param>
    internal static void Keep<T>(ref T mask, NoisePlace place, int rows, int width, int stride, double probability) where T : unmanaged =>
        Choose(ref mask, place, rows, width, stride, probability, Element.FromDouble<T>(0), Element.FromDouble<T>(1 / (1 - probability)));

    /// <summary>Zoneout (Krueger et al. 2017): 1, a unit that holds its state, with a probability, otherwise 0.</summary>
    /// <inheritdoc cref="Keep"/>
    internal static void Hold<T>(ref T mask, NoisePlace place, int rows, int width, int stride, double probability) where T : unmanaged =>
        Choose(ref mask, place, rows, width, stride, probability, Element.FromDouble<T>(1), Element.FromDouble<T>(0));

    /// <summary>Fills a mask with one number: its mean, for inference.</summary>
    /// <param name="mask">[count].</param>
    /// <param name="count">Elements.</param>
    /// <param name="value">The number.</param>
    public static void Fill<T>(ref T mask, int count, double value) where T : unmanaged =>
        MemoryMarshal.CreateSpan(ref mask, count).Fill(Element.FromDouble<T>(value));

    /// <summary>y = mask ⊙ x, or y += mask ⊙ x: forward, and with gradients for x and y, backward.</summary>
    /// <param name="mask">[count].</param>
    /// <param name="x">[count].</param>
    /// <param name="y">[count]; may be x.</param>
    /// <param name="count">A multiple of 16.</param>
    /// <param name="accumulate">True if to add to y.</param>
    public static void Apply<V, T>(ref T mask, ref T x, ref T y, nint count, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => Merging.Multiply<V, T>(ref mask, ref x, ref y, count, accumulate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Choose<T>(
        ref T mask, NoisePlace place, int rows, int width, int stride, double probability, T hit, T miss) where T : unmanaged
    {
        // A load from a pair instead of a branch, which would be predicted wrongly as often as not.
        Block<T> pair = default;
        ref T choices = ref pair.Start;
        choices = miss;
        Unsafe.Add(ref choices, 1) = hit;
        long threshold = (long)Math.Round(probability * (1L << 32));
        ulong step = new CounterRandom(new CounterRandom(place.Seed).Bits(place.Stream)).Bits((ulong)place.Step);
        for (int row = 0; row < rows; row++)
        {
            CounterRandom random = new(new CounterRandom(step).Bits((ulong)(place.FirstRow + row)));
            ref T target = ref Unsafe.Add(ref mask, (nint)row * stride);
            nint unit = 0;
            for (; unit + 1 < width; unit += 2)
            {
                ulong bits = random.Bits((ulong)unit >> 1);
                Unsafe.Add(ref target, unit) = Unsafe.Add(ref choices, IsHit((uint)bits, threshold));
                Unsafe.Add(ref target, unit + 1) = Unsafe.Add(ref choices, IsHit((uint)(bits >> 32), threshold));
            }

            if (unit < width)
                Unsafe.Add(ref target, unit) = Unsafe.Add(ref choices, IsHit((uint)random.Bits((ulong)unit >> 1), threshold));
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref target, width), stride - width).Clear();
        }
    }

    // 1 if bits < threshold, else 0: the sign of their difference.
    private static nint IsHit(uint bits, long threshold) => (nint)((ulong)(bits - threshold) >> 63);
}
