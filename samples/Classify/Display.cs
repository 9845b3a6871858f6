using Spectre.Console;

namespace Classify;

/// <summary>Shows the words of a mail.</summary>
internal static class Display
{
    /// <summary>Writes a mail, each word the darker the more it was looked at: red for spam, blue against.</summary>
    public static void Write(Reading reading)
    {
        double most = reading.Words.Max(word => Math.Abs(word.Share));
        if (!Console.IsOutputRedirected)
        {
            AnsiConsole.MarkupLine(string.Join(' ', reading.Words.Select(word =>
            {
                int light = 255 - (int)(200 * Math.Min(1, Math.Abs(word.Share) / most));
                string color = word.Share > 0 ? $"rgb(255,{light},{light})" : $"rgb({light},{light},255)";
                return $"[black on {color}]{Markup.Escape(word.Text)}[/]";
            })));
        }

        Console.WriteLine($"{(reading.IsSpam ? "spam" : "ham")}, probability of spam {reading.Probability:P1}");
        foreach (ReadWord word in reading.Carriers(6))
            Console.WriteLine($"  {word.Share,6:F2}  {word.Text,-16} looked at {word.Looks,6:P1}, evidence {word.Evidence:F1}");
    }
}
