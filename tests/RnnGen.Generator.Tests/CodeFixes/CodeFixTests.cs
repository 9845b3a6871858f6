using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using RnnGen.CodeFixes;

namespace RnnGen.Generator.Tests.CodeFixes;

/// <summary>Each code fix is offered at its mistake, and leaves the right text.</summary>
public class CodeFixTests
{
    private const string Rest = "Input(3), Rnn<Gru>(8), SquaredError";

    [Fact]
    public Task MakesAModelPartial() => Check<DeclarationFix>(
        $"/// <summary>Mine.</summary>\n[RnnModel, {Rest}]\npublic class {{|RNN001:M|}} {{ }}",
        $"/// <summary>Mine.</summary>\n[RnnModel, {Rest}]\npublic partial class M {{ }}");

    [Fact]
    public Task MakesACellAReadonlyPartialStruct() => Check<DeclarationFix>(
        "[RnnCell]\ninternal partial struct {|RNN101:C|}\n{\n    private readonly Weight W;\n    public Hidden Step(Input x, Hidden h) => "
        + "Tanh(W * x) + h;\n}",
        "[RnnCell]\ninternal readonly partial struct C\n{\n    private readonly Weight W;\n    public Hidden Step(Input x, Hidden h) => "
        + "Tanh(W * x) + h;\n}");

    [Theory]
    [InlineData(0, "OneHot(96)")]
    [InlineData(1, "Input(16)")]
    [InlineData(2, "Embedding(96, 32)")]
    public Task AddsASource(int choice, string source) => Check<ElementFix>(
        "/// <summary>Mine.</summary>\n[RnnModel]\n[Rnn<Gru>(8)]\n[SquaredError]\npartial class {|RNN005:M|} { }",
        $"/// <summary>Mine.</summary>\n[RnnModel]\n[{source}]\n[Rnn<Gru>(8)]\n[SquaredError]\npartial class M {{ }}",
        choice);

    [Theory]
    [InlineData(0, "SoftmaxCrossEntropy")]
    [InlineData(1, "SigmoidCrossEntropy")]
    [InlineData(2, "SquaredError")]
    [InlineData(3, "AbsoluteError")]
    public Task AddsALoss(int choice, string loss) => Check<ElementFix>(
        "[RnnModel]\n[Input(3)]\n[Rnn<Gru>(8)]\npartial class {|RNN008:M|} { }",
        $"[RnnModel]\n[Input(3)]\n[Rnn<Gru>(8)]\n[{loss}]\npartial class M {{ }}",
        choice);

    [Fact]
    public Task AddsTheModelAttribute() => Check<ElementFix>(
        $"[{{|RNN043:Input(3)|}}, Rnn<Gru>(8), SquaredError]\nclass M {{ }}",
        $"[RnnModel, Input(3), Rnn<Gru>(8), SquaredError]\npartial class M {{ }}");

    [Fact]
    public Task MovesTheSourceToTheFront() => Check<ElementFix>(
        "[RnnModel]\n[Rnn<Gru>(8)]\n[{|RNN015:Input(3)|}]\n[SquaredError]\npartial class M { }",
        "[RnnModel]\n[Input(3)]\n[Rnn<Gru>(8)]\n[SquaredError]\npartial class M { }");

    [Theory]
    [InlineData("{|RNN020:encodr|}, other", "encoder, other")]
    [InlineData("{|RNN020:Encoder|}, other", "encoder, other")]
    [InlineData("other * ({|RNN020:encdoer|}+other)", "other * (encoder+other)")]
    public Task CorrectsTheNameOfALayer(string wrong, string right)
    {
        string Model(string from) =>
            $"[RnnModel, Input(3), Rnn<Gru>(8, Name = \"encoder\"), Rnn<Gru>(8, Name = \"other\"), Dense(2, From = {from}), "
            + $"SquaredError]\npartial class M {{ }}";
        return Check<NameFix>(Model($"\"{wrong}\""), Model($"\"{right}\""));
    }

