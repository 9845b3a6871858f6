using System.IO.Compression;
using System.Text;
using Classify;

namespace Samples.Tests;

public class MailTests
{
    [Fact]
    public void AMailBecomesItsWords()
    {
        const string Mail = """
            Received: from nowhere
            Subject: Re: [a-list] 2 offers
            Content-Type: text/html

            <html><style>p { color: red }</style><p>Dear&nbsp;<b>friend</b>, see http://example.org/a?b=1
            or ask me@example.org!!!!!!!!
            """;
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(Mail));
        Assert.Equal("Re : 0 offers Dear friend , see ↗ or ask ✉ ! ! !", MailText.Read(stream));
    }

    [Fact]
    public void WhatIsBelowASignatureIsLeftOut() =>
        Assert.Equal("Hello a - b", MailText.Plain("Hello", "a - b\n-- \nJoe\n", ""));

    [Fact]
    public void NoMoreWordsAreReadThanTheNetworkTakes() =>
        Assert.Equal(MailText.Words, MailText.Plain("", string.Concat(Enumerable.Repeat("word ", 500)), "").Split(' ').Length);

    [Fact]
    public void AConversationAndCopiesAreOneGroup()
    {
        const string Text = "one two three four five six seven eight nine ten";
        int[] groups = MailGroups.Of(
            ["Lunch today", "other", "RE: Fwd: lunch today", "again", "free"],
            ["shall we", Text, "yes", Text + " but this one goes on with very much more", "quite another text that shares no words"]);
        Assert.Equal([0, 1, 0, 1, 2], groups);
    }

    [Theory]
    [InlineData("spam\t1", "line 1")]
    [InlineData("spam\t1\ta\nham\tx\tb", "line 2")]
    [InlineData("eggs\t1\ta", "line 1")]
    public void WhatIsNoFileOfMailsIsRefused(string lines, string message)
    {
        string path = Path.GetTempFileName();
        using (BrotliStream stream = new(File.Create(path), CompressionLevel.Fastest))
            stream.Write(Encoding.UTF8.GetBytes(lines));
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Corpus.Read(path)).Message);
        File.Delete(path);
    }

    [Fact]
    public void NoGroupIsOnTwoSidesOfTheSplit()
    {
        IReadOnlyList<Mail> mails = Corpus.Read(Corpus.File);
        Split split = Split.Of(mails, seed: 1);
        Assert.Equal(5787, mails.Count);
        Assert.Equal(mails.Count, split.Training.Count + split.Validation.Count + split.Test.Count);
        HashSet<int> learned = [.. split.Training.Select(mail => mail.Group)], watched = [.. split.Validation.Select(mail => mail.Group)];
        Assert.DoesNotContain(split.Test, mail => learned.Contains(mail.Group) || watched.Contains(mail.Group));
        Assert.DoesNotContain(split.Validation, mail => learned.Contains(mail.Group));
    }
}
