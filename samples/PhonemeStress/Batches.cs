using RnnGen.Numerics;
using Samples;

namespace PhonemeStress;

/// <summary>
/// Cuts sequences into batches of about one length each, so that little is computed behind their ends, and lays them out for trainers and
/// tapes.
/// </summary>
/// <param name="sequences">What to cut up.</param>
/// <param name="rows">Sequences of a batch.</param>
/// <param name="steps">Steps that there is room for: at least the longest sequence's.</param>
internal sealed class Batches(IReadOnlyList<TaggedSequence> sequences, int rows, int steps)
{
    // All words have as many letters, and only words have any.
    private readonly int letters = sequences.Count == 0 ? 0 : sequences[0].Letters.Length / sequences[0].Symbols.Length;
    private int[]? lettersOfAll;

    /// <summary>[step][row].</summary>
    public int[] Symbols { get; } = new int[steps * rows];

    /// <summary>[step][row][letter].</summary>
    public int[] Letters => lettersOfAll ??= new int[steps * rows * letters];

    /// <summary>[step][row].</summary>
    public int[] Targets { get; } = new int[steps * rows];

    /// <summary>[row]: 0 where the last batch has no sequence.</summary>
    public int[] Lengths { get; } = new int[rows];

    /// <summary>
    /// The numbers of the sequences of each batch, in a random order of batches, with chance deciding among sequences of a length.
    /// </summary>
    /// <param name="seed">The same seed gives the same batches.</param>
    public int[][] Draw(ulong seed)
    {
        int[][] batches = [.. Shuffle.Order(sequences.Count, seed).OrderBy(number => sequences[number].Tags.Length).Chunk(rows)];
        Shuffle.InPlace(batches.AsSpan(), seed);
        return batches;
    }

    /// <summary>Lays a batch out.</summary>
    /// <param name="batch">The numbers of its sequences, at most as many as there are rows.</param>
    /// <param name="drop">Chance, if symbols are to be taken for unknown as their sequences say; null for none.</param>
    public void Load(int[] batch, CounterRandom? drop = null)
    {
        Array.Clear(Symbols);
        Array.Clear(Letters);
        Array.Clear(Targets);
        Array.Clear(Lengths);
        ulong position = 0;
        for (int row = 0; row < batch.Length; row++)
        {
            TaggedSequence sequence = sequences[batch[row]];
            Lengths[row] = sequence.Tags.Length;
            for (int step = 0; step < sequence.Tags.Length; step++)
            {
                bool isDropped = drop is { } random && sequence.Unknown.Length > 0 && random.Uniform(position++) < sequence.DropRates[step];
                int place = (step * rows) + row;
                Symbols[place] = isDropped ? sequence.Unknown[step] : sequence.Symbols[step];
                sequence.Letters.AsSpan(step * letters, letters).CopyTo(Letters.AsSpan(place * letters));
                Targets[place] = sequence.Tags[step];
            }
        }
    }
}