    [Fact]
    public Task CorrectsTheNameOfAStepBefore() => Check<NameFix>(
        "[RnnModel, Input(3), Rnn<Gru>(8, From = \"input, {|RNN031:ouput|}'\"), Dense(2, Name = \"output\"), "
        + "SquaredError]\npartial class M { }",
        "[RnnModel, Input(3), Rnn<Gru>(8, From = \"input, output'\"), Dense(2, Name = \"output\"), SquaredError]\npartial class M { }");

    [Fact]
    public Task MakesAnIdentifierOfAName() => Check<NameFix>(
        "[RnnModel, Input(3), Rnn<Gru>(8, Name = {|RNN022:\"1 first-layer\"|}), SquaredError]\npartial class M { }",
        "[RnnModel, Input(3), Rnn<Gru>(8, Name = \"first_layer\"), SquaredError]\npartial class M { }");

    [Theory]
    [InlineData("{|RNN104:Math.Tanh|}(h)", "Tanh(h)")]
    [InlineData("{|RNN104:MathF.Exp|}(h)", "Exp(h)")]
    [InlineData("h * ({|RNN104:1 / 2|})", "h * (0.5)")]
    public Task RewritesCSharpInTheLanguage(string wrong, string right) =>
        Check<EquationFix>(Cell($" => Tanh(W * x) + {wrong};", null), Cell($" => Tanh(W * x) + {right};", null));

    [Fact]
    public Task DeclaresOneLocalForEach() => Check<EquationFix>(
        Cell(
            "\n    {\n        // two gates\n        {|RNN104:var (a, b) = (Tanh(W * x), Sigmoid(h));|}\n        return a * b;\n    }",
            null),
        Cell(
            "\n    {\n        // two gates\n        var a = Tanh(W * x);\n        var b = Sigmoid(h);\n        return a * b;\n    }",
            null));

    [Theory]
    [InlineData("readonly Recurrent U;", "{|RNN106:h * U|}", "readonly Recurrent U;", "U * h")]
    [InlineData("readonly Weight U;", "{|RNN106:U * h|}", "readonly Recurrent U;", "U * h")]
    public Task MendsAProduct(string field, string product, string newField, string newProduct) =>
        Check<ProductFix>(Cell($" => Tanh(W * x + {product});", field), Cell($" => Tanh(W * x + {newProduct});", newField));

    [Fact]
    public Task RemovesAnOptionWithoutEffect() => Check<RemovalFix>(
        "[RnnModel, Input(3), Rnn<Gru>(8, Dropout = {|RNN112:0.5|}), SquaredError]\npartial class M { }",
        "[RnnModel, Input(3), Rnn<Gru>(8), SquaredError]\npartial class M { }");

    [Fact]
    public Task RemovesAFieldThatNothingUses() =>
        Check<RemovalFix>(Cell(" => Tanh(W * x) + h;", "readonly Bias {|RNN107:b|};"), Cell(" => Tanh(W * x) + h;", null));

    [Fact]
    public Task RemovesALayerThatNothingTakes() => Check<RemovalFix>(
        "[RnnModel, Input(3), Rnn<Gru>(8, Name = \"a\"), {|RNN023:Dense(4)|}, Dense(2, From = \"a\"), SquaredError]\npartial class M { }",
        "[RnnModel, Input(3), Rnn<Gru>(8, Name = \"a\"), Dense(2, From = \"a\"), SquaredError]\npartial class M { }");

    [Theory]
    [InlineData("0", "1")]
    [InlineData("-5", "1")]
    [InlineData("100000", "16384")]
    public Task WritesTheNearestSize(string wrong, string right) => Check<ArgumentFix>(
        $"[RnnModel, Input(3), Rnn<Gru>({{|RNN010:{wrong}|}}), SquaredError]\npartial class M {{ }}",
        $"[RnnModel, Input(3), Rnn<Gru>({right}), SquaredError]\npartial class M {{ }}");

