using System.ComponentModel;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>A part of a model's state over the steps of a tape: a layer's, or a value that the next step finds.</summary>
/// <param name="Values">[<paramref name="Steps"/> + steps][row][<paramref name="Stride"/>], the initial ones first, or last where the layer
/// runs in reverse.</param>
/// <param name="Gradients">Of the same shape; of a layer's second and further states [2, in turn][row][<paramref name="Stride"/>].</param>
/// <param name="Offset">The offset of its numbers in a state.</param>
/// <param name="Width">Its numbers.</param>
/// <param name="Stride">From one vector to the next.</param>
/// <param name="IsGiven">True if another operation of the model sets the initial values, instead of the state that a pass is given.</param>
/// <param name="Steps">The number of steps before the first whose vectors a state has, the oldest first: those lie in front.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record TapeState<T>(
    AlignedBuffer<T> Values, AlignedBuffer<T> Gradients, int Offset, int Width, int Stride, bool IsGiven = false, int Steps = 1)
    where T : unmanaged
{
    /// <summary>The values at each end of a step.</summary>
    public AlignedBuffer<T> Values { get; } = Guard.NotNull(Values);

    /// <summary>Their gradients.</summary>
    public AlignedBuffer<T> Gradients { get; } = Guard.NotNull(Gradients);
}
