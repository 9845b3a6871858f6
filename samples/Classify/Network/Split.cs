using RnnGen;

namespace Classify;

/// <summary>Mails to learn from, to watch the learning by, and to test on. All of a group are in one of them.</summary>
internal sealed record Split(IReadOnlyList<Mail> Training, IReadOnlyList<Mail> Validation, IReadOnlyList<Mail> Test)
{
    /// <summary>70, 15 and 15 of a hundred groups.</summary>
    public static Split Of(IReadOnlyList<Mail> mails, ulong seed)
    {
        // What is split are the mails' indices.
        int[][] indices = [.. Enumerable.Range(0, mails.Count).Select(i => new[] { i })];
        SequencePairs<int, int> pairs =
            new(Sequences.Of<int>(indices), Sequences.Of<int>(indices)) { Groups = [.. mails.Select(mail => mail.Group)] };
        (SequencePairs<int, int> training, SequencePairs<int, int> others) = pairs.SplitByGroup(0.7, seed);
        (SequencePairs<int, int> validation, SequencePairs<int, int> test) = others.SplitByGroup(0.5, seed);
        return new(Mails(training), Mails(validation), Mails(test));

        Mail[] Mails(SequencePairs<int, int> some) => [.. Enumerable.Range(0, some.Count).Select(i => mails[some.Inputs[i, 0][0]])];
    }
}
