namespace RnnGen.Hosting;

/// <summary>The file that a served model has loaded, and why a newer one is refused.</summary>
/// <param name="Path">The file.</param>
/// <param name="Hash">SHA-256 of the file that serves, as 64 hexadecimal digits.</param>
/// <param name="LoadedAt">When it was loaded.</param>
/// <param name="Loads">How many files have been loaded: at least 1.</param>
/// <param name="Refusal">
/// Why the file that is there now does not serve, and the one before it still does; null if the file serves that is there.
/// </param>
public sealed record RnnModelStatus(string Path, string Hash, DateTimeOffset LoadedAt, int Loads, string? Refusal = null);
