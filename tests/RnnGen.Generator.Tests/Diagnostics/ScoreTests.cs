namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>What the score of an attention may say, where it differs from a cell.</summary>
public class ScoreTests : DiagnosticsTest
{
    private const string NoScore = "'S' needs a method 'Hidden Score(Hidden q, Hidden k)', of the query and the key: ";

    private const string Language = "it is made of + − * /, numbers, parameters, the query, the key, earlier locals and " + ScoreFunctions;

    private const string BadProduct = ": a Map is multiplied by the query or the key as they are, and only hidden vectors and numbers are "
        + "added, subtracted, multiplied or divided";

    [Theory]
    [InlineData("q * k")]
    [InlineData("Scaled(q * (k))")]
    [InlineData("p * Tanh(A * q + (B * k + p))", "readonly Map A, B; readonly PerUnit p;")]
    [InlineData("k / 2 * q * Half - (A * q) * (B * q)", "readonly Map A, B; const double Half = 0.5;")]
    public void AnOrdinaryScoreIsSilent(string result, string fields = "") => Check(Score($"=> {result};", fields));

    [Theory]
    [InlineData("", "there is none", "{|RNN116:S|}")]
    [InlineData("Hidden Score(Hidden q, Hidden k) => q * k; Hidden {|RNN116:Score|}(Hidden q) => q;", "there are several")]
    [InlineData("Hidden {|RNN116:Score|}(Hidden q) => q;", "it takes too few parameters")]
    [InlineData("Hidden {|RNN116:Score|}(Hidden q, Hidden k, Hidden v) => q * k * v;", "it takes too many parameters")]
    [InlineData("Hidden {|RNN116:Score|}(Input q, Hidden k) => k;", "its parameters are not all Hidden")]
    [InlineData("Hidden {|RNN116:Score|}(Hidden q, double k) => q * k;", "its parameters are not all Hidden")]
    [InlineData("Hidden {|RNN116:Score|}<T>(Hidden q, Hidden k) => q * k;", "it must not be generic")]
    [InlineData("Hidden {|RNN116:Score|}(Hidden q, in Hidden k) => q * k;", "its parameters must be plain values")]
    [InlineData("Hidden {|RNN116:Score|}(Hidden q, Hidden k) { }", "it returns nothing")]
    public void WithAnotherMethod(string method, string problem, string name = "S") =>
        Check($"[RnnAttention] readonly partial struct {name} {{ {method} }}", NoScore + problem);

    [Fact]
    public void ACellIsNoScore() => Check(
        "[RnnCell, RnnAttention] readonly partial struct {|RNN117:S|} { readonly PerUnit p; public Hidden Step(Input x, Hidden h) => p * "
        + "x + h; public Hidden Score(Hidden q, Hidden k) => p * q * k; }",
        "'S' has both [RnnCell] and [RnnAttention]: declare a struct for each");

    [Fact]
    public void NotAReadonlyPartialStruct() => Check(
        "[RnnAttention] partial struct {|RNN101:S|} { public Hidden Score(Hidden q, Hidden k) => q * k; }",
        "'S' must be declared as a readonly partial struct");

    [Fact]
    public void Generic() => Check(
        "[RnnAttention] readonly partial struct {|RNN102:S|}<T> { public Hidden Score(Hidden q, Hidden k) => q * k; }",
        "'S' is nested or generic: declare a score directly in a namespace, without type parameters");

    [Theory]
    [InlineData("Weight")]
    [InlineData("Recurrent")]
    [InlineData("Projection")]
    [InlineData("Bias")]
    [InlineData("double")]
    public void AnotherField(string type) => Check(
        Score("=> q * k;", $"readonly {type} {{|RNN108:W|}};"),
        $"The field 'W' is of the type {type}: a score's fields are Map or PerUnit, and constants that are literals");

    [Fact]
    public void ACellHasNoMap() => Check(
        "[RnnCell] readonly partial struct C { readonly Map {|RNN108:M|}; readonly Weight W; public Hidden Step(Input x, Hidden h) => W * "
        + "x; }",
        "The field 'M' is of the type Map: a cell's fields are Weight, Recurrent, Projection, Bias, PerUnit or Scalar, "
        + "and constants that are literals");

