using Microsoft.CodeAnalysis;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;
using RnnGen.Generator.Support;

namespace RnnGen.Generator.Tests.Attention;

/// <summary>Scores as a model finds them, and what is planned for them.</summary>
public class ScoreReadingTests
{
    private const string Uses = """
        [Uses<Decay>] class OfDecay;
        [Uses<Ratio>] class OfRatio;
        [Uses<AdditiveScore>] class OfAdditiveScore;
        [Uses<Lstm>] class OfLstm;
        [Uses<int>] class OfInt;
        [Uses<Broken>] class OfBroken;

        class UsesAttribute<T> : System.Attribute;

        [RnnAttention]
        readonly partial struct Broken { public Hidden Score(Hidden q, Hidden k) => q % k; }
        """;

    [Theory]
    [InlineData("Decay")]
    [InlineData("Ratio")]
    public void AScoreOfTheProjectIsReadAsACompiledOne(string name)
    {
        var (own, ownDiagnostics) = Read(Compiler.Compile(ScoreCase.Source + Uses), name);
        Assert.Empty(ownDiagnostics);
        var library = Compiler.Generate(Compiler.Compile(ScoreCase.Source)).Output.EmitToImageReference();
        var (compiled, diagnostics) = Read(Compiler.Compile([(Compiler.FileName, "using RnnGen;\n" + Uses)], more: library), name);
        Assert.Empty(diagnostics);
        Assert.Equal(EquationKind.Score, own!.Kind);
        Assert.Equal(own, compiled);
    }

    [Fact]
    public void ABuiltInScoreIsRead()
    {
        var (score, diagnostics) = Read(Compiler.Compile(ScoreCase.Source + Uses), "AdditiveScore");
        Assert.Empty(diagnostics);
        Assert.Equal("""
            readonly Map Wq;
            readonly Map Wk;
            readonly PerUnit v;
            public Hidden Score(Hidden q, Hidden k)
            {
                return v * Tanh(Wq * q + Wk * k);
            }

            """, score!.ToSource());
    }

    [Theory]
    [InlineData("Lstm", "RNN011", "'Lstm' is not a score: it has no [RnnAttention] attribute")]
    [InlineData("Int", "RNN011", "'Int32' is not a score: it has no [RnnAttention] attribute")]
    [InlineData("Broken", "RNN012", "The score 'Broken' has errors of its own: the model is generated once they are mended")]
    public void WhatIsNoScoreIsReportedAtItsName(string name, string id, string message)
    {
        var compilation = Compiler.Compile(ScoreCase.Source + Uses);
        var (score, diagnostics) = Read(compilation, name);
        Assert.Null(score);
        var diagnostic = Assert.Single(diagnostics).ToDiagnostic();
        Assert.Equal(id, diagnostic.Id);
        Assert.Equal(message, diagnostic.GetMessage(null));
        Assert.Equal(
            name,
            compilation.SyntaxTrees[0].ToString().Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length),
            ignoreCase: true);
    }

    [Theory]
    [InlineData(typeof(AdditiveScore), "Query·0 Key·1", 1)]
    [InlineData(typeof(DotScore), "Query Key", 0)]
    [InlineData(typeof(GeneralScore), "Query Key·0", 0)]
    [InlineData(typeof(ScaledDotScore), "Query Key", 0)]
    public void Operands(Type type, string operands, int vectors)
    {
        var plan = AttentionPlan.Of(LayerEquations.ResolveScore(ScoreCase.Read(type), 64));
        Assert.Equal(operands, string.Join(" ", plan.Operands.Select(o => o.Map is { } map ? $"{o.Side}·{map}" : $"{o.Side}")));
        Assert.Equal(vectors, plan.Vectors.Count);
        Assert.Equal(plan.Operands.Any(o => o is { Side: AttentionSide.Query, Map: null }), plan.IsElementwise(AttentionSide.Query));
        Assert.Equal(plan.Operands.Any(o => o is { Side: AttentionSide.Key, Map: null }), plan.IsElementwise(AttentionSide.Key));
    }

    [Fact]
    public void UnitsStandInTheResolvedEquations() =>
        Assert.Equal("0.125 * (q * k)", LayerEquations.ResolveScore(ScoreCase.Read(typeof(ScaledDotScore)), 64).Results[0].ToString());

    private static (CellDeclaration? Score, EquatableArray<DiagnosticInfo> Diagnostics) Read(Compilation compilation, string name)
    {
        var data = Assert.Single(compilation.GetTypeByMetadataName("Of" + name)!.GetAttributes());
        var diagnostics = new DiagnosticBag();
        var score =
            CellSource.Read(
                data.AttributeClass!.TypeArguments[0], Dialect.Score, new AttributeReader(data, diagnostics), diagnostics, default);
        return (score, diagnostics.ToEquatableArray());
    }
}
