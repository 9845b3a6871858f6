using System.Globalization;

namespace RnnGen.Formats;

/// <summary>The header of an array: a Python dictionary of three entries.</summary>
/// <param name="Description">The type as NumPy writes it: <c>&lt;f4</c>.</param>
/// <param name="Type">The type; null if its elements are no numbers.</param>
/// <param name="IsBigEndian">True if the first byte of an element is the highest.</param>
/// <param name="IsFortran">True if the first index runs fastest.</param>
/// <param name="Shape">The dimensions.</param>
internal sealed record NumpyHeader(string Description, ElementType? Type, bool IsBigEndian, bool IsFortran, int[] Shape)
{
    private const int MostDimensions = 32;

    /// <param name="text">The dictionary, padded with spaces.</param>
    /// <param name="bad">Makes the exception for what is wrong.</param>
    public static NumpyHeader Parse(string text, Func<string, Exception> bad)
    {
        string? description = null;
        bool? isFortran = null;
        int[]? shape = null;
        int place = 0;
        Expect('{');
        while (Next() != '}')
        {
            string key = Quoted();
            Expect(':');
            switch (key)
            {
                case "descr":
                    description = Next() == '[' ? Structure() : Quoted();
                    break;
                case "fortran_order":
                    isFortran = Word("True") || (Word("False") ? false : throw bad("its order is neither True nor False"));
                    break;
                case "shape":
                    shape = Dimensions();
                    break;
                default:
                    throw bad($"its header has {FileText.Quote(key)}");
            }

            if (Next() != '}')
                Expect(',');
        }

        if (description is null || isFortran is null || shape is null)
            throw bad("its header lacks descr, fortran_order or shape");
        return new(description, TypeOf(description), description.StartsWith('>'), isFortran.Value, shape);

        char Next()
        {
            while (place < text.Length && text[place] == ' ')
                place++;
            return place < text.Length ? text[place] : throw bad("its header ends too early");
        }

        void Expect(char letter)
        {
            if (Next() != letter)
                throw bad($"its header has {FileText.Quote(text[place].ToString())} where {letter} belongs");
            place++;
        }

        bool Word(string word)
        {
            bool found = Next() == word[0] && string.CompareOrdinal(text, place, word, 0, word.Length) == 0;
            place += found ? word.Length : 0;
            return found;
        }

        string Quoted()
        {
            Expect('\'');
            int end = text.IndexOf('\'', place);
            if (end < 0)
                throw bad("its header has a text without an end");
            string quoted = text[place..end];
            place = end + 1;
            return quoted;
        }

        // A structured type: a list of fields, which is not taken apart.
        string Structure()
        {
            int end = text.LastIndexOf(']');
            int start = place;
            place = end + 1;
            return end > start ? text[start..place] : throw bad("its header has a list without an end");
        }

        int[] Dimensions()
        {
            List<int> sizes = [];
            Expect('(');
            while (Next() != ')')
            {
                int start = place;
                while (place < text.Length && char.IsAsciiDigit(text[place]))
                    place++;
                if (!int.TryParse(text.AsSpan(start, place - start), NumberStyles.None, CultureInfo.InvariantCulture, out int size))
                    throw bad($"its shape has something that is no size from 0 to {int.MaxValue}");
                sizes.Add(size);
                if (sizes.Count > MostDimensions)
                    throw bad($"it has more than {MostDimensions} dimensions");
                // Python 2 wrote long integers as 3L.
                if (place < text.Length && text[place] == 'L')
                    place++;
                if (Next() != ')')
                    Expect(',');
            }

            place++;
            return [.. sizes];
        }
    }

    private static ElementType? TypeOf(string description) => description.Length < 2 ? null : description[1..] switch
    {
        "f2" or "f4" or "f8" => ElementType.Real(description[2] - '0'),
        "i1" or "i2" or "i4" or "i8" => ElementType.Integer(description[2] - '0', isSigned: true),
        "u1" or "u2" or "u4" or "u8" => ElementType.Integer(description[2] - '0', isSigned: false),
        "b1" => ElementType.Boolean,
        _ => null,
    };
}