    [Theory]
    [InlineData("Delay(q, 1)", "Delay", "its functions are " + ScoreFunctions)]
    [InlineData("Normalize(q)", "Normalize", "its functions are " + ScoreFunctions)]
    [InlineData("Activation(q)", "Activation", "its functions are " + ScoreFunctions)]
    [InlineData("GateActivation(q)", "GateActivation", "its functions are " + ScoreFunctions)]
    [InlineData("OutputActivation(q)", "OutputActivation", "its functions are " + ScoreFunctions)]
    [InlineData("Scaled(2)", "2", "Scaled takes a hidden vector")]
    [InlineData("q % 2", "q % 2", Language)]
    public void NotPartOfTheLanguage(string expression, string part, string why)
    {
        int start = expression.IndexOf(part, StringComparison.Ordinal);
        Check(
            Score($"=> k * ({expression.Remove(start, part.Length).Insert(start, $"{{|RNN104:{part}|}}")});"),
            $"'{part}' is not part of the equation language: {why}");
    }

    [Theory]
    [InlineData("=> {|RNN104:(q, k)|};", "(q, k)", Language)]
    [InlineData("=> {|RNN104:1|};", "1", "a score is a hidden vector, which is summed up")]
    [InlineData("{ {|RNN104:q = k;|} return q * k; }", "q = k;", "a Score is locals, each assigned once, and then one return")]
    public void NotAResult(string body, string part, string why) =>
        Check(Score(body), $"'{part}' is not part of the equation language: {why}");

    [Fact]
    public void ScaledIsNoFunctionOfCells() => Check(
        "[RnnCell] readonly partial struct C { readonly Weight W; public Hidden Step(Input x, Hidden h) { var Clipped = W * x; return "
        + "{|RNN104:Scaled|}(Clipped); } }",
        "'Scaled' is not part of the equation language: its functions are " + CellFunctions);

    [Fact]
    public void UnknownName() =>
        Check(
            Score("=> q * {|RNN105:key|} * k;"),
            "'key' is neither a parameter, the query, the key nor an earlier equation of the score 'S'");

    [Theory]
    [InlineData("k * (A * (q + q))", "A * (q + q)", "a Map and a Hidden")]
    [InlineData("k * (A * Tanh(q))", "A * Tanh(q)", "a Map and a Hidden")]
    [InlineData("k * (A * p)", "A * p", "a Map and a Hidden")]
    [InlineData("k * q * (A + 2)", "A + 2", "a Map and a number")]
    public void AProductThatDoesNotFit(string result, string part, string what) => Check(
        Score($"=> p * {result.Replace(part, $"{{|RNN106:{part}|}}", StringComparison.Ordinal)};", "readonly Map A; readonly PerUnit p;"),
        $"'{part}' combines {what}{BadProduct}");

    [Theory]
    [InlineData("readonly Map {|RNN107:A|};", "=> q * k;", "'A' is never used: remove it")]
    [InlineData(
        "readonly Map A;", "=> A * q * k + {|RNN107:A|} * k;",
        "'A' is used 2 times: make its term a local, and use the local")]
    [InlineData("readonly Map {|RNN107:A|};", "=> q * k + 0 * (A * k);", "'A' has no effect: what it is part of is multiplied by 0")]
    [InlineData("readonly PerUnit {|RNN107:p|};", "=> q * k + 0 * p;", "'p' has no effect: what it is part of is multiplied by 0")]
    public void ParameterUse(string fields, string body, string message) => Check(Score(body, fields), message);

    [Theory]
    [InlineData("Hidden Score(Hidden {|RNN107:q|}, Hidden k) => p * k;", "q")]
    [InlineData("Hidden Score(Hidden q, Hidden {|RNN107:k|}) => Tanh(p * q) + 0 * k;", "k")]
    public void AScoreOfOneVector(string method, string name) => Check(
        $"[RnnAttention] readonly partial struct S {{ readonly PerUnit p; public {method} }}",
        $"'{name}' has no effect: a score depends on the query and on the key");

    [Fact]
    public void TheStructsOwnFunctionsAreFound() =>
        Check(Score("=> Scaled(q * k) + Twice(q);", "static Hidden Scaled(Hidden x) => x / 2; static Hidden Twice(Hidden v) => v + v;"));

    [Fact]
    public void TakenParameter() => Check(
        "[RnnAttention] readonly partial struct S { readonly PerUnit q; public Hidden Score(Hidden {|RNN110:q|}, Hidden k) => q * k; }",
        "'q' already names something else in the score 'S'");

    private static string Score(string body, string fields = "") =>
        $"[RnnAttention] readonly partial struct S {{ {fields} public Hidden Score(Hidden q, Hidden k) {body} }}";
}
