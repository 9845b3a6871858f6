using System.Globalization;
using Humanizer;
using RnnGen.Numerics;

namespace Translate;

/// <summary>
/// Draws texts with numbers as people write them, and how they are read aloud in English: what a program that speaks has to know. The same
/// digits are read in different ways: 1998 after "in" is a year, before "people" a number.
/// </summary>
/// <param name="seed">Equal seeds give equal texts on every machine.</param>
internal sealed class SpokenPairs(ulong seed)
{
    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly (string Sign, string One, string Many)[] Units =
    [
        ("km", "kilometre", "kilometres"), ("kg", "kilogram", "kilograms"), ("mph", "mile per hour", "miles per hour"),
        ("°C", "degree celsius", "degrees celsius"), ("ml", "millilitre", "millilitres"), ("GB", "gigabyte", "gigabytes"),
        ("ft", "foot", "feet"), ("h", "hour", "hours"), ("min", "minute", "minutes"),
    ];

    private static readonly (string Sign, string One, string Many, string Part, string Parts)[] Currencies =
    [
        ("$", "dollar", "dollars", "cent", "cents"), ("£", "pound", "pounds", "penny", "pence"), ("€", "euro", "euros", "cent", "cents"),
    ];

    private readonly CounterRandom random = new(seed);
    private ulong position;

    /// <summary>Draws texts, all different.</summary>
    public IReadOnlyList<Pair> Draw(int count)
    {
        Func<Pair>[] kinds = [Number, Year, Date, Time, Money, Decimal, Measure, Phone, Ordinal, Fraction];
        Dictionary<string, Pair> pairs = new(StringComparer.Ordinal);
        while (pairs.Count < count)
        {
            Pair pair = kinds[Next(kinds.Length)]();
            pairs.TryAdd(pair.Written, pair);
        }

        return [.. pairs.Values];
    }

    private Pair Number()
    {
        int number = Some();
        string noun = One("people", "houses", "books", "votes", "pages");
        return new("number", $"{Digits(number)} {noun}", $"{Words(number)} {noun}");
    }

    private Pair Year()
    {
        int year = 1100 + Next(950);
        string before = One("in", "since", "by", "before", "until");
        return new("year", $"{before} {year}", $"{before} {YearWords(year)}");
    }

    private Pair Date()
    {
        DateOnly date = new DateOnly(1850, 1, 1).AddDays(Next(80_000));
        string month = Months[date.Month - 1], shortMonth = month[..3], day = date.Day.ToOrdinalWords(CultureInfo.InvariantCulture);
        string written = Next(5) switch
        {
            0 => $"{date:yyyy-MM-dd}",
            1 => $"{date.Day} {month} {date.Year}",
            2 => $"{date.Day} {shortMonth}. {date.Year}",
            3 => $"{month} {date.Day}, {date.Year}",
            _ => $"{shortMonth} {Ordinal(date.Day)}, {date.Year}",
        };
        string year = YearWords(date.Year);
        string spoken = char.IsLetter(written[0])
            ? $"{month} {Plain(day)} {year}" : $"the {Plain(day)} of {month} {year}";
        return new("date", written, spoken.ToLowerInvariant());
    }

    private Pair Time()
    {
        int hour = Next(24), minute = Next(4) == 0 ? 0 : Next(60);
        bool isTwelve = Next(2) == 0;
        int shown = isTwelve ? ((hour + 11) % 12) + 1 : hour;
        string minutes = minute == 0 ? (isTwelve ? "" : " o'clock") : minute < 10 ? $" oh {Words(minute)}" : $" {Words(minute)}";
        string half = isTwelve ? (hour < 12 ? " am" : " pm") : "", before = One("at", "from", "until", "before");
        return new(
            "time", $"{before} {shown}:{minute:00}{half}",
            $"{before} {Words(shown)}{minutes}{(half.Length > 0 ? $" {half[1]} m" : "")}");
    }

