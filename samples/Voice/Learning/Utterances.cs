using System.Text.RegularExpressions;

namespace Voice.Learning;

/// <summary>What is said in training or in measuring: sentences of a book, by many voices.</summary>
internal static partial class Utterances
{
    // Languages read English as they read their own, which makes accents.
    private static readonly string[] Languages =
        ["en-us", "en-gb", "en-gb-scotland", "en-029", "en-gb-x-gbclan", "de", "es", "fr-fr", "nl", "pl", "pt-br", "fi", "hi", "tr"];

    private static readonly string[] Variants =
    [
        "m1", "m2", "m3", "m5", "m6", "m8", "f1", "f2", "f4", "Andy", "Alicia", "Annie", "Gene", "Hugo", "Jacky", "Lee", "Marco", "Mario",
        "Michael", "adam", "antonio", "aunty", "benjamin", "caleb", "david", "edward", "grandpa", "iven2", "john", "linda", "max", "miguel",
        "norbert", "pablo", "paul", "quincy", "rob", "steph", "travis", "victor", "klatt2", "klatt4",
    ];

    private static readonly string[] HeldOutLanguages = ["en-gb-x-rp", "it", "sv", "cs"];

    private static readonly string[] HeldOutVariants =
    [
        "m4", "m7", "f3", "f5", "Andrea", "Denis", "Henrique", "anika", "belinda", "boris", "grandma", "marcelo", "steph2", "zac",
        "klatt3",
    ];

    /// <summary>Speech to learn from.</summary>
    /// <param name="book">A text of sentences.</param>
    /// <param name="count">How many are said.</param>
    /// <param name="said">Is told after each how many there are.</param>
    public static float[][] ToLearnFrom(string book, int count, Action<int> said) =>
        Say(Sentences(book[..(book.Length / 5 * 4)]), Languages, Variants, count, seed: 1, said);

    /// <summary>Speech to measure with: other sentences, by other voices.</summary>
    public static float[][] HeldOut(string book, int count, Action<int> said) =>
        Say(Sentences(book[(book.Length / 5 * 4)..]), HeldOutLanguages, HeldOutVariants, count, seed: 2, said);

    /// <summary>The sentences of a text that are neither short nor long.</summary>
    public static string[] Sentences(string text) =>
        [.. Sentence().Split(Space().Replace(text, " ")).Where(sentence => sentence.Length is > 25 and < 110)];

    private static float[][] Say(string[] sentences, string[] languages, string[] variants, int count, int seed, Action<int> said)
    {
        Random random = new(seed);
        (string Text, Speaker Speaker)[] lines =
        [
            .. Enumerable.Range(0, count).Select(_ => (
                sentences[random.Next(sentences.Length)],
                new Speaker(
                    $"{languages[random.Next(languages.Length)]}+{variants[random.Next(variants.Length)]}", random.Next(20, 80),
                    random.Next(130, 210)))),
        ];
        float[][] speech = new float[count][];
        int done = 0;
        Parallel.For(0, count, new() { MaxDegreeOfParallelism = 4 }, i =>
        {
            speech[i] = Espeak.Say(lines[i].Text, lines[i].Speaker);
            said(Interlocked.Increment(ref done));
        });
        return speech;
    }

    [GeneratedRegex(@"(?<=[.!?;])\s+")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
