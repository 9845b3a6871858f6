using Xunit.Abstractions;
using Xunit.Sdk;

namespace RnnGen.Conformance;

/// <summary>
/// Puts a suite's line where <c>dotnet test</c> shows it whatever its verbosity: among the diagnostic messages that xunit.runner.json turns
/// on.
/// </summary>
/// <param name="sink">xunit's.</param>
public sealed class Announcer(IMessageSink sink)
{
    /// <summary>Prints a line.</summary>
    public void Say(string line) => sink.OnMessage(new DiagnosticMessage(line));
}
