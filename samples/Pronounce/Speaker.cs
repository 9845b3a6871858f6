using RnnGen;

namespace Pronounce;

/// <summary>Says words with a network. All memory is its own and used again; for one thread at a time.</summary>
internal sealed class Speaker
{
    /// <summary>Pronunciations that a search follows at once.</summary>
    public const int BeamWidth = 4;

    /// <summary>How many of them are wanted.</summary>
    public const int Results = 3;

    private readonly Pronouncer model;
    private readonly Pronouncer.Memory memory;
    private readonly BeamSearch<float, Pronouncer.State> search;
    private readonly int[] said = new int[Phones.Longest + 1];
    private readonly float[] probabilities = new float[Phones.Count + 1];

    public Speaker(Pronouncer model)
    {
        this.model = model;
        memory = model.CreateMemory();
        search = memory.CreateBeamSearch(new BeamOptions
        {
            Width = BeamWidth,
            Longest = Phones.Longest + 1,
            End = Phones.End,
            Results = Results
        });
    }

    /// <summary>Says a word, each phone the likeliest after those before it. Nothing is allocated.</summary>
    /// <param name="letters">The word's symbols.</param>
    /// <returns>The phones, until the next call.</returns>
    public ReadOnlySpan<int> Say(ReadOnlySpan<int> letters)
    {
        model.Encode(letters, memory);
        Pronouncer.State state = memory.Start;
        Generation generated = memory.Generate(Phones.End, ref state, Sampler.Greedy, said, Phones.End);
        return said.AsSpan(0, generated.CountBeforeEnd);
    }

    /// <summary>Searches for the likeliest pronunciations of a word, best first. Nothing is allocated.</summary>
    /// <param name="letters">The word's symbols.</param>
    /// <returns>Them, until the next call.</returns>
    public BeamSearch<float, Pronouncer.State> Search(ReadOnlySpan<int> letters)
    {
        model.Encode(letters, memory);
        search.Search(memory, Phones.End, memory.Start);
        return search;
    }

    /// <summary>Where the network looks while it says phones.</summary>
    /// <param name="word">The word.</param>
    /// <param name="phones">How it is pronounced.</param>
    public AttentionMap Attention(string word, ReadOnlySpan<int> phones)
    {
        model.Encode(Letters.Encode(word), memory);
        Pronouncer.State state = memory.Start;
        float[][] weights = new float[phones.Length][];
        for (int step = 0; step < phones.Length; step++)
        {
            weights[step] = new float[word.Length];
            memory.Step(step == 0 ? Phones.End : phones[step - 1], ref state, probabilities, weights[step]);
        }

        return new(word, [.. phones.ToArray().Select(Phones.Name)], weights);
    }
}
