namespace RnnGen.Generator.Equations;

/// <summary>A function of the equation language.</summary>
/// <param name="Name">As equations write it.</param>
/// <param name="Takes">Its arguments in words.</param>
/// <param name="Vectors">How many vectors it takes first.</param>
/// <param name="Numbers">The names of the numbers it takes after them.</param>
internal sealed record LanguageFunction(string Name, string Takes, int Vectors, params string[] Numbers)
{
    public int Arguments => Vectors + Numbers.Length;

    /// <summary>Whether cells have it.</summary>
    public bool InCells { get; init; } = true;

    /// <summary>Whether attention's scores have it.</summary>
    public bool InScores { get; init; } = true;
}
