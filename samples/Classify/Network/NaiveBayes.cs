using RnnGen;

namespace Classify;

/// <summary>Words without their order, counted (multinomial, with 1 added): what a network has to be better than.</summary>
internal sealed class NaiveBayes
{
    private readonly WordVocabulary words;
    private readonly double[] evidence;
    private readonly double prior;

    public NaiveBayes(IReadOnlyList<Mail> mails, WordVocabulary words)
    {
        this.words = words;
        double[][] counts = [new double[words.Count], new double[words.Count]];
        foreach (Mail mail in mails)
        {
            foreach (int symbol in words.Encode(mail.Text))
                counts[mail.IsSpam ? 1 : 0][symbol]++;
        }

        double[] totals = [.. counts.Select(some => some.Sum() + words.Count)];
        evidence = [.. Enumerable.Range(0, words.Count).Select(
            symbol => Math.Log((counts[1][symbol] + 1) / totals[1]) - Math.Log((counts[0][symbol] + 1) / totals[0]))];
        int spam = mails.Count(mail => mail.IsSpam);
        prior = Math.Log((double)spam / (mails.Count - spam));
    }

    public ConfusionMatrix Test(IReadOnlyList<Mail> mails)
    {
        ConfusionMatrix matrix = new(2);
        foreach (Mail mail in mails)
            matrix.Add(prior + words.Encode(mail.Text).Sum(symbol => evidence[symbol]) > 0 ? 1 : 0, mail.IsSpam ? 1 : 0);
        return matrix;
    }
}
