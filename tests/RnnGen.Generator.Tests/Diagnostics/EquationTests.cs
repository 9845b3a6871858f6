namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>What the equations of a cell may say.</summary>
public class EquationTests : DiagnosticsTest
{
    private const string Language = "it is made of + − * /, numbers, parameters, the Input, states, earlier locals and " + CellFunctions;

    private const string BadProduct = ": a Weight is multiplied by the Input, a Recurrent or Projection by a Hidden, and only hidden "
        + "vectors, the Input and numbers are added, subtracted, multiplied or divided";

    [Theory]
    [InlineData("h.Count", Language)]
    [InlineData("h[0]", Language)]
    [InlineData("-+h", Language, "+h")]
    [InlineData("h % h", Language)]
    [InlineData("default(Hidden)", Language)]
    [InlineData("new Hidden(1)", Language)]
    [InlineData("(Hidden)1", Language)]
    [InlineData("true ? h : h", Language)]
    [InlineData("1m", Language)]
    [InlineData("Tanh()", "Tanh takes a hidden vector")]
    [InlineData("2e300 * 1e300 * h", "it is not a finite number", "2e300 * 1e300")]
    [InlineData("1 / 2 * h", "C# may divide these as integers: write the quotient as one number", "1 / 2")]
    [InlineData("Math.Cbrt(h)", "its functions are " + CellFunctions, "Math.Cbrt")]
    [InlineData("Swish(h)", "its functions are " + CellFunctions, "Swish")]
    [InlineData("h.Map(f)", "its functions are " + CellFunctions, "h.Map")]
    [InlineData("Tanh(2)", "Tanh takes a hidden vector", "2")]
    [InlineData("Tanh(W)", "Tanh takes a hidden vector", "W")]
    [InlineData("Tanh(h, 2)", "Tanh takes a hidden vector")]
    [InlineData("Elu(h)", "Elu takes a hidden vector and a number")]
    [InlineData("Elu(h, h)", "Elu takes a hidden vector and a number", "h", 2)]
    [InlineData("Elu(alpha: 1, value: h)", "Elu takes a hidden vector and a number")]
    [InlineData("HardSigmoid(1, 2, 3)", "HardSigmoid takes a hidden vector and two numbers", "1")]
    [InlineData("Max(1, 2)", "Max takes two hidden vectors, or one and a number", "1")]
    [InlineData("Min(h, W)", "Min takes two hidden vectors, or one and a number", "W")]
    [InlineData("Delay(h + h, 2)", "Delay takes the input or a state, and a number of steps, a constant from 1 to 64", "h + h")]
    [InlineData("Delay(h, 0)", "Delay takes the input or a state, and a number of steps, a constant from 1 to 64", "0")]
    [InlineData("Delay(h, 65)", "Delay takes the input or a state, and a number of steps, a constant from 1 to 64", "65")]
    [InlineData("Delay(h, 1.5)", "Delay takes the input or a state, and a number of steps, a constant from 1 to 64", "1.5")]
    [InlineData("Delay(h, h)", "Delay takes the input or a state, and a number of steps, a constant from 1 to 64", "h", 2)]
    [InlineData("Delay(x * 2, 1)", "Delay takes the input or a state, and a number of steps, a constant from 1 to 64", "x * 2")]
    [InlineData("-W", "only hidden vectors, the Input and numbers can be negated")]
    [InlineData("My.Tanh(h)", "write the name alone: Tanh(…)", "My.Tanh")]
    [InlineData("Math.Max(h, 0)", "write the name alone: Max(…)", "Math.Max")]
    [InlineData("CellFunctions.Tanh(h)", "write the name alone: Tanh(…)", "CellFunctions.Tanh")]
    [InlineData("this.Tanh(h)", "write the name alone: Tanh(…)", "this.Tanh")]
    [InlineData("Tanh<int>(h)", "its functions are " + CellFunctions, "Tanh<int>")]
    [InlineData("h(h)", "here 'h' is no function", "h")]
    public void NotPartOfTheLanguage(string expression, string why, string? part = null, int occurrence = 1)
    {
        part ??= expression;
        int start =
            Enumerable.Range(0, occurrence).Aggregate(-1, (place, _) => expression.IndexOf(part, place + 1, StringComparison.Ordinal));
        string marked = expression.Remove(start, part.Length).Insert(start, $"{{|RNN104:{part}|}}");
        Check(Cell($"var a = {marked}; return a + W * x;"), $"'{part}' is not part of the equation language: {why}");
    }

    [Theory]
    [InlineData("h = W * x;")]
    [InlineData("if (true) return h;")]
    [InlineData("return h;")]
    [InlineData("const double a = 1;")]
    [InlineData("using var a = W * x;")]
    [InlineData("Hidden f(Hidden y) => y;")]
    [InlineData(";")]
    public void NotAStatementOfAStep(string statement) => Check(
        Cell($"{{|RNN104:{statement}|}} return W * x;"),
        $"'{statement}' is not part of the equation language: a Step is locals, each assigned once, and then one return");

    [Fact]
    public void LongTextIsCutShort() => Check(
        Cell($"return {{|RNN104:{new string('h', 100)}!|}};"),
        $"'{new string('h', 57)}...' is not part of the equation language: {Language}");

    [Fact]
    public void ALocalWithoutAValue() => Check(
        Cell("Hidden {|RNN104:a|}; return W * x;"),
        "'a' is not part of the equation language: a local is assigned where it is declared");

    [Theory]
    [InlineData("x")]
    [InlineData("W")]
    public void ALocalThatIsNoVector(string value) => Check(
        Cell($"var a = {{|RNN104:{value}|}}; return h;"),
        $"'{value}' is not part of the equation language: a local is a hidden vector or a number");

