using System.Globalization;
using System.Text;

namespace Pronounce;

/// <summary>Where a network looked when it said each phone of a word.</summary>
/// <param name="Word">Its letters.</param>
/// <param name="Phones">The phones' names.</param>
/// <param name="Weights">[phone][letter]: at least 0, of each phone 1 together.</param>
internal sealed record AttentionMap(string Word, IReadOnlyList<string> Phones, float[][] Weights)
{
    private const int Cell = 30, Left = 52, Top = 40, Margin = 12;

    // From this weight on a cell is drawn so.
    private static readonly (float Least, char Shade)[] Shades = [(0.8f, '█'), (0.5f, '▓'), (0.25f, '▒'), (0.1f, '░'), (0, '·')];

    /// <summary>A grid for a terminal: a row per phone, a column per letter, the darker the more the network looked there.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        text.Append(' ', 4);
        foreach (char letter in Word)
            text.Append(' ', 2).Append(letter);
        text.AppendLine();
        for (int phone = 0; phone < Phones.Count; phone++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Phones[phone],4}");
            foreach (float weight in Weights[phone])
            {
                char shade = Array.Find(Shades, entry => weight >= entry.Least).Shade;
                text.Append(' ').Append(shade == '·' ? ' ' : shade).Append(shade);
            }

            text.AppendLine();
        }

        return text.ToString();
    }

    /// <summary>The text of an SVG picture of the same grid, in which each cell tells its weight.</summary>
    public string ToSvg()
    {
        StringBuilder svg = new();
        int width = Left + (Cell * Word.Length) + Margin, height = Top + (Cell * Phones.Count) + Margin;
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"15\">");
        Line($"<title>{Word}: {string.Join(' ', Phones)}</title>");
        Line($"<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        for (int letter = 0; letter < Word.Length; letter++)
            Line($"<text x=\"{Left + (Cell * letter) + (Cell / 2)}\" y=\"{Top - 12}\" text-anchor=\"middle\">{Word[letter]}</text>");
        for (int phone = 0; phone < Phones.Count; phone++)
        {
            int y = Top + (Cell * phone);
            Line($"<text x=\"{Left - 10}\" y=\"{y + (Cell / 2) + 5}\" text-anchor=\"end\">{Phones[phone]}</text>");
            for (int letter = 0; letter < Word.Length; letter++)
            {
                float weight = Weights[phone][letter];
                Line($"<rect x=\"{Left + (Cell * letter)}\" y=\"{y}\" width=\"{Cell}\" height=\"{Cell}\" fill=\"#0072B2\" fill-opacity=\"{weight:F3}\" stroke=\"#ddd\"><title>{Phones[phone]} of {Word[letter]}: {100 * weight:F1} %</title></rect>");
            }
        }

        return svg.Append("</svg>\n").ToString();

        void Line(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
