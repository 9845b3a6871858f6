using System.Security.Cryptography;
using System.Text;

namespace RnnGen.Platforms;

/// <summary>The lines that the worker printed on one platform.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Lines">The width of vectors, then a line for each model.</param>
/// <param name="Elapsed">The time from the start of the program to its end.</param>
internal sealed record Outcome(string Platform, IReadOnlyList<string> Lines, TimeSpan Elapsed)
{
    /// <summary>Bits per vector; 1 for plain numbers.</summary>
    public string Width => Lines[0]["width ".Length..];

    /// <summary>The models' lines: forwards, losses and weights after ten updates, as hashes.</summary>
    public IEnumerable<string> Models => Lines.Skip(1);

    /// <summary>The start of the SHA-256 of the models' lines.</summary>
    public string Hash => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Models))))[..16];
}
