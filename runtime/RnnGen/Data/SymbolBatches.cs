namespace RnnGen;

/// <summary>The batches of a <see cref="SymbolStream"/>, the same in every epoch.</summary>
public sealed class SymbolBatches : Batches<int, int>
{
    private readonly ReadOnlyMemory<int> symbols;
    private readonly int[] inputs;
    private readonly int[] targets;
    private int current = -1;
    private int next;

    internal SymbolBatches(ReadOnlyMemory<int> symbols, int rows, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        this.symbols = symbols;
        Rows = rows;
        Steps = steps;
        long needed = ((long)rows * steps) + 1;
        if (symbols.Length < needed)
            throw new ArgumentException($"A batch of {rows} rows by {steps} steps and its targets need {needed} symbols, but the stream "
                + $"has {symbols.Length}.");
        inputs = new int[rows * steps];
        targets = new int[rows * steps];
    }

    /// <summary>Parts of the stream that are read side by side.</summary>
    public override int Rows { get; }

    /// <summary>Symbols of a row in a batch.</summary>
    public int Steps { get; }

    /// <summary>The number of batches in the whole stream. The rest at the rows' ends, less than a batch, is not used.</summary>
    public int Count => RowLength / Steps;

    /// <summary>True: each row goes on in the next batch where it ended.</summary>
    public override bool Continues => true;

    /// <inheritdoc/>
    public override SequenceBatch<int, int> Current => current < 0
        ? throw new InvalidOperationException("No batch has been read; MoveNext comes first.")
        : new(current, Rows, Steps, inputs, Steps, targets);

    /// <inheritdoc/>
    public override int? KnownCount => Count;

    // Every row needs one symbol more, its last target: the next row's first symbol, or the stream's last.
    private int RowLength => (symbols.Length - 1) / Rows;

    /// <summary>Reads any batch.</summary>
    /// <param name="batch">0 to <see cref="Count"/> − 1.</param>
    /// <returns>The batch, until another is read.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch.</exception>
    public SequenceBatch<int, int> this[int batch]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(batch);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(batch, Count);
            ReadOnlySpan<int> all = symbols.Span;
            for (int row = 0; row < Rows; row++)
            {
                ReadOnlySpan<int> source = all.Slice((row * RowLength) + (batch * Steps), Steps + 1);
                for (int step = 0; step < Steps; step++)
                {
                    inputs[(step * Rows) + row] = source[step];
                    targets[(step * Rows) + row] = source[step + 1];
                }
            }

            current = batch;
            return Current;
        }
    }

    /// <inheritdoc/>
    protected override void Begin(int epoch, int firstBatch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBatch, Count);
        next = firstBatch;
    }

    /// <inheritdoc/>
    protected override bool Read()
    {
        if (next >= Count)
            return false;
        _ = this[next++];
        return true;
    }
}
