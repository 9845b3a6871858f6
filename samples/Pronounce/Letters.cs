namespace Pronounce;

/// <summary>What words are written in: the letters a to z, as symbols 0 to 25.</summary>
internal static class Letters
{
    /// <summary>How many there are.</summary>
    public const int Count = 26;

    /// <summary>The most letters of a word: those of the longest in the dictionary.</summary>
    public const int Longest = 34;

    /// <summary>A word's symbols. Capitals are read as small letters.</summary>
    /// <exception cref="ArgumentException">The word is empty, too long, or has something else in it; the message says what.</exception>
    public static int[] Encode(string word)
    {
        if (word.Length == 0)
            throw new ArgumentException("There is no word: at least one letter is needed.");
        int[] symbols = new int[word.Length];
        for (int i = 0; i < word.Length; i++)
        {
            symbols[i] = char.ToLowerInvariant(word[i]) - 'a';
            if ((uint)symbols[i] >= Count)
                throw new ArgumentException($"\"{word}\" has {Show(word, i)} at position {i + 1}; "
                    + "only the letters a to z can be pronounced.");
        }

        return word.Length <= Longest
            ? symbols
            : throw new ArgumentException($"\"{word}\" has {word.Length} letters; {Longest} are the most.");
    }

    private static string Show(string word, int i) =>
        char.IsControl(word[i])
            || char.IsSurrogate(word[i]) ? $"the character U+{(char.IsSurrogatePair(word, i) ? char.ConvertToUtf32(word, i) : word[i]):X4}"
        : word[i] == ' ' ? "a space"
        : $"'{word[i]}'";
}
