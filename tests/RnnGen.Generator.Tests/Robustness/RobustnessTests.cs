using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace RnnGen.Generator.Tests.Robustness;

/// <summary>Whatever somebody declares, the generator does not throw, and what it writes compiles without a warning.</summary>
public partial class RobustnessTests
{
    private const int Batch = 250;

    private static readonly HashSet<string> Functions = [.. Equations.Language.Functions.Select(f => f.Name), Equations.Language.Scaled];

    [Theory]
    [MemberData(nameof(Batches))]
    public void RandomDeclarations(int first)
    {
        var programs = Enumerable.Range(first, Batch).Select(n => new RandomProgram(n)).ToDictionary(p => p.Name, p => p.Write());
        var compilation = Compiler.Compile(programs.Select(p => (p.Key, p.Value)));
        var (result, output) = Compiler.Generate(compilation);
        if (result.Exception is not null)
            Assert.Fail(Culprit(programs));

        var before = Compiler.Problems(compilation).Select(Describe).ToHashSet();
        var refused = compilation.GetDiagnostics()
            .Where(IsUsersError)
            .Concat(result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)).Select(ProgramOf).ToHashSet();
        var problems = Compiler.Problems(output).Where(d => !refused.Contains(ProgramOf(d)) && !before.Contains(Describe(d))).ToList();
        if (problems.Count > 0)
            Assert.Fail($"{string.Join("\n", problems.Take(20))}\n\n{problems.Count} in {problems.Select(ProgramOf).Distinct().Count()} "
                + $"programs\n\n{programs[ProgramOf(problems[0])]}");

        // Random programs that are all wrong would prove nothing.
        string reasons = string.Join(
            ", ",
            result.Diagnostics.Concat(compilation.GetDiagnostics().Where(IsUsersError))
                .CountBy(d => d.Id)
                .OrderByDescending(c => c.Value)
                .Take(12).Select(c => $"{c.Key} {c.Value}×"));
        Assert.True(programs.Count - refused.Count > Batch / 6, $"Only {programs.Count - refused.Count} programs are valid: {reasons}.");
        Assert.True(refused.Count > Batch / 6, $"Only {refused.Count} programs are not valid.");
    }

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, 8).Select(i => i * Batch)];

    /// <summary>Errors of the user alone; that the functions of the equations do not exist is none, the generator adds them.</summary>
    private static bool IsUsersError(Diagnostic diagnostic) =>
        diagnostic.Severity == DiagnosticSeverity.Error
        && !(diagnostic.Id == "CS0103"
            && Functions.Contains(diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan)));

    private static string Describe(Diagnostic diagnostic) =>
        $"{diagnostic.Location.GetLineSpan().Path} {diagnostic.Location.SourceSpan} {diagnostic.Id}";

    /// <summary>The program that a diagnostic is about: its file, or the namespace in the name of a generated file.</summary>
    private static string ProgramOf(Diagnostic diagnostic) =>
        Number().Match(Path.GetFileName(diagnostic.Location.GetLineSpan().Path)).Value;

    private static string Culprit(Dictionary<string, string> programs)
    {
        foreach (string source in programs.Values)
        {
            if (Compiler.Generate(Compiler.Compile(source)).Result.Exception is { } exception)
                return $"{exception}\n\n{source}";
        }

        return "The generator throws on all programs together, but on none alone.";
    }

    [GeneratedRegex(@"N\d+")]
    private static partial Regex Number();
}
