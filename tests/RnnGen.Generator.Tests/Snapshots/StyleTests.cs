using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnGen.Generator.Tests.Snapshots;

/// <summary>Generated code keeps the rules of style: that of all snapshots, and of models at the edges of what can be declared.</summary>
public partial class StyleTests
{
    private const int LongestLine = 140;

    private static readonly (string Name, string Text)[] Files = [.. Snapshots(), .. Extremes()];

    private static readonly Dictionary<string, CompilationUnitSyntax> Syntax = Files.ToDictionary(f => f.Name, f => (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(f.Text).GetRoot());

    [Fact]
    public void LinesAreShort() => AssertNone(Lines().Where(l => l.Text.Length > LongestLine).Select(l => $"{l.Place}: {l.Text.Length} characters"));

    /// <summary>The runtime holds what all models share, so a model itself is short.</summary>
    [Fact]
    public void TheMembersOfTheCharacterModelAreFew() =>
        Assert.InRange(Files.Single(f => f.Name == "SnapshotTests.CharModel#CharModel.g.verified.cs").Text.Split('\n').Length - 1, 100, 260);

    /// <summary>Names begin with an alias, which nothing can hide; a trainer's base has a Start of its own.</summary>
    [Fact]
    public void GlobalIsForUsingsOnly() =>
        AssertNone(Lines().Where(l => l.Text.Contains("global::", StringComparison.Ordinal) && !l.Text.TrimStart().StartsWith("using ", StringComparison.Ordinal) && !l.Text.Contains(", start: global::", StringComparison.Ordinal)).Select(l => l.Place));

    [Fact]
    public void EveryMemberOfAUsersTypeIsMarked()
    {
        var types = Types().Where(t => t.Modifiers.Any(SyntaxKind.PartialKeyword) && t.Parent is not TypeDeclarationSyntax).ToList();
        Assert.True(types.Sum(t => t.Members.Count) > 200, "Where are the members?");
        AssertNone(types.SelectMany(t => t.Members).Where(m => !Has(m, "System::CodeDom.Compiler.GeneratedCode")).Select(PlaceOf));
        AssertNone(types.SelectMany(t => t.AttributeLists).Where(a => $"{a}".Contains("GeneratedCode", StringComparison.Ordinal)).Select(PlaceOf));
    }

    [Fact]
    public void KernelsAreNotCovered()
    {
        var kernels = Types().Where(t => t.Identifier.Text == "Kernels").ToList();
        Assert.True(kernels.Count > 10, "Where are the kernels?");
        AssertNone(kernels.Where(t => !Has(t, "ExcludeFromCodeCoverage")).Select(PlaceOf));
        AssertNone(Lines().Where(l => l.Text.Contains("DebuggerNonUserCode", StringComparison.Ordinal)).Select(l => l.Place));
    }

    [Fact]
    public void SummariesBeginWithTheirSubject() => AssertNone(Files.SelectMany(f => Summary().Matches(f.Text).Select(m => $"{f.Name}: {m.Value}")));

    /// <summary>Methods that something else declares have the parameters that it says.</summary>
    [Fact]
    public void ParametersAreUsed()
    {
        var methods = Nodes<BaseMethodDeclarationSyntax>().Where(m => !m.Modifiers.Any(SyntaxKind.OverrideKeyword) && m is not MethodDeclarationSyntax { ExplicitInterfaceSpecifier: not null } && !IsKernel(m)).ToList();
        Assert.True(methods.Count > 300, "Where are the methods?");
        AssertNone(methods.SelectMany(m => m.ParameterList.Parameters.Where(p => !Uses(m, p.Identifier.ValueText)).Select(p => $"{PlaceOf(m)}: {p.Identifier}")).Where(IsOrdinary));
    }

    [Fact]
    public void NothingIsAddedOrMultipliedInVain() => AssertNone(Nodes<BinaryExpressionSyntax>().Where(b => b.Kind() switch
    {
        SyntaxKind.AddExpression => Is(b.Left, 0) || Is(b.Right, 0),
        SyntaxKind.SubtractExpression => Is(b.Right, 0),
        SyntaxKind.MultiplyExpression => Is(b.Left, 1) || Is(b.Right, 1),
        SyntaxKind.DivideExpression => Is(b.Right, 1),
        _ => false,
    }).Select(PlaceOf).Where(IsOrdinary));

    [Fact]
    public void NoLoopTurnsOnce() => AssertNone(Nodes<ForStatementSyntax>().Where(l => l.Condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LessThanExpression } c && Is(c.Right, 1)).Select(PlaceOf).Where(IsOrdinary));

