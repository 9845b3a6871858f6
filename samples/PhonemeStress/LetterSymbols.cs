namespace PhonemeStress;

/// <summary>The symbols that letters are read as: one for each of the most frequent, one for all others, and one for no letter.</summary>
internal sealed class LetterSymbols
{
    private const int None = 0, Other = 1;
    private readonly Dictionary<char, int> symbols = [];
    private readonly int longest;

    /// <summary>Makes symbols for the letters of the words that are learned from.</summary>
    /// <param name="words">All words, as often as they occur.</param>
    /// <param name="most">The most symbols.</param>
    /// <param name="longest">Letters of a word that are read: of a longer one its beginning and its end.</param>
    public LetterSymbols(IEnumerable<string> words, int most, int longest)
    {
        this.longest = longest;
        foreach ((char letter, _) in words.SelectMany(word => word)
            .CountBy(letter => letter)
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key)
            .Take(most - 2))
            symbols.Add(letter, symbols.Count + 2);
    }

    /// <summary>A word's letters, and behind a short one none.</summary>
    public int[] Of(string word)
    {
        int beginning = longest / 3;
        string read = word.Length <= longest ? word : word[..beginning] + word[^(longest - beginning)..];
        int[] letters = new int[longest];
        for (int i = 0; i < longest; i++)
            letters[i] = i < read.Length ? symbols.GetValueOrDefault(read[i], Other) : None;
        return letters;
    }
}
