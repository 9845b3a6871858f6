namespace Classify;

/// <summary>A mail of the corpus.</summary>
/// <param name="IsSpam">Whether it is spam.</param>
/// <param name="Group">Mails of one group are alike, or of one conversation: they must not be on two sides of a split.</param>
/// <param name="Text">Subject and text, as <see cref="MailText"/> writes them.</param>
internal sealed record Mail(bool IsSpam, int Group, string Text);
