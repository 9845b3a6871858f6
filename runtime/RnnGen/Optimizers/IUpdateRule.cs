using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// The arithmetic of one update of an <see cref="Optimizer{TRule}"/>: it moves as many parameters at once as a vector holds.
/// </summary>
/// <remarks>
/// Written once, a rule is compiled for all vector widths, in <see cref="float"/> and <see cref="double"/>. The operations of
/// <see cref="ILanes{V, T}"/> round every element correctly, so all widths give the same bits. A rule depends on its fields and arguments
/// alone: the optimiser may apply it twice to the same numbers, first to see that the results are finite. Mark the method with
/// <see cref="System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining"/>: called once a vector, it would be slower.
/// </remarks>
public interface IUpdateRule
{
    /// <summary>Moves parameters and their moments.</summary>
    /// <remarks>
    /// Weights lie in blocks of 16, and padding behind them is updated too. There the gradient is always 0 and the parameter 0: a rule must
    /// leave it at 0.
    /// </remarks>
    /// <typeparam name="V">The vector.</typeparam>
    /// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="parameter">The parameters before the update, replaced by those after it.</param>
    /// <param name="gradient">Their gradients, clipped, with the weight decay that the optimiser adds to them.</param>
    /// <param name="first">The first moment, replaced; 0 and without effect if the optimiser names no moment.</param>
    /// <param name="second">The second moment, replaced; 0 and without effect if the optimiser names no second one.</param>
    void Apply<V, T>(ref V parameter, V gradient, ref V first, ref V second)
        where V : struct, ILanes<V, T>
        where T : unmanaged;
}
