using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// Losses over rows of scores, with their gradients, and the probabilities that belong to them; the same bits on every machine.
/// </summary>
/// <remarks>
/// Scores and gradients are rows of <c>size</c> elements, <c>stride</c> apart; scores may be overwritten by their gradients. Elements from
/// <c>size</c> on are not read, and their gradients become 0. Nothing is checked here. Losses are sums, not means; each gradient is that of the
/// loss times <c>scale</c>. A NaN among the scores makes the loss NaN. <c>T</c> is <see cref="float"/> or <see cref="double"/>.
/// </remarks>
public static partial class Losses
{
    /// <summary>probabilities = e^scores / Σ e^scores, safe from overflow: NaN only where a score is NaN or +∞, or all are −∞.</summary>
    /// <param name="scores">[size].</param>
    /// <param name="probabilities">[size]; may be the scores.</param>
    /// <param name="size">At least 1.</param>
    public static void Softmax<T>(ref T scores, ref T probabilities, int size) where T : unmanaged =>
        Widest.Run(new SoftmaxKernel(size), ref scores, ref probabilities, ref probabilities, ref probabilities);

    /// <summary>probabilities = σ(scores), with the error of <see cref="Functions.Sigmoid"/>.</summary>
    /// <param name="scores">[size].</param>
    /// <param name="probabilities">[size]; may be the scores.</param>
    /// <param name="size">At least 1.</param>
    public static void Sigmoid<T>(ref T scores, ref T probabilities, int size) where T : unmanaged =>
        Widest.Run(new SigmoidKernel(size), ref scores, ref probabilities, ref probabilities, ref probabilities);

    /// <summary>Σ −ln p(target) for p = softmax(scores), by way of the logarithm of Σ e^scores; the gradient is (p − [target]) · scale.</summary>
    /// <param name="scores">[rows][stride].</param>
    /// <param name="gradient">[rows][stride]; may be the scores.</param>
    /// <param name="targets">[rows], each 0 … size − 1.</param>
    /// <param name="rows">May be 0.</param>
    /// <param name="size">Scores in a row, at least 1.</param>
    /// <param name="stride">From a row to the next, at least size.</param>
    /// <param name="scale">What the gradients are multiplied by.</param>
    public static double SoftmaxCrossEntropy<T>(ref T scores, ref T gradient, ReadOnlySpan<int> targets, int rows, int size, int stride, double scale)
        where T : unmanaged
        => Widest.Run(new SoftmaxCrossEntropyKernel(targets, rows, size, stride, scale), ref scores, ref gradient, ref gradient, ref gradient);

    /// <summary>Σ (y − target)²; the gradient is 2 (y − target) · scale.</summary>
    /// <param name="y">[rows][stride].</param>
    /// <param name="gradient">[rows][stride]; may be y.</param>
    /// <param name="targets">[rows][size].</param>
    /// <param name="rows">May be 0.</param>
    /// <param name="size">Outputs in a row, at least 1.</param>
    /// <param name="stride">From a row to the next, at least size.</param>
    /// <param name="scale">What the gradients are multiplied by.</param>
    public static double SquaredError<T>(ref T y, ref T gradient, ReadOnlySpan<T> targets, int rows, int size, int stride, double scale)
        where T : unmanaged
        => Widest.Run(new ElementwiseKernel<Square>(rows, size, stride, scale), ref y, ref gradient, ref MemoryMarshal.GetReference(targets), ref gradient);

    /// <summary>
    /// Σ −target · ln p − (1 − target) · ln(1 − p) for p = σ(scores) and finite scores, computed as max(s, 0) − s · target + ln(1 + e^−|s|);
    /// the gradient is (p − target) · scale.
    /// </summary>
    /// <param name="scores">[rows][stride].</param>
    /// <param name="gradient">[rows][stride]; may be the scores.</param>
    /// <param name="targets">[rows][size], each 0 … 1.</param>
    /// <param name="rows">May be 0.</param>
    /// <param name="size">Scores in a row, at least 1.</param>
    /// <param name="stride">From a row to the next, at least size.</param>
    /// <param name="scale">What the gradients are multiplied by.</param>
    public static double SigmoidCrossEntropy<T>(ref T scores, ref T gradient, ReadOnlySpan<T> targets, int rows, int size, int stride, double scale)
        where T : unmanaged
        => Widest.Run(new ElementwiseKernel<LogisticEntropy>(rows, size, stride, scale), ref scores, ref gradient, ref MemoryMarshal.GetReference(targets), ref gradient);

    // The gradients of the lanes beyond the last score: matrix products read them.
    private static void ClearPadding<T>(ref T gradient, nint size, nint stride) where T : unmanaged =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref gradient, size), (int)(stride - size)).Clear();
}
