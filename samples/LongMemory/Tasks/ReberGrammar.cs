namespace LongMemory;

/// <summary>
/// A walk through the embedded Reber grammar (Smith and Zipser 1989; Fahlman 1991): B, then T or P, then a whole string of the Reber
/// grammar, then the same T or P, and E. What has to be remembered is that one symbol, for as long as the inner string lasts.
/// </summary>
internal struct ReberGrammar
{
    /// <summary>All symbols; a symbol's number is its place.</summary>
    public const string Symbols = "BTSXPVE";

    private const int OuterStart = 0, Branch = 1, InnerStart = 2, First = 3, InnerEnd = 8, Return = 9, OuterEnd = 10, Over = 11;

    // The inner grammar: from a state, a symbol leads to a state, numbered from 1; 6 is its end. There are always two ways to go on.
    private static readonly (char Symbol, int Next)[][] Inner =
    [
        [('T', 2), ('P', 3)],
        [('S', 2), ('X', 4)],
        [('T', 3), ('V', 5)],
        [('X', 3), ('S', 6)],
        [('P', 4), ('V', 6)],
    ];

    private int state;
    private char branch;

    /// <summary>Whether the string is complete.</summary>
    public readonly bool IsOver => state == Over;

    /// <summary>The symbols that may come next; empty if the string is complete.</summary>
    public readonly string Legal => state switch
    {
        OuterStart or InnerStart => "B",
        Branch => "TP",
        InnerEnd or OuterEnd => "E",
        Return => branch.ToString(),
        Over => "",
        _ => string.Concat(Inner[state - First].Select(way => way.Symbol)),
    };

    /// <summary>Goes on by a symbol.</summary>
    /// <exception cref="ArgumentException">The symbol is not legal here.</exception>
    public void Move(char symbol)
    {
        if (!Legal.Contains(symbol))
            throw new ArgumentException($"After this, {symbol} is not legal, only {Legal}.", nameof(symbol));
        if (state is >= First and < InnerEnd)
        {
            int next = Array.Find(Inner[state - First], way => way.Symbol == symbol).Next;
            state = First - 1 + next;
            return;
        }

        branch = state == Branch ? symbol : branch;
        state++;
    }
}
