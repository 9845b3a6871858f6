namespace RnnGen.Quality;

/// <summary>A row of the table: a task, how to run it, and what was published.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Task">What is learned, and from what.</param>
/// <param name="Published">A published result, and where.</param>
/// <param name="Run">
/// Trains and tests: takes the folder of data and what is told lines of progress, and returns the result. Seeds are fixed.
/// </param>
internal sealed record QualityRow(string Name, string Task, string Published, Func<string, Action<string>, string> Run)
{
    /// <summary>Files in the folder of data that are not part of the project; null if it needs none.</summary>
    public string[]? Data { get; init; }

    /// <summary>Where these files come from.</summary>
    public string Origin { get; init; } = "";
}
