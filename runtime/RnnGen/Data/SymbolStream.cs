namespace RnnGen;

/// <summary>A long sequence of symbols, a text for instance, to train on: each symbol is to be predicted from those before it.</summary>
/// <remarks>
/// Ranges of it are streams too, without a copy: <c>book[..^1000]</c> to train on, <c>book[^1000..]</c> to measure with. Any number of
/// threads may read a stream.
/// </remarks>
public sealed class SymbolStream
{
    private readonly ReadOnlyMemory<int> symbols;

    /// <summary>A stream over symbols, which are not copied.</summary>
    /// <param name="symbols">The symbols in their order.</param>
    public SymbolStream(ReadOnlyMemory<int> symbols) => this.symbols = symbols;

    /// <summary>A stream of a text's characters.</summary>
    /// <param name="text">The text.</param>
    /// <param name="vocabulary">The vocabulary that turns its characters into symbols.</param>
    /// <exception cref="ArgumentException">A character is not in the vocabulary, which has none for the unknown.</exception>
    public SymbolStream(string text, Vocabulary vocabulary)
        : this(Encode(text, vocabulary))
    {
    }

    /// <summary>The number of symbols.</summary>
    public int Length => symbols.Length;

    /// <summary>The symbols.</summary>
    public ReadOnlySpan<int> Symbols => symbols.Span;

    /// <summary>A part of the stream. C# calls this for ranges.</summary>
    /// <param name="start">Its first symbol.</param>
    /// <param name="length">The number of its symbols.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not lie inside the stream.</exception>
    public SymbolStream Slice(int start, int length) => new(symbols.Slice(start, length));

    /// <summary>
    /// Cuts the stream into contiguous parts, one per row, and all rows into batches of some steps. A row goes on in the next batch where
    /// it ended, so that states can be carried from one batch to the next; the target of each symbol is the symbol after it.
    /// </summary>
    /// <param name="rows">Parts that are read side by side: at least 1.</param>
    /// <param name="steps">Symbols of a row in a batch: at least 1.</param>
    /// <param name="firstBatch">The first batch, for instance to resume: 0 to the number of batches.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">The stream is too short for a single batch.</exception>
    public SymbolBatches Batches(int rows, int steps, int firstBatch = 0) => new(symbols, rows, steps, firstBatch);

    private static int[] Encode(string text, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(vocabulary);
        return vocabulary.Encode(text);
    }
}
