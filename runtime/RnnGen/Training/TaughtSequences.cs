using RnnGen.Generated;

namespace RnnGen;

/// <summary>Sequences y₁ … yₙ as a decoder is taught them: the inputs start, y₁ … yₙ and the targets y₁ … yₙ, end.</summary>
internal sealed class TaughtSequences
{
    private readonly ModelShape shape;
    private readonly int start;
    private readonly int end;
    private int[] inputs = [];
    private int[] targets = [];
    private int[] lengths = [];
    private int rows;
    private int steps;

    public TaughtSequences(ModelShape shape, int start, int end)
    {
        if (shape.Heads is not [{ IsClass: true, IsLabels: false }] || shape.InputWidth != 1 || shape.Steps < 2)
            throw new ArgumentException(
                "The decoder must have inputs that are symbols, one output, of classes, and at least 2 steps.", nameof(shape));
        if ((uint)start >= (uint)shape.InputSize)
            throw new ArgumentOutOfRangeException(
                nameof(start), start, $"The start must be 0 to {shape.InputSize - 1}, one of the decoder's inputs.");
        if ((uint)end >= (uint)shape.OutputSize)
            throw new ArgumentOutOfRangeException(
                nameof(end), end, $"The end must be 0 to {shape.OutputSize - 1}, one of the decoder's outputs.");
        int others = end == shape.OutputSize - 1 ? shape.OutputSize - 1 : shape.OutputSize;
        if (others > shape.InputSize)
            throw new ArgumentException(
                $"The decoder says symbols 0 to {others - 1}, but its inputs are only 0 to {shape.InputSize - 1}.", nameof(shape));
        this.shape = shape;
        this.start = start;
        this.end = end;
    }

    /// <summary>[step][row].</summary>
    public ReadOnlySpan<int> Inputs => inputs.AsSpan(0, steps * rows);

    /// <summary>[step][row].</summary>
    public ReadOnlySpan<int> Targets => targets.AsSpan(0, steps * rows);

    /// <summary>Of each row, its end included.</summary>
    public ReadOnlySpan<int> Lengths => lengths.AsSpan(0, rows);

    /// <summary>Takes a batch.</summary>
    /// <param name="rows">Sequences.</param>
    /// <param name="targets">[step][row] without starts and ends; what lies behind a length may be anything.</param>
    /// <param name="lengths">One per row, or empty if all symbols count.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid length or symbol.</exception>
    public void Load(int rows, ReadOnlySpan<int> targets, ReadOnlySpan<int> lengths)
    {
        int given = Guard.Steps(targets.Length, rows, 1, shape.Steps - 1, nameof(targets));
        if (!lengths.IsEmpty)
            Guard.Lengths(lengths, rows, given, nameof(lengths));
        Check(rows, targets, lengths);
        this.rows = rows;
        steps = given + 1;
        Reserve();
        for (int row = 0; row < rows; row++)
        {
            int length = lengths.IsEmpty ? given : lengths[row];
            this.lengths[row] = length + 1;
            inputs[row] = start;
            for (int step = 0; step < given; step++)
            {
                int item = (step * rows) + row;
                // What does not count must still be a symbol.
                inputs[item + rows] = step < length ? targets[item] : start;
                this.targets[item] = step < length ? targets[item] : end;
            }

            this.targets[(given * rows) + row] = end;
        }
    }

    private void Check(int rows, ReadOnlySpan<int> targets, ReadOnlySpan<int> lengths)
    {
        for (int item = 0; item < targets.Length; item++)
        {
            if (!lengths.IsEmpty && item / rows >= lengths[item % rows])
                continue;
            Guard.Class(targets[item], shape.OutputSize, item, nameof(targets));
            if (targets[item] == end)
                throw new ArgumentException(
                    $"Symbol {item} is {end}, the end, which stands behind every target and is not part of it.", nameof(targets));
        }
    }

    private void Reserve()
    {
        // All declared steps at once, so that longer sequences in a later batch need no more.
        if (lengths.Length >= rows)
            return;
        inputs = new int[checked(shape.Steps * rows)];
        targets = new int[inputs.Length];
        lengths = new int[rows];
    }
}
