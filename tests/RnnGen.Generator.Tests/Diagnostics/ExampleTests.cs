using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>The examples of docs/diagnostics.md are mistakes: each gives the diagnostics that its comments name.</summary>
public partial class ExampleTests
{
    private const string Highway =
        "[RnnCell] readonly partial struct Highway { readonly Recurrent U; public Hidden Step(Input x, Hidden h) => x + Tanh(U * h); }";

    public static TheoryData<string> Examples => [.. Page.Read(InRepository("docs/diagnostics.md")).In("csharp").Distinct()];

    /// <summary>An example may give more than it names, as it is only a part of a program.</summary>
    [Theory]
    [MemberData(nameof(Examples))]
    public async Task ItGivesItsDiagnostics(string example)
    {
        var (result, output) = Compiler.Generate(Compiler.Compile("using RnnGen;\n" + Complete(example)));
        // The analyzer repeats the generator's diagnostics, hidden.
        var analyzed = await output.WithAnalyzers([new RnnAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        string[] given =
        [
            .. result.Diagnostics.Concat(analyzed.Where(d => d.Severity != DiagnosticSeverity.Hidden)).Select(d => d.Id),
        ];
        Assert.All(
            FirstInComment().Matches(example).GroupBy(match => match.Groups["id"].Value),
            named => Assert.True(named.Count() <= given.Count(id => id == named.Key), $"It gives {string.Join(", ", given)}."));
    }

    /// <summary>The example in a whole program.</summary>
    private static string Complete(string example)
    {
        if (example.StartsWith("[Rnn<", StringComparison.Ordinal) || example.StartsWith("[OneHot", StringComparison.Ordinal))
            return string.Concat(example.TrimEnd().Split('\n').Select(
                (layer, i) => $"[RnnModel, Input(3)]\n{layer}\n[Dense(1), SquaredError] partial class M{i};\n"));
        if (!Declaration().IsMatch(example))
            return $"[RnnCell] public readonly partial struct C {{ readonly Weight W; {Members(example)} }}";

        List<string> program = [example];
        if (Has("Rnn<Highway>") && !Has("struct Highway"))
            program.Add(Highway);
        if (Has("[Decoder") && !Has("[Seq2Seq"))
        {
            if (!Has("[Encoder"))
                program.Add("[Encoder, Embedding(28, 64), Rnn<Gru>(128)] static class Spelling;");
            program.Add("[Seq2Seq(typeof(Spelling), typeof(Phonemes))] partial class Pronouncer;");
        }

        return string.Concat(program);

        bool Has(string text) => example.Contains(text, StringComparison.Ordinal);
    }

    /// <summary>Members of a cell from a method, fields, or statements.</summary>
    private static string Members(string example) =>
        example.Contains("Step(", StringComparison.Ordinal) ? example
        : example.StartsWith("readonly", StringComparison.Ordinal)
            ? example + "public Hidden Step(Input x, Hidden h) => Tanh(W * x + h);"
        : example.Contains("return", StringComparison.Ordinal)
            ? $"readonly Recurrent U; public Hidden Step(Input x, Hidden h) {{ {example} }}"
        : $"readonly Recurrent U; public Hidden Step(Input x, Hidden h) {{ {example} return h; }}";

    private static string InRepository(string path, [CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", path);

    [GeneratedRegex("^.*?// .*?(?<id>RNN[0-9]{3})", RegexOptions.Multiline)]
    private static partial Regex FirstInComment();

    [GeneratedRegex(@"^[^/\n]*\b(class|struct|record) \w", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
