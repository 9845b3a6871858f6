using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RnnGen.Generated;

namespace RnnGen;

/// <content>The states of a batch's rows: how they come onto a tape and leave it.</content>
public abstract partial class Tape<T, TInput, TTarget, TState>
{
    private readonly IReadOnlyList<TapeLayer<T>> layers = [];
    private readonly IReadOnlyList<TapeState<T>> carried = [];

    /// <summary>The recurrent layers, one for each direction. A generated tape sets them when it is made.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected IReadOnlyList<TapeLayer<T>> Layers
    {
        get => layers;
        init => layers = Guard.NotNull(value, nameof(Layers));
    }

    /// <summary>The values that a step finds of the step before, beside the layers' states.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected IReadOnlyList<TapeState<T>> Carried
    {
        get => carried;
        init => carried = Guard.NotNull(value, nameof(Carried));
    }

    /// <summary>Adds the gradients of final states to what a layer's last step has got from above.</summary>
    /// <param name="states">[row], or empty for zeros.</param>
    /// <param name="rows">[row][length].</param>
    /// <param name="offset">The offset of the numbers in a state.</param>
    /// <param name="length">The number of them, padding included.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddState(ReadOnlySpan<TState> states, Span<T> rows, int offset, int length)
    {
        for (int row = 0; row < states.Length; row++)
        {
            if (!IsEmpty(row))
                Add(StateNumbers.Read<T, TState>(in states[row]).Slice(offset, length), rows.Slice(row * length, length));
        }
    }

    /// <summary>Adds the gradients of final states to those of the values that each row's last step has left.</summary>
    /// <param name="states">[row], or empty for zeros.</param>
    /// <param name="vectors">[past + steps][row][stride].</param>
    /// <param name="offset">The offset of the numbers in a state.</param>
    /// <param name="width">The number of them, at a step.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="past">The number of steps that a state has.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AddCarried(ReadOnlySpan<TState> states, ref T vectors, int offset, int width, int stride, int past = 1)
    {
        for (int row = 0; row < states.Length; row++)
        {
            for (int step = 0; step < past && !IsEmpty(row); step++)
            {
                ref T last = ref Unsafe.Add(ref vectors, (((nint)(LengthOf(row) + step) * Rows) + row) * stride);
                Add(
                    StateNumbers.Read<T, TState>(in states[row]).Slice(offset + (step * stride), width),
                    MemoryMarshal.CreateSpan(ref last, width));
            }
        }
    }

    /// <summary>The state of each row after its last step: of reverse layers, after step 0.</summary>
    /// <param name="states">One per row.</param>
    /// <exception cref="ArgumentException">There are not as many as rows.</exception>
    public void GetFinalStates(Span<TState> states)
    {
        Guard.Length(states.Length, Rows, nameof(states), "states");
        for (int row = 0; row < states.Length; row++)
        {
            states[row] = default;
            if (IsEmpty(row))
                continue;
            Span<T> numbers = StateNumbers.Of<T, TState>(ref states[row]);
            for (int i = 0; i < Layers.Count; i++)
            {
                for (int j = 0; j < Layers[i].States.Count && !Layers[i].IsEncoder; j++)
                    Copy(
                        Layers[i].States[j], Layers[i].States[j].Values.Span, ((Layers[i].IsReverse ? 0 : UsedSteps) * Rows) + row,
                        numbers);
            }

            for (int i = 0; i < Carried.Count; i++)
            {
                for (int step = 0; step < Carried[i].Steps; step++)
                    Copy(Carried[i], Carried[i].Values.Span, ((LengthOf(row) + step) * Rows) + row, numbers, step);
            }
        }
    }

