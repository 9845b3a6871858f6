using RnnGen;

namespace Translate;

/// <summary>Where a network looked while it said words.</summary>
/// <param name="Written">The characters.</param>
/// <param name="Words">The words.</param>
/// <param name="Weights">[word][character], of each word 1 together.</param>
internal sealed record AttentionGrid(string Written, IReadOnlyList<string> Words, float[][] Weights)
{
    private static readonly (float Least, char Shade)[] Shades = [(0.6f, '█'), (0.3f, '▓'), (0.15f, '▒'), (0.05f, '░'), (0, ' ')];

    /// <summary>A row for each word, a column for each character; the darker the more the network looked there.</summary>
    public override string ToString()
    {
        int width = Words.Max(word => word.Length);
        IEnumerable<string> rows = Words.Select((word, i) => word.PadLeft(width) + " "
            + string.Concat(Weights[i].Select(weight => new string(Array.Find(Shades, shade => weight >= shade.Least).Shade, 2))));
        return string.Join('\n', rows.Prepend(new string(' ', width + 1) + string.Concat(Written.Select(character => $" {character}"))));
    }
}

/// <summary>Translates with a network. All memory is its own and used again; for one thread at a time.</summary>
internal sealed class Translator
{
    /// <summary>Beginnings that a search follows at once.</summary>
    public const int BeamWidth = 5;

    private readonly TranslationModel model;
    private readonly TranslationModel.Memory memory;
    private readonly BeamSearch<float, TranslationModel.State> search;
    private readonly int[] said = new int[Sizes.LongestSpeech + 1];
    private readonly float[] probabilities = new float[Sizes.Words];

    public Translator(TranslationModel model, Vocabularies vocabularies)
    {
        (this.model, Vocabularies) = (model, vocabularies);
        memory = model.CreateMemory();
        search = memory.CreateBeamSearch(new BeamOptions
        {
            Width = BeamWidth,
            Longest = Sizes.LongestSpeech + 1,
            End = Sizes.End,
            Results = 3,
        });
    }

    /// <summary>The symbols of both sides.</summary>
    public Vocabularies Vocabularies { get; }

    /// <summary>Reads the file of a trained network.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Translator Load(string path)
    {
        TranslationModel model = new();
        return new(model, Translate.Vocabularies.Of(WeightFile.Load(path, model.Parameters)));
    }

    /// <summary>Says each word as the likeliest after those before it.</summary>
    public string Greedy(string written)
    {
        model.Encode(Vocabularies.Read(written), memory);
        TranslationModel.State state = memory.Start;
        Generation generated = memory.Generate(Sizes.End, ref state, Sampler.Greedy, said, Sizes.End);
        return Vocabularies.Text(said.AsSpan(0, generated.CountBeforeEnd));
    }

    /// <summary>Searches for the likeliest words, best first.</summary>
    public IReadOnlyList<(string Spoken, double Probability)> Beam(string written)
    {
        model.Encode(Vocabularies.Read(written), memory);
        search.Search(memory, Sizes.End, memory.Start);
        return [.. Enumerable.Range(0, search.Count).Select(
            i => (Vocabularies.Text(search[i].SymbolsBeforeEnd), Math.Exp(search[i].LogProbability)))];
    }

    /// <summary>Where the network looks while it says words.</summary>
    public AttentionGrid Attention(string written, string spoken)
    {
        model.Encode(Vocabularies.Read(written), memory);
        int[] words = Vocabularies.Say(spoken);
        TranslationModel.State state = memory.Start;
        float[][] weights = [.. words.Select(_ => new float[written.Length])];
        for (int i = 0; i < words.Length; i++)
            memory.Step(i == 0 ? Sizes.End : words[i - 1], ref state, probabilities, weights[i]);
        return new(written, spoken.Split(' '), weights);
    }
}
