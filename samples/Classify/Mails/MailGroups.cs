using RnnGen;

namespace Classify;

/// <summary>
/// Finds mails that are nearly the same, or of one conversation: a network that has learned from one of them has seen the answer for the
/// others.
/// </summary>
internal static class MailGroups
{
    private const int Shingle = 5;
    private const double Alike = 0.2;

    /// <summary>Puts mails into groups.</summary>
    /// <param name="subjects">Their subjects; two equal ones of at least two words are one conversation, whatever Re: stands before
    /// them.</param>
    /// <param name="texts">Their texts.</param>
    /// <returns>A group for each mail, from 0.</returns>
    public static int[] Of(IReadOnlyList<string> subjects, IReadOnlyList<string> texts)
    {
        int[] parents = [.. Enumerable.Range(0, texts.Count)];
        Dictionary<string, int> conversations = new(StringComparer.Ordinal);
        for (int mail = 0; mail < texts.Count; mail++)
        {
            string subject = Conversation(subjects[mail]);
            if (subject.Contains(' ') && !conversations.TryAdd(subject, mail))
                Join(mail, conversations[subject]);
        }

        // Texts that share a fifth of the runs of five words of the shorter one. Runs that very many have, such as notices, say nothing.
        HashSet<int>[] shingles = [.. texts.Select(Shingles)];
        ILookup<int, int> places = shingles
            .SelectMany((runs, mail) => runs.Select(run => (run, mail)))
            .ToLookup(pair => pair.run, pair => pair.mail);
        for (int mail = 0; mail < texts.Count; mail++)
        {
            Dictionary<int, int> shared = [];
            foreach (int other in shingles[mail].Select(run => places[run]).Where(mails => mails.Count() <= 40).SelectMany(mails => mails))
            {
                if (other < mail)
                    shared[other] = shared.GetValueOrDefault(other) + 1;
            }

            foreach ((int other, int count) in shared)
            {
                if (count >= Alike * Math.Min(shingles[mail].Count, shingles[other].Count))
                    Join(mail, other);
            }
        }

        Dictionary<int, int> numbers = [];
        return [.. Enumerable.Range(0, texts.Count).Select(mail =>
        {
            int root = Root(mail);
            numbers.TryAdd(root, numbers.Count);
            return numbers[root];
        })];

        int Root(int mail) => parents[mail] == mail ? mail : parents[mail] = Root(parents[mail]);
        void Join(int one, int other) => parents[Root(one)] = Root(other);
    }

    private static string Conversation(string subject)
    {
        string[] words = [.. WordVocabulary.Split(subject.ToLowerInvariant()).Where(word => char.IsLetterOrDigit(word[0]))];
        return string.Join(' ', words.SkipWhile(word => word is "re" or "fwd" or "fw" or "aw" or "was"));
    }

    private static HashSet<int> Shingles(string text)
    {
        string[] words = [.. text.ToLowerInvariant().Split(' ').Where(word => char.IsLetterOrDigit(word[0]))];
        HashSet<int> runs = [];
        for (int start = 0; start + Shingle <= words.Length; start++)
        {
            uint hash = 2166136261;
            foreach (char letter in string.Join(' ', words[start..(start + Shingle)]))
                hash = (hash ^ letter) * 16777619;
            runs.Add((int)hash);
        }

        return runs;
    }
}
