using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace RnnGen;

/// <summary>A long sequence of symbols, a text for instance, to train on: each symbol is to be predicted from those before it.</summary>
/// <remarks>
/// Ranges of it are streams too, without a copy: <c>book[..^1000]</c> to train on, <c>book[^1000..]</c> to measure with. Any number of
/// threads may read a stream. Only one that <see cref="Open"/> gave has to be disposed, and ranges of it are of no use afterwards.
/// </remarks>
public sealed class SymbolStream : IDisposable
{
    private readonly ReadOnlyMemory<int> symbols;
    private readonly IDisposable? file;

    /// <summary>A stream over symbols, which are not copied.</summary>
    /// <param name="symbols">The symbols in their order.</param>
    public SymbolStream(ReadOnlyMemory<int> symbols) => this.symbols = symbols;

    /// <summary>A stream of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="vocabulary">The vocabulary that turns it into symbols.</param>
    /// <exception cref="ArgumentException">Something is not in the vocabulary, which has none for the unknown.</exception>
    public SymbolStream(string text, TextVocabulary vocabulary)
        : this(Encode(text, vocabulary))
    {
    }

    private SymbolStream(MappedFile<int> file)
        : this(file.Memory) => this.file = file;

    /// <summary>The number of symbols.</summary>
    public int Length => symbols.Length;

    /// <summary>The symbols.</summary>
    public ReadOnlySpan<int> Symbols => symbols.Span;

    /// <summary>
    /// A stream over a file that stays where it is: memory holds what is being read of it, so it may be larger than memory.
    /// </summary>
    /// <param name="path">Symbols of 32 bits, little-endian, one behind the other: what <see cref="Save"/> writes.</param>
    /// <exception cref="InvalidDataException">The file is empty, has no whole symbols or more than 2,147,483,591.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SymbolStream Open(string path) => new(new MappedFile<int>(path));

    /// <summary>Writes symbols to a file for <see cref="Open"/>, as they come: they need not be in memory at once.</summary>
    /// <param name="path">The file; an existing one is replaced when all symbols are there.</param>
    /// <param name="symbols">At least one; none may be negative.</param>
    /// <returns>The number of symbols.</returns>
    /// <exception cref="ArgumentException">There are none, or one is negative. The file is as it was.</exception>
    public static long Save(string path, IEnumerable<int> symbols)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(symbols);
        long count = 0;
        AtomicFile.Write(path, stream =>
        {
            int[] buffer = new int[8192];
            int filled = 0;
            foreach (int symbol in symbols)
            {
                if (symbol < 0)
                    throw new ArgumentException($"Symbol {count} is {symbol}; none may be negative.", nameof(symbols));
                buffer[filled++] = BitConverter.IsLittleEndian
                    ? symbol
                    : BinaryPrimitives.ReverseEndianness(symbol);
                count++;
                if (filled < buffer.Length)
                    continue;
                stream.Write(MemoryMarshal.AsBytes<int>(buffer));
                filled = 0;
            }

            if (count == 0)
                throw new ArgumentException("There are no symbols; at least one is needed.", nameof(symbols));
            stream.Write(MemoryMarshal.AsBytes(buffer.AsSpan(0, filled)));
        });
        return count;
    }

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
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">The stream is too short for a single batch.</exception>
    public SymbolBatches Batches(int rows, int steps) => new(symbols, rows, steps);

    /// <summary>Closes the file, if the stream is over one.</summary>
    public void Dispose() => file?.Dispose();

    private static int[] Encode(string text, TextVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(vocabulary);
        return vocabulary.Encode(text);
    }
}