    [Fact]
    public void AResultThatIsNoVector() => Check(
        Cell("return {|RNN104:1|};"),
        "'1' is not part of the equation language: a new state is a hidden vector");

    [Theory]
    [InlineData("{|RNN105:g|}", "g")]
    [InlineData("{|RNN105:next|}; var next = h", "next")]
    [InlineData("{|RNN105:Pi|}", "Pi")]
    [InlineData("{|RNN105:a|} + h", "a")]
    public void UnknownName(string value, string name) => Check(
        Cell($"var a = {value}; return a + W * x;"),
        $"'{name}' is neither a parameter, a state nor an earlier equation of the cell 'C'");

    [Theory]
    [InlineData("W * h", "'W * h' combines a Weight and a Hidden")]
    [InlineData("U * x", "'U * x' combines a Recurrent and the Input")]
    [InlineData("W * (x + h)", "'W * (x + h)' combines a Weight and a Hidden")]
    [InlineData("W + x", "'W + x' combines a Weight and the Input")]
    [InlineData("U * 2", "'U * 2' combines a Recurrent and a number")]
    [InlineData("W + W", "'W + W' combines a Weight and a Weight")]
    [InlineData("U / h", "'U / h' combines a Recurrent and a Hidden")]
    public void AProductThatDoesNotFit(string product, string message) => Check(
        Cell($"return {{|RNN106:{product}|}};", "readonly Recurrent U;"),
        message + BadProduct);

    [Theory]
    [InlineData("x * W", "W * x")]
    [InlineData("h * U", "U * h")]
    public void AMatrixOnTheRight(string product, string right) => Check(
        Cell($"return {{|RNN106:{product}|}};", "readonly Recurrent U;"),
        $"'{product}' has the matrix on the right: write {right}");

    [Theory]
    [InlineData("readonly Weight {|RNN107:V|};", "", "V")]
    [InlineData("readonly Recurrent {|RNN107:V|};", "", "V")]
    [InlineData("readonly PerUnit {|RNN107:p|};", "", "p")]
    [InlineData("", "var {|RNN107:a|} = Tanh(h);", "a")]
    public void NeverUsed(string fields, string statements, string name) => Check(
        Cell($"{statements} return W * x;", fields),
        $"'{name}' is never used: remove it");

    [Fact]
    public void AnInputThatIsNeverUsed() => Check(
        "[RnnCell] readonly partial struct C { readonly Recurrent U; public Hidden Step(Input {|RNN107:x|}, Hidden h) => U * h; }",
        "'x' is never used: remove it");

    [Theory]
    [InlineData("W * x + Tanh({|RNN107:W|} * x) + W * x", "W", 3, "")]
    [InlineData("W * x + b + {|RNN107:b|}", "b", 2, ", or make it a PerUnit")]
    public void UsedTwice(string result, string name, int count, string also) => Check(
        Cell($"return {result};", result.Contains('b', StringComparison.Ordinal) ? "readonly Bias b;" : ""),
        $"'{name}' is used {count} times: make its term a local, and use the local{also}");

    [Fact]
    public void AFactorMayBeUsedTwice() => Check(Cell("return p * (W * x) + p * h;", "readonly PerUnit p;"));

    [Fact]
    public void WithoutEffect() => Check(
        "[RnnCell] readonly partial struct C { readonly Weight W; readonly Recurrent {|RNN107:U|}; public Hidden Step(Input x, Hidden h) "
        + "=> W * x + 0 * (U * h); }",
        "'U' has no effect: what it is part of is multiplied by 0");

    [Fact]
    public void WithoutEffectWhereThereAreNoBiases() => Check(
        "[RnnCell] readonly partial struct C { readonly Weight {|RNN107:W|}; readonly Bias b; public Hidden Step(Input x, Hidden h) => h "
        + "+ b * (W * x); }",
        "'W' has no effect in a layer without biases: make the Bias that it is multiplied by a PerUnit");

    [Theory]
    [InlineData("(W * x, h)", 2)]
    [InlineData("(W * x, h, h)", 3)]
    public void TooManyResults(string results, int count) =>
        Check(Cell($"return {{|RNN109:{results}|}};"), $"Step takes 1 states but returns {count}");

    [Fact]
    public void TooFewResults() => Check(
        "[RnnCell] readonly partial struct C { readonly Weight W; public (Hidden, Hidden) Step(Input x, Hidden h, Hidden c) => {|RNN109:W "
        + "* x + c|}; }",
        "Step takes 2 states but returns 1");

    [Theory]
    [InlineData("var {|RNN110:b|} = h;", "b")]
    [InlineData("var {|RNN110:h|} = h;", "h")]
    [InlineData("var a = h; var {|RNN110:a|} = a;", "a")]
    public void ANameUsedTwice(string statements, string name) => Check(
        Cell($"{statements} return W * x + h;", "readonly PerUnit b;"),
        $"'{name}' already names something else in the cell 'C'");

    [Fact]
    public void AParameterCalledLikeAField() => Check(
        "[RnnCell] readonly partial struct C { readonly Weight W; readonly PerUnit b; public Hidden Step(Input x, Hidden {|RNN110:b|}) => "
        + "W * x + this.b * b; }",
        "'b' already names something else in the cell 'C'");

    [Fact]
    public void TooLarge() => Check(
        $"[RnnCell] readonly partial struct C {{ readonly Weight W; public Hidden {{|RNN111:Step|}}(Input x, Hidden h) => W * "
        + $"x{string.Concat(Enumerable.Repeat(" + h", 500))}; }}",
        "The equations of 'C' have more than 1,000 operations");

    private static string Cell(string body, string fields = "") =>
        $"[RnnCell] readonly partial struct C {{ readonly Weight W; {fields} public Hidden Step(Input x, Hidden h) {{ {body} }} }}";
}
