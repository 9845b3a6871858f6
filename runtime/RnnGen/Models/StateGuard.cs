using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace RnnGen.Generated;

/// <summary>Checks of states, for generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StateGuard
{
    /// <summary>A state that is to be read holds finite numbers only.</summary>
    /// <param name="state">The state.</param>
    /// <param name="stateSize">Its numbers.</param>
    /// <param name="name">The argument.</param>
    /// <param name="row">Its index if there are several; negative if there is one.</param>
    /// <exception cref="ArgumentException">It does not.</exception>
    public static void Finite<T, TState>(ref TState state, int stateSize, string name, int row = -1)
        where T : unmanaged
        where TState : struct, IRnnState<T>
    {
        if (!state.IsFinite)
            ThrowState<T, TState>(state, stateSize, name, row);
    }

    /// <summary>States that are to be read hold finite numbers only.</summary>
    /// <param name="states">The states.</param>
    /// <param name="stateSize">The numbers of each.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">One does not.</exception>
    public static void Finite<T, TState>(ReadOnlySpan<TState> states, int stateSize, string name)
        where T : unmanaged
        where TState : struct, IRnnState<T>
    {
        for (int row = 0; row < states.Length; row++)
            Finite<T, TState>(ref Unsafe.AsRef(in states[row]), stateSize, name, row);
    }

    [DoesNotReturn]
    private static void ThrowState<T, TState>(TState state, int stateSize, string name, int row)
        where T : unmanaged
        where TState : struct, IRnnState<T>
    {
        T[] values = new T[stateSize];
        state.CopyTo(values);
        int bad = Array.FindIndex(values, value => !Element.IsFinite(value));
        throw new ArgumentException(
            $"Number {bad} of {(row < 0 ? "the state" : $"state {row}")} is {values[bad]}; all must be finite.", name);
    }
}
