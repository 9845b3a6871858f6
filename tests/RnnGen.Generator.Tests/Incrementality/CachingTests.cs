using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using RnnGen.Generator.Pipeline;

namespace RnnGen.Generator.Tests.Incrementality;

/// <summary>What an edit in the editor makes the generator do again, and what not.</summary>
public class CachingTests
{
    private const string Model =
        "using RnnGen;\n[RnnModel(Steps = 2), Input(3), Rnn<Leaky>(5), SquaredError]\npublic partial class First;\n";

    private const string Cell = "using RnnGen;\n[RnnCell]\npublic readonly partial struct Leaky\n{\n    readonly Weight W;\n    public "
        + "Hidden Step(Input x, Hidden h) => W * x + 0.5 * h;\n}\n";

    private const string Other =
        "using RnnGen;\n[RnnModel(Steps = 2), Input(3), Rnn<Lstm>(5), SquaredError]\npublic partial class Second;\n";

    private const string Unrelated = "static class Program { static void Run() { } }\n";

    private readonly Dictionary<string, string> files =
        new() { ["Model.cs"] = Model, ["Cell.cs"] = Cell, ["Other.cs"] = Other, ["Program.cs"] = Unrelated };

    [Fact]
    public void AnUnrelatedEditRunsNothing()
    {
        var after = Edit("Program.cs", Unrelated.Replace("Run() { }", "Run() { int x = 1; }", StringComparison.Ordinal));
        AssertUntouched(
            after, TrackingNames.ReadModels, TrackingNames.ReadCells, TrackingNames.Models, TrackingNames.Cells, TrackingNames.ModelFiles,
            TrackingNames.CellFiles);
        AssertOutputs(after, cached: 3, modified: 0);
    }

    [Theory]
    [InlineData("// a comment above\n\n")]
    [InlineData("namespace Elsewhere { class Other; }\n", "using RnnGen;\nnamespace Elsewhere { class Other; }\n")]
    public void MovingTheModelRunsNoEmission(string above, string? head = null)
    {
        string moved = head is null ? above + Model : Model.Replace("using RnnGen;\n", head, StringComparison.Ordinal);
        var after = Edit("Model.cs", moved);
        AssertUntouched(after, TrackingNames.Models, TrackingNames.Cells, TrackingNames.ModelFiles, TrackingNames.CellFiles);
        AssertOutputs(after, cached: 3, modified: 0);
    }

    [Fact]
    public void MovingADiagnosticRunsNoEmission()
    {
        files["Model.cs"] = Model.Replace("Steps = 2", "Steps = 300", StringComparison.Ordinal);
        var after = Edit("Model.cs", "// a comment above\n" + files["Model.cs"]);
        Assert.Equal(1, Reasons(after, TrackingNames.ReadModels)[IncrementalStepRunReason.Modified]);
        AssertUntouched(after, TrackingNames.Models, TrackingNames.ModelFiles);
        AssertOutputs(after, cached: 3, modified: 0, diagnostics: 1);
        Assert.Equal(2, Assert.Single(after.Diagnostics).Location.GetLineSpan().StartLinePosition.Line);
    }

    [Fact]
    public void LayoutAndCommentsInsideACellRunNoEmission()
    {
        var after =
            Edit("Cell.cs", Cell.Replace("W * x + 0.5 * h", "(W * x)   // the input\n        + 0.50 * (h)", StringComparison.Ordinal));
        AssertUntouched(after, TrackingNames.Models, TrackingNames.Cells, TrackingNames.ModelFiles, TrackingNames.CellFiles);
        AssertOutputs(after, cached: 3, modified: 0);
    }

    [Fact]
    public void AChangedModelLeavesItsNeighbourAlone()
    {
        var after = Edit("Model.cs", Model.Replace("(5)", "(6)", StringComparison.Ordinal));
        Assert.Equal(1, Reasons(after, TrackingNames.Models)[IncrementalStepRunReason.Modified]);
        Assert.Equal(1, Untouched(after, TrackingNames.Models));
        AssertUntouched(after, TrackingNames.Cells, TrackingNames.CellFiles);
        AssertOutputs(after, cached: 2, modified: 1);
    }

