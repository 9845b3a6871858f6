using System.Globalization;
using System.IO.Compression;
using MimeKit;

namespace Classify;

/// <summary>Mails with what they are, in a file with a line for each.</summary>
internal static class Corpus
{
    private static readonly (string Folder, bool IsSpam)[] Folders =
        [("easy-ham-1", false), ("easy-ham-2", false), ("hard-ham-1", false), ("spam-1", true), ("spam-2", true)];

    /// <summary>The file that comes with the program.</summary>
    public static string File => Path.Combine(AppContext.BaseDirectory, "data", "mails.tsv.br");

    /// <summary>Reads mails.</summary>
    /// <param name="path">A Brotli file; each line has <c>spam</c> or <c>ham</c>, a group, and the text, with tabs between them.</param>
    /// <exception cref="InvalidDataException">A line is something else; the message says which.</exception>
    public static IReadOnlyList<Mail> Read(string path)
    {
        using StreamReader reader = new(new BrotliStream(System.IO.File.OpenRead(path), CompressionMode.Decompress));
        List<Mail> mails = [];
        while (reader.ReadLine() is { } line)
        {
            mails.Add(line.Split('\t') is ["spam" or "ham", var group, { Length: > 0 } text]
                && int.TryParse(group, CultureInfo.InvariantCulture, out int number)
                ? new(line[0] == 's', number, text)
                : throw new InvalidDataException(
                    $"{path}, line {mails.Count + 1}: expected spam or ham, a group and a text, with tabs between them."));
        }

        return mails;
    }

    /// <summary>Makes that file from the folders of SpamAssassin's public corpus.</summary>
    /// <param name="folder">Has easy-ham-1, easy-ham-2, hard-ham-1, spam-1 and spam-2, with a file of .txt for each mail.</param>
    /// <param name="path">The file to write.</param>
    /// <returns>The mails that are in it, and how many there were.</returns>
    public static (IReadOnlyList<Mail> Mails, int All) Prepare(string folder, string path)
    {
        List<(bool IsSpam, string Subject, string Text)> found = [];
        foreach ((string name, bool isSpam) in Folders)
        {
            foreach (string file in Directory.GetFiles(Path.Combine(folder, name), "*.txt").Order(StringComparer.Ordinal))
            {
                using FileStream stream = System.IO.File.OpenRead(file);
                using MimeMessage mail = MimeMessage.Load(stream);
                found.Add((isSpam, mail.Subject ?? "", MailText.Plain(mail.Subject ?? "", mail.TextBody ?? "", mail.HtmlBody ?? "")));
            }
        }

        // Of equal texts one is kept, and none that has hardly a word.
        var kept = found.Where(mail => mail.Text.Split(' ').Length >= 5).DistinctBy(mail => mail.Text).ToArray();
        int[] groups = MailGroups.Of([.. kept.Select(mail => mail.Subject)], [.. kept.Select(mail => mail.Text)]);
        Mail[] mails = [.. kept.Select((mail, i) => new Mail(mail.IsSpam, groups[i], mail.Text))];
        using StreamWriter writer = new(new BrotliStream(System.IO.File.Create(path), CompressionLevel.SmallestSize));
        foreach (Mail mail in mails)
            writer.Write($"{(mail.IsSpam ? "spam" : "ham")}\t{mail.Group}\t{mail.Text}\n");
        return (mails, found.Count);
    }
}
