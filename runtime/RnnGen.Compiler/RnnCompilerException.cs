namespace RnnGen.Compiler;

/// <summary>A message of the generator or of the C# compiler.</summary>
/// <param name="Id">Its number: <c>RNN…</c> of the generator, <c>CS…</c> of the compiler.</param>
/// <param name="Line">The line of the declaration, from 1 on; 0 for a place that is not in it.</param>
/// <param name="Column">The column, from 1 on; 0 for a place that is not in the declaration.</param>
/// <param name="Message">The message.</param>
public sealed record RnnCompilerDiagnostic(string Id, int Line, int Column, string Message)
{
    /// <summary>The number of the message.</summary>
    public string Id { get; } = Id ?? throw new ArgumentNullException(nameof(Id));

    /// <summary>The message.</summary>
    public string Message { get; } = Message ?? throw new ArgumentNullException(nameof(Message));

    /// <summary>All on one line, as a compiler prints it.</summary>
    public override string ToString() => Line > 0 ? $"({Line},{Column}): {Id}: {Message}" : $"{Id}: {Message}";
}

/// <summary>A declaration that does not compile, or that is beyond the bounds of <see cref="RnnCompilerOptions"/>.</summary>
public sealed class RnnCompilerException : Exception
{
    private const int MostListed = 20;

    internal RnnCompilerException(string message) : base(message)
    {
    }

    internal RnnCompilerException(IReadOnlyList<RnnCompilerDiagnostic> diagnostics)
        : base("The declaration does not compile:" + string.Concat(diagnostics.Take(MostListed).Select(d => $"\n{d}"))
            + (diagnostics.Count > MostListed ? $"\nand {diagnostics.Count - MostListed} more" : "")) =>
        Diagnostics = diagnostics;

    /// <summary>The messages of the generator and of the compiler that are errors; empty if a bound was passed.</summary>
    public IReadOnlyList<RnnCompilerDiagnostic> Diagnostics { get; } = [];
}