    private Pair Money()
    {
        (string sign, string one, string many, string part, string parts) = Currencies[Next(Currencies.Length)];
        int whole = 1 + (Some() / (Next(2) == 0 ? 1 : 100)), cents = Next(2) == 0 ? 0 : 1 + Next(99);
        string spoken = $"{Words(whole)} {(whole == 1 ? one : many)}";
        if (cents > 0)
            spoken += $" and {Words(cents)} {(cents == 1 ? part : parts)}";
        string before = One("costs", "for", "about", "only");
        return new("money", $"{before} {sign}{Digits(whole)}{(cents > 0 ? $".{cents:00}" : "")}", $"{before} {spoken}");
    }

    private Pair Decimal()
    {
        int whole = Next(200), places = 1 + Next(3);
        string behind = string.Concat(Enumerable.Range(0, places).Select(_ => Next(10)));
        bool isPercent = Next(2) == 0;
        return new(
            "decimal", $"{whole}.{behind}{(isPercent ? "%" : "")}",
            $"{Words(whole)} point {string.Join(' ', behind.Select(digit => Words(digit - '0')))}{(isPercent ? " percent" : "")}");
    }

    private Pair Measure()
    {
        (string sign, string one, string many) = Units[Next(Units.Length)];
        int number = 1 + (Some() % 2000);
        return new("measure", $"{number}{(Next(2) == 0 ? " " : "")}{sign}", $"{Words(number)} {(number == 1 ? one : many)}");
    }

    private Pair Phone()
    {
        string digits = string.Concat(Enumerable.Range(0, 7).Select(_ => Next(10))), before = One("call", "phone", "dial");
        return new(
            "phone", $"{before} {digits[..3]}-{digits[3..]}",
            $"{before} {string.Join(' ', digits.Select(digit => digit == '0' ? "oh" : Words(digit - '0')))}");
    }

    private Pair Ordinal()
    {
        int number = 1 + (Some() % 1000);
        string noun = One("floor", "time", "street", "page", "place");
        return new("ordinal", $"the {Ordinal(number)} {noun}", $"the {Plain(number.ToOrdinalWords(CultureInfo.InvariantCulture))} {noun}");
    }

    private Pair Fraction()
    {
        int whole = Next(40), below = 2 + Next(9), above = 1 + Next(below - 1);
        string name = below == 2 ? "half" : below == 4 ? "quarter" : Plain(below.ToOrdinalWords(CultureInfo.InvariantCulture));
        string noun = One("miles", "cups", "inches", "pounds");
        string spoken = $"{Words(above)} {name}{(above == 1 ? "" : "s")}";
        return new(
            "fraction", $"{(whole > 0 ? $"{whole} " : "")}{above}/{below} {noun}",
            $"{(whole > 0 ? $"{Words(whole)} and " : "")}{spoken} {noun}");
    }

    // Of one to six digits, each length as often.
    private int Some() => Next((int)Math.Pow(10, 1 + Next(6)));

    private string Digits(int number) => number.ToString(Next(2) == 0 ? "N0" : "D", CultureInfo.InvariantCulture);

    private string One(params string[] words) => words[Next(words.Length)];

    private int Next(int count) => (int)(random.Uniform(position++) * count);

    private static string Ordinal(int number) => number + ((number % 100) is >= 11 and <= 13 ? "th" : (number % 10) switch
    {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    });

    private static string Words(int number) => Plain(number.ToWords(CultureInfo.InvariantCulture));

    // The first years of a millennium are read as numbers, all others in two halves.
    private static string YearWords(int year)
    {
        if (year % 1000 < 10)
            return Words(year);
        string second = (year % 100) switch { 0 => "hundred", < 10 => $"oh {Words(year % 100)}", _ => Words(year % 100) };
        return $"{Words(year / 100)} {second}";
    }

    private static string Plain(string words) => words.Replace('-', ' ').Replace(",", "", StringComparison.Ordinal);
}