    /// <summary>
    /// ∂L/∂state for the states that <see cref="Forward"/> was given, after <see cref="Backward()"/>: 0 where a sequence has no step, and
    /// where a layer takes its first state from another.
    /// </summary>
    /// <param name="gradients">One per row.</param>
    /// <exception cref="ArgumentException">There are not as many as rows.</exception>
    public void GetInitialStateGradients(Span<TState> gradients)
    {
        Guard.Length(gradients.Length, Rows, nameof(gradients), "states");
        for (int row = 0; row < gradients.Length; row++)
        {
            gradients[row] = default;
            if (IsEmpty(row))
                continue;
            Span<T> numbers = StateNumbers.Of<T, TState>(ref gradients[row]);
            for (int i = 0; i < Layers.Count; i++)
            {
                TapeLayer<T> layer = Layers[i];
                for (int j = 0; j < layer.States.Count && !layer.IsEncoder; j++)
                {
                    if (!layer.States[j].IsGiven)
                        Copy(layer.States[j], layer.States[j].Gradients.Span, (GradientOf(layer, j, isFinal: false) * Rows) + row, numbers);
                }
            }

            for (int i = 0; i < Carried.Count; i++)
            {
                for (int step = 0; step < Carried[i].Steps; step++)
                    Copy(Carried[i], Carried[i].Gradients.Span, (step * Rows) + row, numbers, step);
            }
        }
    }

    /// <summary>Puts the states that a pass forward begins in where its first steps find them.</summary>
    private void LoadInitialStates(ReadOnlySpan<TState> states)
    {
        for (int i = 0; i < Layers.Count; i++)
        {
            TapeLayer<T> layer = Layers[i];
            for (int j = 0; j < layer.States.Count; j++)
            {
                TapeState<T> state = layer.States[j];
                if (!state.IsGiven)
                    Load(layer.IsEncoder ? default : states, state, state.Values.Span, layer.IsReverse ? StepsOf(layer) : 0);
            }
        }

        for (int i = 0; i < Carried.Count; i++)
        {
            for (int step = 0; step < Carried[i].Steps; step++)
                Load(states, Carried[i], Carried[i].Values.Span, step, step);
        }
    }

    /// <summary>
    /// Sets the gradients of states before a pass back. A layer's outputs get theirs from above, so only the initial ones are cleared;
    /// inner states begin with those of the final state.
    /// </summary>
    private void LoadFinalGradients(ReadOnlySpan<TState> states)
    {
        for (int i = 0; i < Layers.Count; i++)
        {
            TapeLayer<T> layer = Layers[i];
            Load(default, layer.States[0], layer.States[0].Gradients.Span, GradientOf(layer, 0, isFinal: false));
            for (int j = 1; j < layer.States.Count; j++)
                Load(
                    layer.IsEncoder ? default : states, layer.States[j], layer.States[j].Gradients.Span,
                    GradientOf(layer, j, isFinal: true));
        }

        for (int i = 0; i < Carried.Count; i++)
        {
            for (int step = 0; step < Carried[i].Steps; step++)
                Load(default, Carried[i], Carried[i].Gradients.Span, step);
        }
    }

    /// <summary>The gradients of a state at one end of the sequence: those of inner states take turns.</summary>
    private int GradientOf(TapeLayer<T> layer, int state, bool isFinal)
    {
        int step = layer.IsReverse == isFinal ? 0 : StepsOf(layer);
        return state == 0 ? step : step & 1;
    }

    /// <summary>Puts the numbers that each row's state has for it, or zeros, where a step finds it.</summary>
    /// <param name="states">[row], or empty for zeros.</param>
    /// <param name="place">Where they are in a state.</param>
    /// <param name="vectors">[step][row][stride].</param>
    /// <param name="step">The step that finds them.</param>
    /// <param name="past">Of a state of several steps, which.</param>
    private void Load(ReadOnlySpan<TState> states, TapeState<T> place, Span<T> vectors, int step, int past = 0)
    {
        int stride = place.Stride;
        Span<T> rows = vectors.Slice(step * Rows * stride, Rows * stride);
        if (states.IsEmpty)
            rows.Clear();
        for (int row = 0; row < states.Length; row++)
        {
            Span<T> values = rows.Slice(row * stride, stride);
            if (IsEmpty(row))
                values.Clear();
            else
                StateNumbers.Read<T, TState>(in states[row]).Slice(place.Offset + (past * stride), stride).CopyTo(values);
        }
    }

    private static void Copy(TapeState<T> place, Span<T> vectors, int vector, Span<T> numbers, int past = 0) =>
        vectors.Slice(vector * place.Stride, place.Width).CopyTo(numbers[(place.Offset + (past * place.Stride))..]);

    private static void Add(ReadOnlySpan<T> addend, Span<T> sum)
    {
        for (int i = 0; i < addend.Length; i++)
            sum[i] = Element.Add(sum[i], addend[i]);
    }
}