    [Fact]
    public void BlocksEndWithABlankLine()
    {
        var lines = Lines().ToList();
        AssertNone(lines.Zip(lines.Skip(1)).Where(pair => pair.First.Text.Trim() == "}" && Continues().IsMatch(pair.Second.Text)).Select(pair => pair.First.Place));
    }

    /// <summary>True for a place in a snapshot: a model of one step, one unit or one input keeps the form of all others.</summary>
    private static bool IsOrdinary(string place) => place.StartsWith(nameof(SnapshotTests), StringComparison.Ordinal);

    private static void AssertNone(IEnumerable<string> faults)
    {
        string all = string.Join('\n', faults);
        Assert.True(all.Length == 0, all);
    }

    private static bool Has(MemberDeclarationSyntax member, string attribute) => member.AttributeLists.SelectMany(l => l.Attributes).Any(a => $"{a.Name}" == attribute);

    private static bool IsKernel(BaseMethodDeclarationSyntax method) => method is MethodDeclarationSyntax { Identifier.Text: "Infer" or "InferRows" or "Encode" or "Forward" or "Backward", Parent: StructDeclarationSyntax };

    private static bool Uses(BaseMethodDeclarationSyntax method, string parameter) =>
        new SyntaxNode?[] { method.Body, method.ExpressionBody, (method as ConstructorDeclarationSyntax)?.Initializer }.OfType<SyntaxNode>()
            .SelectMany(n => n.DescendantNodes()).OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == parameter);

    private static bool Is(ExpressionSyntax expression, int value) => expression is LiteralExpressionSyntax { Token.Value: int number } && number == value;

    private static IEnumerable<T> Nodes<T>() where T : SyntaxNode => Syntax.Values.SelectMany(s => s.DescendantNodes().OfType<T>());

    private static IEnumerable<TypeDeclarationSyntax> Types() => Nodes<TypeDeclarationSyntax>();

    private static string PlaceOf(SyntaxNode node) =>
        $"{Syntax.Single(s => s.Value == node.SyntaxTree.GetRoot()).Key}({node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}): {node.ToString().Split('\n')[0]}";

    private static IEnumerable<(string Place, string Text)> Lines() => Files.SelectMany(f => f.Text.Split('\n').Select((line, i) => ($"{f.Name}({i + 1}): {line}", line)));

    private static IEnumerable<(string Name, string Text)> Snapshots([CallerFilePath] string here = "") =>
        Directory.GetFiles(Path.GetDirectoryName(here)!, "*.verified.cs").Select(p => (Path.GetFileName(p), File.ReadAllText(p).Replace("\r\n", "\n", StringComparison.Ordinal)));

    /// <summary>Widths, steps and rows of one; all kinds of state; everything in double.</summary>
    private static IEnumerable<(string Name, string Text)> Extremes()
    {
        var (result, _) = Compiler.Generate(Compiler.Compile("""
            using RnnGen;
            [RnnModel(Steps = 1), Input(1), Rnn<SimpleRnn>(1), Dense(1), SquaredError] partial class One;
            [RnnModel(Steps = 1, Precision = Precision.Double), OneHot(1), Rnn<LayerNormLstm>(1, Depth = 2, Zoneout = 0.1, RecurrentDropout = 0.1), Dropout(0.5), Dense(1), SigmoidCrossEntropy] partial class OneInDouble;
            [RnnModel(Steps = 2), Input(1), Feedback(1), Dense(1, Activation = Activation.Tanh), Dense(1), SquaredError] partial class Fed;
            [RnnModel(Steps = 2, Precision = Precision.Double), Input(1, Once = true), Repeat, Rnn<ProjectedLstm>(8, Projection = 1, Name = "wide", Direction = Direction.Bidirectional), Dense(1), SquaredError] partial class Once;
            [RnnModel(Steps = 3), Input(2), Rnn<PeepholeLstm>(5), Pool(Pooling.Mean), Dense(1), SigmoidCrossEntropy, Compressed(WeightFormat.BFloat16)] partial class Pooled;
            [Encoder(Steps = 1), Input(1), Rnn<Lstm>(1, Direction = Direction.Bidirectional)] static class Source;
            [Decoder(Steps = 1), Input(1), Rnn<Lstm>(2, Name = "inner", From = "input, context'"), Attention<DotScore>(2, Name = "context"), Dense(1, From = "inner, context"), SquaredError] static class Target;
            [Seq2Seq(typeof(Source), typeof(Target))] partial class Joint;
            """));
        Assert.DoesNotContain(result.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        return result.GeneratedSources.Select(s => (s.HintName, s.SourceText.ToString()));
    }

    [GeneratedRegex(@"<summary>\s*(///\s*)?(What|Whether|Where|How|The same)\b.*")]
    private static partial Regex Summary();

    [GeneratedRegex(@"^\s*(?!else\b)[^\s}\]""]")]
    private static partial Regex Continues();
}