    [Fact]
    public void ACellInAnotherFileReachesTheModelsThatUseIt()
    {
        var after = Edit("Cell.cs", Cell.Replace("0.5", "0.25", StringComparison.Ordinal));
        Assert.Equal(1, Reasons(after, TrackingNames.Models)[IncrementalStepRunReason.Modified]);
        Assert.Equal(1, Reasons(after, TrackingNames.Cells)[IncrementalStepRunReason.Modified]);
        Assert.Equal(1, Untouched(after, TrackingNames.Models));
        AssertOutputs(after, cached: 1, modified: 2);
        Assert.Contains(
            "V.Constant(0.25)", after.GeneratedSources.Single(s => s.HintName == "First.Kernels.g.cs").SourceText.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherModelIsAdded()
    {
        var after = Edit("Third.cs", Other.Replace("Second", "Third", StringComparison.Ordinal));
        Assert.Equal(1, Reasons(after, TrackingNames.Models)[IncrementalStepRunReason.New]);
        Assert.Equal(2, Untouched(after, TrackingNames.Models));
        AssertOutputs(after, cached: 3, modified: 0, added: 1);
    }

    [Fact]
    public void AModelThatDiffersInCaseIsAdded()
    {
        var after = Edit("Third.cs", Other.Replace("Second", "second", StringComparison.Ordinal));
        Assert.Equal(
            ["First.g.cs", "Second.g.cs", "second.2.g.cs"],
            after.GeneratedSources.Select(s => s.HintName)
                .Where(n => !n.Contains("Kernels", StringComparison.Ordinal)
                    && !n.Contains("Cell", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        AssertOutputs(after, cached: 3, modified: 0, added: 1);
    }

    [Fact]
    public void AModelIsRemoved()
    {
        var after = Edit("Model.cs", "");
        Assert.Equal(
            ["Leaky.Cell.g.cs", "Second.Kernels.g.cs", "Second.g.cs"],
            after.GeneratedSources.Select(s => s.HintName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AnUnrelatedEditRunsNothingOfJoinedModels()
    {
        AddJoint();
        var after = Edit("Program.cs", Unrelated.Replace("Run() { }", "Run() { int x = 1; }", StringComparison.Ordinal));
        AssertUntouched(
            after, TrackingNames.ReadJoints, TrackingNames.ReadScores, TrackingNames.Joints, TrackingNames.Scores, TrackingNames.JointFiles,
            TrackingNames.ScoreFiles);
        AssertOutputs(after, cached: 5, modified: 0);
    }

    [Theory]
    [InlineData("Encoder.cs")]
    [InlineData("Decoder.cs")]
    [InlineData("Joint.cs")]
    [InlineData("Score.cs")]
    public void MovingAPartRunsNoEmission(string file)
    {
        AddJoint();
        var after = Edit(file, $"// a comment above\n\n{files[file]}");
        AssertUntouched(
            after, TrackingNames.Models, TrackingNames.Joints, TrackingNames.Scores, TrackingNames.JointFiles, TrackingNames.ScoreFiles);
        AssertOutputs(after, cached: 5, modified: 0);
    }

    [Theory]
    [InlineData("Encoder.cs", "Rnn<Gru>(8)", "Rnn<Gru>(9)", 1)]
    [InlineData("Decoder.cs", "Steps = 3", "Steps = 4", 1)]
    [InlineData("Score.cs", "Scaled(q * (W * k))", "q * (W * k)", 2)]
    [InlineData("Joint.cs", "typeof(D)", "typeof(D), Bridge = Bridge.Direct", 1)]
    public void AChangedPartReachesTheJoinedModelFromItsOwnFile(string file, string before, string now, int modified)
    {
        AddJoint();
        var after = Edit(file, files[file].Replace(before, now, StringComparison.Ordinal));
        Assert.Equal(1, Reasons(after, TrackingNames.Joints)[IncrementalStepRunReason.Modified]);
        AssertUntouched(after, TrackingNames.Models, TrackingNames.Cells, TrackingNames.ModelFiles, TrackingNames.CellFiles);
        AssertOutputs(after, cached: 5 - modified, modified);
    }

    private void AddJoint()
    {
        files["Encoder.cs"] = "using RnnGen;\n[Encoder, Input(3), Rnn<Gru>(8)] class E;\n";
        files["Decoder.cs"] =
            "using RnnGen;\n[Decoder(Steps = 3), Input(3), Rnn<Gru>(8), Attention<Fit>(8), Dense(2), SquaredError] class D;\n";
        files["Score.cs"] = "using RnnGen;\n[RnnAttention]\nreadonly partial struct Fit\n{\n    readonly Map W;\n    public Hidden "
            + "Score(Hidden q, Hidden k) => Scaled(q * (W * k));\n}\n";
        files["Joint.cs"] = "using RnnGen;\n[Seq2Seq(typeof(E), typeof(D))]\npublic partial class Joined;\n";
    }

    /// <summary>Runs the generator before and after an edit, and gives the second run.</summary>
    private GeneratorRunResult Edit(string file, string text)
    {
        var before = Compiler.Compile(files.Select(f => (f.Key, f.Value)));
        var tree = before.SyntaxTrees.FirstOrDefault(t => t.FilePath == file);
        var edited = tree?.WithChangedText(SourceText.From(text)) ?? CSharpSyntaxTree.ParseText(text, Compiler.Options(), file);
        Compilation after = tree is null ? before.AddSyntaxTrees(edited) : before.ReplaceSyntaxTree(tree, edited);
        return Compiler.Driver().RunGenerators(before).RunGenerators(after).GetRunResult().Results.Single();
    }

    private static Dictionary<IncrementalStepRunReason, int> Reasons(GeneratorRunResult result, string step) =>
        result.TrackedSteps[step].SelectMany(s => s.Outputs).CountBy(o => o.Reason).ToDictionary();

    private static int Untouched(GeneratorRunResult result, string step) =>
        result.TrackedSteps[step].SelectMany(s => s.Outputs)
            .Count(o => o.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged);

    private static void AssertUntouched(GeneratorRunResult result, params string[] steps)
    {
        foreach (string step in steps)
            Assert.All(
                result.TrackedSteps[step].SelectMany(s => s.Outputs),
                o => Assert.True(o.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step}: {o.Reason}"));
    }

    /// <summary>Counts what the outputs did: a cached one wrote nothing anew.</summary>
    private static void AssertOutputs(GeneratorRunResult result, int cached, int modified, int added = 0, int diagnostics = 0)
    {
        var reasons = result.TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs).CountBy(o => o.Reason).ToDictionary();
        Assert.Equal(
            (cached, modified + diagnostics, added),
            (
                Count(IncrementalStepRunReason.Cached) + Count(IncrementalStepRunReason.Unchanged),
                Count(IncrementalStepRunReason.Modified), Count(IncrementalStepRunReason.New)));

        int Count(IncrementalStepRunReason reason) => reasons.GetValueOrDefault(reason);
    }
}
