using System.Runtime.InteropServices;
using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>A generated model as an <see cref="ISymbolModel{T, TState}"/>, or the first symbols of it.</summary>
internal sealed class RnnSymbolModel<T, TState> : ISymbolModel<T, TState>
    where T : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly IRnnInference<T, int, TState> model;
    private readonly int outputSize;

    public RnnSymbolModel(IRnnInference<T, int, TState> model, int? symbolCount)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        outputSize = model.Shape.OutputSize;
        CheckShape(model);
        CheckStream(model);
        SymbolCount = symbolCount ?? outputSize;
        if (SymbolCount < 1 || SymbolCount > outputSize)
            throw new ArgumentOutOfRangeException(nameof(symbolCount), symbolCount, $"The model has 1 to {outputSize} symbols.");
    }

    public int SymbolCount { get; }

    public void Step(int symbol, ref TState state, Span<T> probabilities)
    {
        Guard.Length(probabilities.Length, SymbolCount, nameof(probabilities));
        if (SymbolCount == outputSize)
        {
            model.Forward(new ReadOnlySpan<int>(in symbol), ref state, probabilities);
            return;
        }

        using Lent<T> all = new(outputSize);
        model.Forward(new ReadOnlySpan<int>(in symbol), ref state, all.Span);
        ShareOut(all.Span[..SymbolCount], probabilities);
    }

    private static void ShareOut(ReadOnlySpan<T> shares, Span<T> probabilities)
    {
        double sum = 0;
        foreach (T share in shares)
            sum += Element.ToDouble(share);
        for (int i = 0; i < shares.Length; i++)
            probabilities[i] = Element.FromDouble<T>(Element.ToDouble(shares[i]) / sum);
    }

    private static void CheckShape(IRnnInference<T, int, TState> model)
    {
        ModelShape shape = model.Shape;
        if (shape.Heads is not [{ IsClass: true, IsLabels: false }])
            throw new ArgumentException(
                $"Expected a model with one softmax output, but this one has {shape.Heads.Count} outputs.", nameof(model));
        if (shape.InputSize != shape.OutputSize)
        {
            string sizes = $"this one reads {shape.InputSize} and predicts {shape.OutputSize}";
            throw new ArgumentException($"Expected a model that predicts the symbols that it reads, but {sizes}.", nameof(model));
        }

        if (shape.IsPooled || shape.InputSteps != shape.OutputSteps || shape.InputSteps != shape.Steps)
            throw new ArgumentException("Expected a model with an input and an output at every step.", nameof(model));
    }

    /// <summary>A shape does not say whether a layer runs in reverse; but then what comes later changes what comes out before.</summary>
    private static void CheckStream(IRnnInference<T, int, TState> model)
    {
        int outputSize = model.Shape.OutputSize;
        T[] alone = new T[outputSize], both = new T[2 * outputSize];
        TState state = default;
        model.Forward([0], ref state, alone);
        state = default;
        model.Forward([0, 0], ref state, both);
        if (!MemoryMarshal.AsBytes<T>(alone).SequenceEqual(MemoryMarshal.AsBytes(both.AsSpan(0, outputSize))))
            throw new ArgumentException(
                "Expected a stream, but this model's output at a step depends on what comes later: a layer runs in reverse.",
                nameof(model));
    }
}
