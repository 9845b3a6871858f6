using System.Runtime.InteropServices;

namespace RnnGen;

/// <summary>The weights of a batch as numbers of a model.</summary>
internal sealed class BatchWeights<T> where T : unmanaged
{
    private T[] converted = [];

    /// <summary>Converts them.</summary>
    /// <returns>As many, until the next call.</returns>
    public ReadOnlySpan<T> Of(ReadOnlySpan<float> weights)
    {
        if (typeof(T) == typeof(float))
            return MemoryMarshal.Cast<float, T>(weights);
        if (converted.Length < weights.Length)
            converted = new T[weights.Length];
        for (int i = 0; i < weights.Length; i++)
            converted[i] = Element.FromDouble<T>(weights[i]);
        return converted.AsSpan(0, weights.Length);
    }
}

/// <summary>What a trainer needs to evaluate, in memory that is used again.</summary>
internal sealed class EvaluationMemory<T, TState>
    where T : unmanaged
    where TState : struct, IRnnState<T>
{
    private T[] outputs = [];
    private TState[] states = [];

    /// <summary>Room for outputs, of any content.</summary>
    public Span<T> Outputs(int count)
    {
        if (outputs.Length < count)
            outputs = new T[count];
        return outputs.AsSpan(0, count);
    }

    /// <summary>States of zeros.</summary>
    public Span<TState> States(int rows)
    {
        if (states.Length < rows)
            states = new TState[rows];
        states.AsSpan(0, rows).Clear();
        return states.AsSpan(0, rows);
    }
}
