using System.Text;

namespace RnnGen.Tests;

/// <summary>Changes JSON with a sense for what it is: values become other values, parts move, and sizes and depths become absurd.</summary>
internal sealed class JsonMutation(Random random)
{
    private static readonly string[] Scalars =
    [
        "0", "1", "2", "3", "8", "-0", "-1", "1.0", "1e0", "1e400", "-1e400", "1e-400", "0.1", "255", "65537", "2147483647",
        "2147483648", "4294967296", "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", new('9', 400), "null", "true", "false", "\"\"", "\"\\ud800\"",
        "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"ä€\"", $"\"{new string('n', 300)}\"",
        "\"F32\"", "\"F64\"", "\"F16\"", "\"BF16\"", "\"I64\"", "\"U8\"", "\"F4\"", "\"F99\"", "\"dtype\"", "\"shape\"",
        "\"data_offsets\"", "\"__metadata__\"",
        "\"layers\"", "\"in_shape\"", "\"type\"", "\"weights\"", "\"activation\"", "\"dense\"", "\"gru\"", "\"lstm\"",
        "\"time-distributed-dense\"", "[]", "{}", "[[]]", "[{}]",
    ];

    private static readonly int[] Depths = [1, 2, 30, 62, 63, 64, 65, 1_000];
    private static readonly string[] Punctuation = ["{", "}", "[", "]", ",", ":", "/**/", "//", "\u0000", "\ufeff", "'", "NaN"];

    /// <summary>Cuts valid JSON into tokens, without the space between them.</summary>
    public static List<string> Tokens(ReadOnlySpan<byte> json)
    {
        string text = Encoding.UTF8.GetString(json);
        List<string> tokens = [];
        for (int i = 0; i < text.Length; i++)
        {
            int start = i;
            if (text[i] == '"')
            {
                for (i++; text[i] != '"'; i++)
                    i += text[i] == '\\' ? 1 : 0;
            }
            else if (IsWord(text[i]))
            {
                while (i + 1 < text.Length && IsWord(text[i + 1]))
                    i++;
            }
            else if (char.IsWhiteSpace(text[i]))
            {
                continue;
            }

            tokens.Add(text[start..(i + 1)]);
        }

        return tokens;
    }

    public static byte[] Join(List<string> tokens) => Encoding.UTF8.GetBytes(string.Concat(tokens));

    /// <summary>Changes some of the tokens; <paramref name="other"/> is where foreign parts come from.</summary>
    public void Apply(List<string> tokens, List<string> other)
    {
        for (int edits = 1 + (random.Next(2) * random.Next(4)); edits > 0 && tokens.Count > 0; edits--)
        {
            int place = random.Next(tokens.Count), scalar = tokens.FindIndex(place, IsScalar);
            switch (random.Next(12))
            {
                case < 3 when scalar >= 0:
                    tokens[scalar] = Scalars[random.Next(Scalars.Length)];
                    break;
                case 3 when scalar >= 0:
                    tokens[scalar] = Nearby(tokens[scalar]);
                    break;
                case 4 when scalar >= 0:
                    // A value or a name from elsewhere: offsets of another tensor, a name twice.
                    tokens[scalar] =
                        other.FindIndex(random.Next(other.Count), IsScalar) is >= 0 and var found ? other[found] : tokens[scalar];
                    break;
                case 5:
                    tokens.RemoveRange(place, PartAt(tokens, place));
                    break;
                case 6:
                    tokens.InsertRange(random.Next(tokens.Count), tokens.GetRange(place, PartAt(tokens, place)));
                    break;
                case 7:
                    int from = random.Next(other.Count);
                    tokens.RemoveRange(place, PartAt(tokens, place));
                    tokens.InsertRange(place, other.GetRange(from, PartAt(other, from)));
                    break;
                case 8:
                    int depth = Depths[random.Next(Depths.Length)], length = PartAt(tokens, place);
                    tokens.InsertRange(place + length, Enumerable.Repeat("]", random.Next(8) == 0 ? depth - 1 : depth));
                    tokens.InsertRange(place, Enumerable.Repeat("[", depth));
                    break;
                case 9 when tokens[place] is "[" or ",":
                    // Many items where there were few.
                    string item = Scalars[random.Next(Scalars.Length)];
                    tokens.InsertRange(place + 1, Enumerable.Repeat<string[]>([item, ","], 1 << random.Next(12)).SelectMany(t => t));
                    break;
                case 10:
                    tokens[place] = Punctuation[random.Next(Punctuation.Length)];
                    break;
                default:
                    tokens.RemoveAt(place);
                    break;
            }
        }
    }

    /// <summary>The same number plus or minus a little, or the same name but for a letter.</summary>
    private string Nearby(string scalar) => long.TryParse(scalar, out long number) && Math.Abs(number) < long.MaxValue / 2
        ? $"{number + random.Next(-8, 9)}"
        : scalar.Length > 2 ? scalar[..^2] + (char)random.Next('a', 'e') + scalar[^1] : scalar;

    /// <summary>How many tokens a value takes, with its name and the comma behind it where it has them.</summary>
    private static int PartAt(List<string> tokens, int place)
    {
        int depth = 0, end = place;
        for (; end < tokens.Count; end++)
        {
            depth += tokens[end] is "[" or "{" ? 1 : tokens[end] is "]" or "}" ? -1 : 0;
            if (depth < 0)
                break;
            if (depth == 0 && tokens[end] != ":" && (end + 1 == tokens.Count || tokens[end + 1] != ":"))
                return end + 1 - place + (end + 1 < tokens.Count && tokens[end + 1] == "," ? 1 : 0);
        }

        return Math.Max(end - place, 1);
    }

    private static bool IsScalar(string token) => token[0] == '"' || IsWord(token[0]);

    private static bool IsWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '+' or '.';
}
