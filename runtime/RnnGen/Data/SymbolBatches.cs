using RnnGen.Generated;

namespace RnnGen;

/// <summary>The batches of a <see cref="SymbolStream"/>, for <c>foreach</c>. Enumerating them allocates once, not per batch.</summary>
public sealed class SymbolBatches
{
    private readonly ReadOnlyMemory<int> symbols;

    internal SymbolBatches(ReadOnlyMemory<int> symbols, int rows, int steps, int firstBatch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        this.symbols = symbols;
        Rows = rows;
        Steps = steps;
        FirstBatch = firstBatch;
        long needed = ((long)rows * steps) + 1;
        if (symbols.Length < needed)
            throw new ArgumentException($"A batch of {rows} rows by {steps} steps and its targets need {needed} symbols, but the stream "
                + $"has {symbols.Length}.");
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBatch, Count);
    }

    /// <summary>Parts of the stream that are read side by side.</summary>
    public int Rows { get; }

    /// <summary>Symbols of a row in a batch.</summary>
    public int Steps { get; }

    /// <summary>The batch at which the enumeration begins.</summary>
    public int FirstBatch { get; }

    /// <summary>The number of batches in the whole stream. The rest at the rows' ends, less than a batch, is not used.</summary>
    public int Count => RowLength / Steps;

    // Every row needs one symbol more, its last target: the next row's first symbol, or the stream's last.
    private int RowLength => (symbols.Length - 1) / Rows;

    /// <summary>Writes one batch.</summary>
    /// <param name="batch">0 to <see cref="Count"/> − 1.</param>
    /// <param name="inputs">Receives the symbols, [step][row].</param>
    /// <param name="targets">Receives the symbol after each of them, [step][row].</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch.</exception>
    /// <exception cref="ArgumentException">A span has not <see cref="Steps"/> · <see cref="Rows"/> elements.</exception>
    public void CopyTo(int batch, Span<int> inputs, Span<int> targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(batch, Count);
        Guard.Length(inputs.Length, Steps * Rows, nameof(inputs), "symbols");
        Guard.Length(targets.Length, Steps * Rows, nameof(targets), "symbols");
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<int> source = symbols.Span.Slice((row * RowLength) + (batch * Steps), Steps + 1);
            for (int step = 0; step < Steps; step++)
            {
                inputs[(step * Rows) + row] = source[step];
                targets[(step * Rows) + row] = source[step + 1];
            }
        }
    }

    /// <summary>Goes through the batches from <see cref="FirstBatch"/> on.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Goes through batches, each in the same memory as the one before.</summary>
    public struct Enumerator
    {
        private readonly SymbolBatches batches;
        private readonly int[] inputs;
        private readonly int[] targets;
        private int index;

        internal Enumerator(SymbolBatches batches)
        {
            this.batches = batches;
            inputs = new int[batches.Steps * batches.Rows];
            targets = new int[inputs.Length];
            index = batches.FirstBatch - 1;
        }

        /// <summary>The batch, until the next <see cref="MoveNext"/>.</summary>
        public readonly Batch Current => new(index, inputs, targets);

        /// <summary>Goes on to the next batch.</summary>
        /// <returns>True if there is one.</returns>
        public bool MoveNext()
        {
            if (index + 1 >= batches.Count)
                return false;
            batches.CopyTo(++index, inputs, targets);
            return true;
        }
    }

    /// <summary>Some steps of all rows of a stream, and what is to be predicted.</summary>
    public readonly ref struct Batch
    {
        internal Batch(int index, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets)
        {
            Index = index;
            Inputs = inputs;
            Targets = targets;
        }

        /// <summary>The index of the batch in the stream, from 0.</summary>
        public int Index { get; }

        /// <summary>The symbols, [step][row].</summary>
        public ReadOnlySpan<int> Inputs { get; }

        /// <summary>The symbol after each of them, [step][row].</summary>
        public ReadOnlySpan<int> Targets { get; }
    }
}
