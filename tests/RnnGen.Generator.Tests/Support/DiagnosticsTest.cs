using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Tests;

/// <summary>Compares what the generator says about a source with the marks in it.</summary>
public abstract class DiagnosticsTest
{
    /// <summary>Everything a declaration needs, to be left out or spoilt.</summary>
    protected const string Layers = "[OneHot(5), Rnn<Lstm>(4), Dense(5), SoftmaxCrossEntropy]";

    /// <summary>In a message, the functions of each dialect: a new one changes no message here.</summary>
    protected const string CellFunctions = "{functions of cells}", ScoreFunctions = "{functions of scores}";

    /// <param name="marked">The source; every mark is one diagnostic.</param>
    /// <param name="messages">The diagnostics' messages in the order of their marks.</param>
    protected static void Check(string marked, params string[] messages) => Check(marked, LanguageVersion.CSharp12, messages);

    /// <inheritdoc cref="Check(string, string[])"/>
    protected static void Check(string marked, LanguageVersion version, params string[] messages)
    {
        var (source, marks) = Markup.Parse("using RnnGen;\n" + marked);
        var compilation = Compiler.Compile(source, version);
        var result = Compiler.Generate(compilation).Result;

        Assert.Null(result.Exception);
        var diagnostics = result.Diagnostics.OrderBy(d => d.Location.SourceSpan.Start).ThenBy(d => d.Id).ToList();
        Assert.Equal(Texts(diagnostics), Texts(Hidden(compilation)));
        Assert.Equal(
            marks.Zip(messages.Select(WithFunctions), (m, text) => $"{m.Id} at '{source.Substring(m.Span.Start, m.Span.Length)}': {text}"),
            diagnostics.Select(d => $"{d.Id} at '{source.Substring(d.Location.SourceSpan.Start, d.Location.SourceSpan.Length)}': "
                + $"{d.GetMessage()}"));
        Assert.Equal(marks.Select(m => m.Span), diagnostics.Select(d => d.Location.SourceSpan));
        Assert.Equal(messages.Length, marks.Count);
        foreach (var diagnostic in diagnostics)
        {
            Assert.Equal(diagnostic.Id == "RNN019" ? DiagnosticSeverity.Info : DiagnosticSeverity.Error, diagnostic.Severity);
            Assert.Equal(Compiler.FileName, diagnostic.Location.GetLineSpan().Path);
        }
    }

    /// <summary>The analyzer's hidden copies of the generator's diagnostics, which code fixes need.</summary>
    private static IEnumerable<Diagnostic> Hidden(Compilation compilation) =>
        compilation.WithAnalyzers([new RnnAnalyzer()])
            .GetAnalyzerDiagnosticsAsync()
            .GetAwaiter()
            .GetResult()
            .Where(d => d.Severity == DiagnosticSeverity.Hidden);

    private static IEnumerable<string> Texts(IEnumerable<Diagnostic> diagnostics) =>
        diagnostics.Select(d => $"{d.Id} at {d.Location.SourceSpan}: {d.GetMessage()}").Distinct().Order(StringComparer.Ordinal);

    private static string WithFunctions(string message) =>
        message.Replace(CellFunctions, Names(Dialect.Cell), StringComparison.Ordinal)
            .Replace(ScoreFunctions, Names(Dialect.Score), StringComparison.Ordinal);

    private static string Names(Dialect dialect) => string.Join(", ", dialect.Functions.Select(f => f.Name));
}
