using Microsoft.CodeAnalysis;

namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>Functions that a cell's struct declares itself: found before the language's, as in C#, and inlined.</summary>
public class OwnFunctionTests : DiagnosticsTest
{
    [Theory]
    [InlineData("static Hidden Silu(Hidden v) => v * Sigmoid(v);", "Silu(W * x)", "var v = W * x;", "return v * Sigmoid(v);")]
    [InlineData("static Hidden Silu(Hidden v) => v * Sigmoid(v);", "Silu(h) + W * x", "", "return h * Sigmoid(h) + W * x;")]
    [InlineData("static Hidden Silu(Hidden x) => x * Sigmoid(x);", "Silu(W * x)", "var x2 = W * x;", "return x2 * Sigmoid(x2);")]
    [InlineData("static Hidden Tanh(Hidden v) => -1 * v;", "Tanh(W * x)", "var v = W * x;", "return -1 * v;")]
    [InlineData(
        "static Hidden Mix(Hidden a, Hidden b, double s) => s * a + (1 - s) * b;", "Mix(W * x, Tanh(h), 0.25)",
        "var a = W * x;\n    var b = Tanh(h);", "return 0.25 * a + 0.75 * b;")]
    [InlineData(
        "static Hidden Of(Weight m, Input v) => m * v; static Hidden Twice(Hidden v) => Plus(v, v); "
        + "static Hidden Plus(Hidden a, Hidden b) => a + b;",
        "Twice(Of(W, x))", "var v = W * x;", "return v + v;")]
    [InlineData(
        "const double Half = 0.5; static double Twice(double a) => a * Half; static Hidden Id(Hidden v) => v;", "Twice(3) * Id(x) + W * x",
        "", "return 3 * Half * x + W * x;")]
    public void Inlined(string functions, string result, string equations, string returned)
    {
        var (run, output) = Compiler.Generate(Compiler.Compile("using RnnGen; " + Cell(functions, result)));
        Assert.Empty(run.Diagnostics);
        Assert.DoesNotContain(Compiler.Problems(output), d => d.Id != "CS1591");
        string body = (equations.Length > 0 ? $"    {equations}\n" : "") + "    " + returned;
        string source = (string)output.GetTypeByMetadataName("C")!.GetAttributes().Single(
            a => a.AttributeClass!.Name == "CellEquationsAttribute").ConstructorArguments[0].Value!;
        Assert.Contains("{\n" + body + "\n}", source.Replace("\r", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("static Hidden F(Hidden v) => {|RNN104:F|}(v);", "F(W * x)", "'F' is not part of the equation language: 'F' calls itself")]
    [InlineData(
        "static Hidden F(Hidden v) => G(v); static Hidden G(Hidden v) => {|RNN104:F|}(v) + v;", "F(W * x)",
        "'F' is not part of the equation language: 'F' calls itself")]
    [InlineData(
        "Hidden F(Hidden v) => v;", "{|RNN104:F|}(W * x)",
        "'F' is not part of the equation language: 'F' is the struct's own: such a function is static and one expression, as in 'static "
        + "Hidden F(Hidden v) => …'")]
    [InlineData(
        "static Hidden F(Hidden v) { return v; }", "{|RNN104:F|}(W * x)",
        "'F' is not part of the equation language: 'F' is the struct's own: such a function is static and one expression, as in 'static "
        + "Hidden F(Hidden v) => …'")]
    [InlineData(
        "static Hidden F(Hidden v) => v; static Hidden F(Input v) => v;", "{|RNN104:F|}(W * x)",
        "'F' is not part of the equation language: the struct has several 'F' with as many arguments: give each a name of its own")]
    [InlineData(
        "static Hidden F(Hidden v, double a = 1) => a * v;", "{|RNN104:F|}(W * x)",
        "'F' is not part of the equation language: 'F' is the struct's own, and takes other arguments")]
    [InlineData(
        "static Hidden F<T>(Hidden v) => v;", "{|RNN104:F|}(W * x)",
        "'F' is not part of the equation language: 'F' is the struct's own: such a function has no type parameters, "
        + "and its parameters are plain values")]
    [InlineData(
        "static string F(Hidden v) => \"\";", "{|RNN104:F|}(W * x)",
        "'F' is not part of the equation language: 'F' is the struct's own: such a function returns a Hidden or a double")]
    [InlineData("static Hidden F(Hidden v) => v;", "F({|RNN104:W|})", "'W' is not part of the equation language: F takes a Hidden here")]
    [InlineData(
        "static Hidden F(Hidden v, double a) => a * v;", "F(W * x, {|RNN104:h|})",
        "'h' is not part of the equation language: F takes a double here")]
    [InlineData(
        "static Hidden F(Hidden v) => v;", "{|RNN104:F(v: W * x)|}",
        "'F(v: W * x)' is not part of the equation language: F takes its arguments in their order")]
    [InlineData(
        "static Hidden F(Hidden v) => v + {|RNN105:h|};", "F(W * x)",
        "'h' is neither a parameter, a state nor an earlier equation of the cell 'C'")]
    [InlineData("static Hidden F(Hidden v, Hidden {|RNN107:u|}) => v;", "F(W * x, h)", "'u' is never used: remove it")]
    [InlineData(
        "static Hidden F(Weight m, Input a) => m * a + Tanh(m * a);", "F({|RNN107:W|}, x)",
        "'W' is used 2 times: make its term a local, and use the local")]
    [InlineData(
        "static Hidden F(Hidden Tanh) => {|RNN104:Tanh|}(Tanh);", "F(W * x)",
        "'Tanh' is not part of the equation language: here 'Tanh' is no function")]
    [InlineData(
        "const int Tanh = 1;", "{|RNN104:Tanh|}(W * x)",
        "'Tanh' is not part of the equation language: 'Tanh' is the struct's own, and no function")]
    public void Refused(string functions, string result, string message) => Check(Cell(functions, result), message);

    /// <summary>A later version's functions break no cell: members and locals of their names go on.</summary>
    [Theory]
    [InlineData("readonly PerUnit Exp;", "var Sqrt = W * x; return Exp * Sqrt;")]
    [InlineData(
        "static int Exp => 1; class Sigmoid; event System.Action Relu { add { } remove { } }", "var Max = W * x; return Tanh(Max);")]
    [InlineData("static Hidden Softplus(Hidden a, Hidden b) => a + b;", "return Softplus(W * x, h);")]
    public void NamesOfTheLanguageAreFree(string members, string body) =>
        Silent($"[RnnCell] readonly partial struct C {{ {members} readonly Weight W; public Hidden Step(Input x, Hidden h) {{ {body} }} "
            + $"}}");

    [Fact]
    public void ACellCalledLikeAFunction() =>
        Silent("[RnnCell] readonly partial struct Relu { readonly Weight W; public Hidden Step(Input x, Hidden h) => W * x; }");

    private static void Silent(string source)
    {
        string name = source.Contains("struct Relu", StringComparison.Ordinal) ? "Relu" : "C";
        var (run, output) = Compiler.Generate(Compiler.Compile(
            $"using RnnGen; {source} [RnnModel(Steps = 2), Input(3), Rnn<{name}>(4), SquaredError] partial class M;"));
        Assert.Empty(run.Diagnostics);
        Assert.DoesNotContain(Compiler.Problems(output), d => d.Id != "CS1591");
    }

    private static string Cell(string functions, string result) =>
        $"[RnnCell] readonly partial struct C {{ readonly Weight W; {functions} public Hidden Step(Input x, Hidden h) => {result}; }}";
}
