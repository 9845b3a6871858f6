using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnGen.Generator.Tests.Snapshots;

/// <summary>Generated members have names that a user can foretell, and leave all others to the user.</summary>
public class NameTests
{
    [Theory]
    [InlineData("Rnn<Lstm>(8), Rnn<Gru>(8)", "Layer1H Layer1C Layer2H")]
    [InlineData("Rnn<Lstm>(8, Name = \"rnn\")", "RnnH RnnC")]
    [InlineData("Rnn<Gru>(8), Rnn<Lstm>(8, Depth = 2, Name = \"inner\")", "Layer1H Inner1H Inner1C Inner2H Inner2C")]
    [InlineData("Rnn<Gru>(8, Direction = Direction.Bidirectional, Name = \"rnn\")", "RnnH RnnReverseH")]
    [InlineData("Rnn<Gru>(8, Name = \"rnn\"), Rnn<Gru>(8, Name = \"Rnn\")", "RnnH RnnH_2")]
    [InlineData("Rnn<Gru>(8, Name = \"layer2\"), Rnn<Gru>(8)", "Layer2H Layer2H_2")]
    [InlineData("Rnn<Gru>(8, Name = \"rnn\"), Dense(2, Name = \"d\", From = \"rnn, d'3\")", "RnnH PreviousD2 PreviousD3 PreviousD")]
    [InlineData("Rnn<Gru>(8, Name = \"rnn\", From = \"input, glimpse'\"), Dense(3, Name = \"glimpse\")", "RnnH PreviousGlimpse")]
    public void StatesHaveTheLayersNames(string layers, string expected) =>
        Assert.Equal(expected, StatesOf($"[RnnModel(Steps = 2), Input(3), {layers}, Dense(1), SquaredError] partial class M;"));

    [Fact]
    public void StatesOfAJoinedModelHaveTheDecodersNames() => Assert.Equal("InnerH InnerC PreviousContext", StatesOf("""
        [Encoder(Steps = 3), Input(4), Rnn<Lstm>(8, Name = "outer")] static class Source;
        [Decoder(Steps = 2), Input(4), Rnn<Lstm>(8, Name = "inner", From = "input, context'"), Attention<DotScore>(8, Name = "context"), Dense(1, From = "inner, context"), SquaredError] static class Target;
        [Seq2Seq(typeof(Source), typeof(Target))] partial class M;
        """));

    /// <summary>Types in the model's namespace, and types and members of the model, with the names of all that its code refers to.</summary>
    [Fact]
    public void NothingThatAUserDeclaresHidesWhatIsMeant()
    {
        const string types = "class System; class RnnGen; class Span<T>; class ReadOnlySpan<T>; class Guard; class Stream; class Passes; class Parameters; class GeneratedCode;";
        const string nested = "class System; class RnnGen; class Kernels; class Generated; class Numerics; class Span<T>; class GeneratedCode; class Vectors; class Layers;";
        const string layers = "Input(3), Feedback(2), Rnn<Lstm>(4, Zoneout = 0.1), Dense(2), SquaredError, Compressed(WeightFormat.Int8)";
        var (result, output) = Compiler.Generate(Compiler.Compile($$"""
            using RnnGen;
            #pragma warning disable CS1591, CS0169
            namespace Users
            {
                {{types}}
                [RnnModel(Steps = 2), {{layers}}] partial class Members { {{nested}} }
                [RnnModel(Steps = 2), {{layers}}] partial class Stream2 { int System, RnnGen, Kernels, Generated, Numerics, Outputs, Table; }
            }
            """));
        Assert.Empty(result.Diagnostics);
        Assert.Empty(Compiler.Problems(output));
    }

    private static string StatesOf(string declaration)
    {
        var (result, output) = Compiler.Generate(Compiler.Compile("using RnnGen;\n#pragma warning disable CS1591\n" + declaration));
        Assert.DoesNotContain(result.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Empty(Compiler.Problems(output));
        var state = result.GeneratedSources.Single(s => s.HintName == "M.g.cs").SyntaxTree.GetRoot().DescendantNodes().OfType<StructDeclarationSyntax>().Single(s => s.Identifier.Text == "State");
        return string.Join(" ", state.Members.OfType<PropertyDeclarationSyntax>().Where(p => p.Type.ToString().Contains("Span<", StringComparison.Ordinal) && p.Modifiers.Any(m => m.Text == "public")).Select(p => p.Identifier.Text));
    }
}
