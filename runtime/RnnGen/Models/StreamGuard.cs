namespace RnnGen.Generated;

/// <summary>Checks of streams, for the interfaces that serve them.</summary>
internal static class StreamGuard
{
    /// <summary>A model runs step by step.</summary>
    /// <exception cref="InvalidOperationException">It takes whole sequences.</exception>
    public static void HasSteps(ModelShape shape)
    {
        if (shape.NeedsWholeSequence)
            throw new InvalidOperationException(
                "The model takes whole sequences: a step depends on later ones, or a sequence has one input or output. Call Forward.");
    }

    /// <summary>The steps of several streams.</summary>
    /// <param name="length">Elements of the inputs.</param>
    /// <param name="perStep">Those of one step of all streams.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">They are no whole steps.</exception>
    public static int Steps(int length, int perStep, string name)
    {
        if (perStep == 0 ? length != 0 : length % perStep != 0)
            throw new ArgumentException(
                $"Expected a multiple of {perStep} elements, one step of all streams, but there are {length}.", name);
        return perStep == 0 ? 0 : length / perStep;
    }

    /// <summary>Why a stream cannot take a step, if it cannot.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="input">The stream's input.</param>
    /// <param name="state">Its state.</param>
    public static StreamFault Find<T, TInput, TState>(ModelShape shape, ReadOnlySpan<TInput> input, ref TState state)
        where T : unmanaged
        where TInput : unmanaged
        where TState : struct, IRnnState<T>
    {
        bool isValid = typeof(TInput) == typeof(int)
            ? ModelShape.NumberOf(input[0]) is >= 0 and double symbol && symbol < shape.InputSize
            : Guard.AreFinite(input) && shape.HasSymbols(input);
        return !isValid ? StreamFault.Input : state.IsFinite ? StreamFault.None : StreamFault.State;
    }
}