    [Fact]
    public Task UsesTheSigmoidForOneOutput() => Check<ArgumentFix>(
        "[RnnModel, Input(3), Rnn<Gru>(8), Dense(1), {|RNN016:SoftmaxCrossEntropy(Weight = 2)|}]\npartial class M { }",
        "[RnnModel, Input(3), Rnn<Gru>(8), Dense(1), SigmoidCrossEntropy(Weight = 2)]\npartial class M { }");

    [Fact]
    public Task AddsTheSizeOfAProjection() => Check<ArgumentFix>(
        "[RnnModel, Input(3), {|RNN115:Rnn<ProjectedLstm>(8)|}, SquaredError]\npartial class M { }",
        "[RnnModel, Input(3), Rnn<ProjectedLstm>(8, Projection = 4), SquaredError]\npartial class M { }");

    [Theory]
    [InlineData("=> h + b + Tanh(x);", "=> h + b + Tanh((W * x));")]
    [InlineData(
        "\n    {\n        return Tanh(x) * Sigmoid(x) + h + b;\n    }",
        "\n    {\n        var wx = W * x;\n        return Tanh(wx) * Sigmoid(wx) + h + b;\n    }")]
    public Task MultipliesTheInputByAWeight(string wrong, string right)
    {
        const string Model = "SquaredError]\npartial class M { }\n\n[RnnCell]\nreadonly partial struct C\n{\n";
        const string Step = "    private readonly Bias b;\n    public Hidden Step(Input x, Hidden h) ";
        return Check<InputWeightFix>(
            $"[RnnModel, Input(3), Rnn<C>({{|RNN035:8|}}), {Model}{Step}{wrong}\n}}",
            $"[RnnModel, Input(3), Rnn<C>(8), {Model}    private readonly Weight W;\n{Step}{right}\n}}");
    }

    [Fact]
    public void EveryFixBelongsToADiagnostic()
    {
        var fixes = typeof(SyntaxFix).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(CodeFixProvider)) && !t.IsAbstract).ToList();
        Assert.Equal(8, fixes.Count);
        foreach (var fix in fixes)
        {
            Assert.Contains(fix.GetCustomAttributes(false), a => a is ExportCodeFixProviderAttribute);
            var provider = (CodeFixProvider)Activator.CreateInstance(fix)!;
            Assert.All(provider.FixableDiagnosticIds, id => Assert.Contains(id, Generator.Diagnostics.Descriptors.ById.Keys));
        }
    }

    private static string Cell(string step, string? field) =>
        $"[RnnCell]\nreadonly partial struct C\n{{\n    private readonly Weight W;\n{(field is null ? "" : $"    private {field}\n")}    "
        + $"public Hidden Step(Input x, Hidden h){step}\n}}";

    /// <summary>Applies the fix at the source's first mark.</summary>
    /// <param name="source">The source; every mark is one diagnostic.</param>
    /// <param name="expected">The source afterwards.</param>
    /// <param name="choice">The index of the offer.</param>
    private static Task Check<TFix>(string source, string expected, int choice = 0) where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<RnnAnalyzer, TFix, DefaultVerifier>
        {
            TestCode = "using RnnGen;\n\n" + source + "\n",
            FixedCode = "using RnnGen;\n\n" + expected + "\n",
            CodeActionIndex = choice,
            // The generator does not run here: C# lacks what it adds.
            CompilerDiagnostics = CompilerDiagnostics.None,
            ReferenceAssemblies = new ReferenceAssemblies("net10.0"),
        };
        test.SolutionTransforms.Add((solution, project) => solution.WithProjectCompilationOptions(
            project, solution.GetProject(project)!.CompilationOptions!.WithOptimizationLevel(OptimizationLevel.Release)));
        test.TestState.AdditionalReferences.AddRange(Compiler.References);
        return test.RunAsync();
    }
}
