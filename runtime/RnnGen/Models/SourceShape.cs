using System.ComponentModel;

namespace RnnGen.Generated;

/// <summary>The sizes of what a sequence-to-sequence model's encoder reads.</summary>
/// <param name="Steps">The longest source.</param>
/// <param name="InputSize">The number of symbols that an input can be, or of an input's numbers.</param>
/// <param name="InputWidth">Elements of an input: 1 for a symbol.</param>
/// <param name="Attentions">The number of attentions the decoder has.</param>
/// <param name="HasBridge">True if the decoder starts in a state that is computed from the encoder's, and can be given none.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record SourceShape(int Steps, int InputSize, int InputWidth, int Attentions = 0, bool HasBridge = false)
{
    /// <summary>
    /// Refuses sources of a wrong length, symbols outside the vocabulary, numbers that are not finite, and lengths that are not 1 to the
    /// steps there are.
    /// </summary>
    /// <returns>The steps there are.</returns>
    internal int Check<TSource>(
        int rows, ReadOnlySpan<TSource> sources, ReadOnlySpan<int> lengths, string name, string lengthsName) where TSource : unmanaged
    {
        int steps = Guard.Steps(sources.Length, rows, InputWidth, Steps, name);
        Guard.Inputs(sources, InputSize, name);
        if (!lengths.IsEmpty)
            Guard.Lengths(lengths, rows, steps, lengthsName, least: 1);
        return steps;
    }
}
