namespace PhonemeStress;

/// <summary>Part-of-speech files: a word, a tab and its tag a line, and an empty line after each sentence.</summary>
internal static class PosFiles
{
    /// <summary>Reads train.tsv, dev.tsv and test.tsv. Words and tags are those of the first.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="mostSymbols">The most symbols that words are read as.</param>
    /// <param name="mostTags">The most tags.</param>
    /// <param name="longest">Longer sentences are cut into pieces of so many words.</param>
    /// <param name="mostLetters">The most symbols that letters are read as.</param>
    /// <param name="longestWord">Letters of a word that are read.</param>
    /// <exception cref="InvalidDataException">A line is something else, or there are too many tags.</exception>
    public static Corpus Read(string folder, int mostSymbols, int mostTags, int longest, int mostLetters, int longestWord)
    {
        List<(string Word, string Tag)[]> train = [.. Sentences("train")], dev = [.. Sentences("dev")], test = [.. Sentences("test")];
        List<string> tags = [.. train.SelectMany(sentence => sentence).Select(token => token.Tag).Distinct().Order(StringComparer.Ordinal)];
        if (tags.Count > mostTags)
            throw new InvalidDataException($"{folder} has {tags.Count} tags, but the network is made for {mostTags}.");
        string[] learned = [.. train.SelectMany(sentence => sentence).Select(token => token.Word)];
        WordSymbols words = new(learned, mostSymbols);
        LetterSymbols letters = new(learned, mostLetters, longestWord);
        return new(words.Names, tags, [.. train.Select(Sequence)], [.. dev.Select(Sequence)], [.. test.Select(Sequence)]);

        IEnumerable<(string, string)[]> Sentences(string name) =>
            Read(Path.Combine(folder, name + ".tsv")).SelectMany(sentence => sentence.Chunk(longest));
        // A tag that is never learned, −1, counts as wrong.
        TaggedSequence Sequence((string Word, string Tag)[] sentence) =>
            new([.. sentence.Select(token => words.Known(token.Word))], [.. sentence.Select(token => tags.IndexOf(token.Tag))])
            {
                Unknown = [.. sentence.Select(token => words.Unknown(token.Word))],
                Letters = [.. sentence.SelectMany(token => letters.Of(token.Word))],
                DropRates = [.. sentence.Select(token => words.DropRate(token.Word))],
            };
    }

    private static IEnumerable<(string Word, string Tag)[]> Read(string path)
    {
        List<(string, string)> sentence = [];
        foreach (string line in File.ReadLines(path).Append(""))
        {
            if (line.Length > 0)
            {
                sentence.Add(line.Split('\t') is [{ Length: > 0 } word, { Length: > 0 } tag]
                    ? (word, tag)
                    : throw new InvalidDataException($"{path}: \"{line}\" is not a word, a tab and a tag."));
            }
            else if (sentence.Count > 0)
            {
                yield return [.. sentence];
                sentence.Clear();
            }
        }
    }
}
