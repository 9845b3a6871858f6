using System.Globalization;

namespace RnnGen.Generator.Support;

/// <summary>Numbers as people and C# read them, whatever the machine's language.</summary>
internal static class Numeral
{
    /// <summary>259168 as 259,168.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A double as a C# literal that reads back to the same bits.</summary>
    public static string Literal(double value) =>
        new Real(value).Equals(-0.0) ? "-0.0"
            : value.ToString("R", CultureInfo.InvariantCulture) is var text && text.All(c => char.IsDigit(c) || c == '-') ? text + ".0"
            : text;

    /// <summary>An offset before what is added to it: "16 + ", or nothing for 0.</summary>
    public static string Plus(int offset) => offset == 0 ? "" : $"{offset} + ";
}
