using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// Losses over rows of scores, with their gradients, and the probabilities that belong to them; the same bits on every machine.
/// </summary>
/// <remarks>
/// Scores and gradients are rows of <c>size</c> elements, <c>stride</c> apart; scores may be overwritten by their gradients. Elements
/// behind them, up to the next row, are not read, and their gradients become 0. Nothing is checked here. Losses are sums, not means; each
/// gradient is that of the loss times <c>scale</c>. A NaN among the scores makes the loss NaN. An item of weight 0 adds nothing and has the
/// gradients 0, whatever its scores and targets are: they are not looked at. <c>T</c> is <see cref="float"/> or <see cref="double"/>.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
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

    /// <summary>
    /// Σ weight · −ln p(target) for p = softmax(scores), by way of the logarithm of Σ e^scores; the gradient is (p − [target]) · weight ·
    /// scale.
    /// </summary>
    /// <param name="scores">[count][stride].</param>
    /// <param name="gradient">[count][stride]; may be the scores.</param>
    /// <param name="targets">[count][targetStride], the first of each 0 … size − 1.</param>
    /// <param name="targetStride">From an item's target to the next's, at least 1.</param>
    /// <param name="weights">[count]; none for weights of 1.</param>
    /// <param name="count">Items, each a row of scores; may be 0.</param>
    /// <param name="size">Scores in a row, at least 1.</param>
    /// <param name="stride">From a row to the next, at least size.</param>
    /// <param name="scale">The factor on the gradients.</param>
    /// <param name="offset">Their offset in a row: those of earlier losses come first.</param>
    /// <param name="smoothing">The share of the target that goes to all classes evenly, 0 to below 1.</param>
    public static double SoftmaxCrossEntropy<T>(
        ref T scores, ref T gradient, ReadOnlySpan<int> targets, int targetStride, ReadOnlySpan<T> weights, int count, int size,
        int stride, double scale, int offset = 0, double smoothing = 0)
        where T : unmanaged
    {
        SoftmaxCrossEntropyKernel kernel = new(targets, targetStride, !weights.IsEmpty, count, size, stride, scale, offset, smoothing);
        return Widest.Run(kernel, ref scores, ref gradient, ref gradient, ref MemoryMarshal.GetReference(weights));
    }

    /// <summary>The cross-entropy with classes that are given as real numbers, beside the targets of other losses.</summary>
    /// <param name="scores">[count][stride].</param>
    /// <param name="gradient">[count][stride]; may be the scores.</param>
    /// <param name="targets">[count][targetStride], the first of each a whole number 0 … size − 1.</param>
    /// <param name="targetStride">From an item's target to the next's, at least 1.</param>
    /// <param name="weights">[count]; none for weights of 1.</param>
    /// <param name="count">Items, each a row of scores; may be 0.</param>
    /// <param name="size">Scores in a row, at least 1.</param>
    /// <param name="stride">From a row to the next, at least size.</param>
    /// <param name="scale">The factor on the gradients.</param>
    /// <param name="offset">Their offset in a row: those of earlier losses come first.</param>
    /// <param name="smoothing">The share of the target that goes to all classes evenly, 0 to below 1.</param>
    public static double SoftmaxCrossEntropy<T>(
        ref T scores, ref T gradient, ReadOnlySpan<T> targets, int targetStride, ReadOnlySpan<T> weights, int count, int size,
        int stride, double scale, int offset = 0, double smoothing = 0)
        where T : unmanaged
    {
        SoftmaxCrossEntropyKernel kernel = new([], targetStride, !weights.IsEmpty, count, size, stride, scale, offset, smoothing);
        return Widest.Run(
            kernel, ref scores, ref gradient, ref MemoryMarshal.GetReference(targets), ref MemoryMarshal.GetReference(weights));
    }

    /// <summary>
    /// Σ weight · Σ target · −ln p over the classes, where targets are shares of all classes; the gradient is
    /// (p · Σ target − target) · weight · scale.
    /// </summary>
    /// <param name="scores">[count][stride].</param>
    /// <param name="gradient">[count][stride]; may be the scores.</param>
    /// <param name="targets">[count][targetStride], the first size of each, 0 … 1.</param>
    /// <param name="targetStride">From an item's targets to the next's, at least size.</param>
    /// <param name="weights">[count]; none for weights of 1.</param>
    /// <param name="count">Items, each a row of scores; may be 0.</param>
    /// <param name="size">Scores in a row, at least 1.</param>
    /// <param name="stride">From a row to the next, at least size.</param>
    /// <param name="scale">The factor on the gradients.</param>
    /// <param name="offset">Their offset in a row: those of earlier losses come first.</param>
    public static double SoftCrossEntropy<T>(
        ref T scores, ref T gradient, ReadOnlySpan<T> targets, int targetStride, ReadOnlySpan<T> weights, int count, int size,
        int stride, double scale, int offset = 0)
        where T : unmanaged
    {
        SoftCrossEntropyKernel kernel = new(targetStride, !weights.IsEmpty, count, size, stride, scale, offset);
        return Widest.Run(
            kernel, ref scores, ref gradient, ref MemoryMarshal.GetReference(targets), ref MemoryMarshal.GetReference(weights));
    }

    /// <summary>Σ weight · (y − target)²; the gradient is 2 (y − target) · weight · scale.</summary>
    /// <param name="y">[count][stride].</param>
    /// <param name="gradient">[count][stride]; may be y.</param>
    /// <param name="targets">[count][targetStride], the first size of each.</param>
    /// <param name="targetStride">From an item's targets to the next's, at least size.</param>
    /// <param name="weights">[count]; none for weights of 1.</param>
    /// <param name="count">Items, each a row of outputs; may be 0.</param>
    /// <param name="size">Outputs in a row, at least 1.</param>
    /// <param name="stride">From a row to the next, at least size.</param>
    /// <param name="scale">The factor on the gradients.</param>
    /// <param name="offset">Their offset in a row: those of earlier losses come first.</param>
    public static double SquaredError<T>(
        ref T y, ref T gradient, ReadOnlySpan<T> targets, int targetStride, ReadOnlySpan<T> weights, int count, int size,
        int stride, double scale, int offset = 0)
        where T : unmanaged
    {
        ElementwiseKernel<Square> kernel = new(targetStride, !weights.IsEmpty, count, size, stride, scale, offset);
        return Widest.Run(kernel, ref y, ref gradient, ref MemoryMarshal.GetReference(targets), ref MemoryMarshal.GetReference(weights));
    }

    /// <summary>Σ weight · |y − target|; the gradient is sign(y − target) · weight · scale, 0 where y is the target.</summary>
    /// <inheritdoc cref="SquaredError"/>
    public static double AbsoluteError<T>(
        ref T y, ref T gradient, ReadOnlySpan<T> targets, int targetStride, ReadOnlySpan<T> weights, int count, int size,
        int stride, double scale, int offset = 0)
        where T : unmanaged
    {
        ElementwiseKernel<Absolute> kernel = new(targetStride, !weights.IsEmpty, count, size, stride, scale, offset);
        return Widest.Run(kernel, ref y, ref gradient, ref MemoryMarshal.GetReference(targets), ref MemoryMarshal.GetReference(weights));
    }

    /// <summary>
    /// Σ weight · (−target · ln p − (1 − target) · ln(1 − p)) for p = σ(scores) and finite scores, computed as
    /// max(s, 0) − s · target + ln(1 + e^−|s|); the gradient is (p − target) · weight · scale.
    /// </summary>
    /// <param name="scores">[count][stride].</param>
    /// <param name="gradient">[count][stride]; may be the scores.</param>
    /// <param name="targets">[count][targetStride], the first size of each, 0 … 1.</param>
    /// <param name="targetStride">From an item's targets to the next's, at least size.</param>
    /// <param name="weights">[count]; none for weights of 1.</param>
    /// <param name="count">Items, each a row of scores; may be 0.</param>
    /// <param name="size">Scores in a row, at least 1.</param>
    /// <param name="stride">From a row to the next, at least size.</param>
    /// <param name="scale">The factor on the gradients.</param>
    /// <param name="offset">Their offset in a row: those of earlier losses come first.</param>
    public static double SigmoidCrossEntropy<T>(
        ref T scores, ref T gradient, ReadOnlySpan<T> targets, int targetStride, ReadOnlySpan<T> weights, int count, int size,
        int stride, double scale, int offset = 0)
        where T : unmanaged
    {
        ElementwiseKernel<LogisticEntropy> kernel = new(targetStride, !weights.IsEmpty, count, size, stride, scale, offset);
        return Widest.Run(
            kernel, ref scores, ref gradient, ref MemoryMarshal.GetReference(targets), ref MemoryMarshal.GetReference(weights));
    }

    /// <summary>
    /// Σ weight · loss, and its gradients, by equations. The outputs of a row that share a target are size / <c>TLoss.Outputs</c> apart.
    /// </summary>
    /// <inheritdoc cref="SquaredError"/>
    public static double Equations<TLoss, T>(
        ref T y, ref T gradient, ReadOnlySpan<T> targets, int targetStride, ReadOnlySpan<T> weights, int count, int size,
        int stride, double scale, int offset = 0)
        where TLoss : struct, IEquationLoss
        where T : unmanaged
    {
        EquationKernel<TLoss> kernel = new(targetStride, !weights.IsEmpty, count, size / TLoss.Outputs, stride, scale, offset);
        return Widest.Run(kernel, ref y, ref gradient, ref MemoryMarshal.GetReference(targets), ref MemoryMarshal.GetReference(weights));
    }

    private static double Weight<T>(bool weighted, ref T weights, int item) where T : unmanaged =>
        weighted ? Element.ToDouble(Unsafe.Add(ref weights, item)) : 1;

    // The gradients of the lanes beyond the last score: matrix products read them.
    private static void ClearPadding<T>(ref T gradient, nint size, nint room) where T : unmanaged =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref gradient, size), (int)(room - size)).Clear();
}
