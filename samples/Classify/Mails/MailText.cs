using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using MimeKit;
using RnnGen;

namespace Classify;

/// <summary>The words of a mail that a network reads: its subject and the beginning of its text, without headers.</summary>
internal static partial class MailText
{
    /// <summary>The word that replaces every mail address.</summary>
    public const string Address = "✉";

    /// <summary>The word that replaces every link.</summary>
    public const string Link = "↗";

    /// <summary>Reads a mail with its headers, as mail programs save it (.eml).</summary>
    /// <param name="stream">The mail.</param>
    /// <returns>Subject and text, as <see cref="Plain"/> makes them.</returns>
    /// <exception cref="FormatException">It is no mail.</exception>
    public static string Read(Stream stream)
    {
        using MimeMessage mail = MimeMessage.Load(stream);
        return Plain(mail.Subject ?? "", mail.TextBody ?? "", mail.HtmlBody ?? "");
    }

    /// <summary>
    /// Makes one line of a mail. Names of lists in the subject and what stands below a signature's line are left out: they would give away
    /// where a mail comes from.
    /// </summary>
    /// <param name="subject">The subject.</param>
    /// <param name="text">The plain text, or nothing.</param>
    /// <param name="html">The text as HTML, which is read if there is no plain one.</param>
    public static string Plain(string subject, string text, string html)
    {
        if (string.IsNullOrWhiteSpace(text) || Tags().Count(text) > 5)
            text = OfHtml(html.Length > 0 ? html : text);
        Match signature = Signature().Match(text);
        return Masked($"{ListName().Replace(subject, "")} {(signature.Success ? text[..signature.Index] : text)}");
    }

    /// <summary>Writes a text as the network knows texts: a sign for each address and each link, 0 for each digit, one space between
    /// words.</summary>
    public static string Masked(string text)
    {
        text = Links().Replace(text, $" {Link} ");
        text = Addresses().Replace(text, $" {Address} ");
        text = Digits().Replace(text, "0");
        text = Repeated().Replace(text, "$1$1$1");
        return string.Join(' ', WordVocabulary.Split(text).Take(Words));
    }

    /// <summary>The most words that are read.</summary>
    public const int Words = 192;

    private static string OfHtml(string html)
    {
        using IDocument page = new HtmlParser().ParseDocument(html);
        foreach (IElement hidden in page.QuerySelectorAll("script, style, title"))
            hidden.Remove();
        return page.Body is { } body ? string.Join(' ', Texts(body)) : "";
    }

    private static IEnumerable<string> Texts(INode node) => node is IText text ? [text.Data] : node.ChildNodes.SelectMany(Texts);

    [GeneratedRegex(@"</?[a-zA-Z][^>\n]*>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\[[^\]]{1,30}\]")]
    private static partial Regex ListName();

    [GeneratedRegex(@"^(-- ?|_{20,}.*)\r?$", RegexOptions.Multiline)]
    private static partial Regex Signature();

    [GeneratedRegex(@"(https?://|ftp://|www\.)[^\s<>""]+", RegexOptions.IgnoreCase)]
    private static partial Regex Links();

    [GeneratedRegex(@"[\w.+=-]+@[\w.-]+")]
    private static partial Regex Addresses();

    [GeneratedRegex(@"\d")]
    private static partial Regex Digits();

    // Lines of signs say no more than three of them.
    [GeneratedRegex(@"([^\w\s])(\s*\1){3,}")]
    private static partial Regex Repeated();
}
