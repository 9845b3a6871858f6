using RnnGen;

namespace Classify;

/// <summary>A word of a mail.</summary>
/// <param name="Text">As the network knows it.</param>
/// <param name="Looks">How much the network looked at it: all words together 1.</param>
/// <param name="Evidence">How much it speaks for spam where it stands; below 0 against.</param>
internal readonly record struct ReadWord(string Text, double Looks, double Evidence)
{
    /// <summary>The number that the word adds to the mail's score.</summary>
    public double Share => Looks * Evidence;
}

/// <summary>What a network says about a mail.</summary>
/// <param name="Words">Its words; those that the vocabulary lacks are read all the same, as unknown.</param>
internal sealed record Reading(IReadOnlyList<ReadWord> Words)
{
    /// <summary>ln(p / (1 − p)) for the probability p of spam: the sum of what the words add.</summary>
    public double Score => Words.Sum(word => word.Share);

    /// <summary>The probability of spam.</summary>
    public double Probability => 1 / (1 + Math.Exp(-Score));

    /// <summary>Whether spam is the likelier.</summary>
    public bool IsSpam => Score > 0;

    /// <summary>The words that carried the answer: those that added most to the side that won, the most first.</summary>
    public IEnumerable<ReadWord> Carriers(int count) => Words
        .Where(word => word.Share > 0 == IsSpam).OrderByDescending(word => Math.Abs(word.Share)).Take(count);
}

/// <summary>Reads mails with a trained network. Any number of threads may read at once.</summary>
internal sealed class SpamFilter
{
    private readonly WordModel model = new();
    private readonly WordVocabulary vocabulary;

    /// <summary>Takes over the weights of a trained network.</summary>
    public SpamFilter(SpamModel trained, WordVocabulary vocabulary)
    {
        this.vocabulary = vocabulary;
        foreach (ParameterView<float> view in trained.Parameters)
        {
            float[] values = new float[view.Count];
            view.CopyTo(values);
            model.Parameters[view.Name].CopyFrom(values);
        }
    }

    /// <summary>Reads the file of a trained network.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static SpamFilter Load(string path)
    {
        SpamModel model = new();
        IReadOnlyDictionary<string, string> metadata = WeightFile.Load(path, model.Parameters);
        return metadata.TryGetValue("vocabulary", out string? json) && TextVocabulary.FromJson(json) is WordVocabulary words
            ? new(model, words)
            : throw new InvalidDataException($"{path} has no vocabulary of words.");
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">Plain text: the first words of it are read.</param>
    /// <exception cref="ArgumentException">There is no word.</exception>
    public Reading Read(string text)
    {
        string masked = MailText.Masked(text);
        int[] symbols = vocabulary.Encode(masked);
        if (symbols.Length == 0)
            throw new ArgumentException("The text is empty: at least one word is needed.", nameof(text));
        float[] outputs = new float[symbols.Length * WordModel.OutputSize];
        WordModel.State state = default;
        model.Forward(symbols, ref state, outputs);
        IReadOnlyList<string> words = WordVocabulary.Split(masked);
        return new([.. words.Select((word, i) => new ReadWord(word, Looks: outputs[(2 * i) + 1], Evidence: outputs[2 * i]))]);
    }
}
