namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>What the type of a cell must be.</summary>
public class CellShapeTests : DiagnosticsTest
{
    private const string Body = "{ readonly Weight W; public Hidden Step(Input x, Hidden h) => W * x; }";

    private const string NoStep =
        "'C' needs a method 'Hidden Step(Input x, Hidden h)', or with several states '(Hidden, Hidden) Step(Input x, "
        + "Hidden h, Hidden c)': ";

    [Fact]
    public void AnOrdinaryCellIsSilent() => Check($"[RnnCell] readonly partial struct C {Body}");

    [Theory]
    [InlineData("readonly struct")]
    [InlineData("partial struct")]
    [InlineData("struct")]
    [InlineData("readonly ref partial struct")]
    [InlineData("readonly partial record struct")]
    [InlineData("partial class")]
    [InlineData("partial interface")]
    [InlineData("file readonly partial struct")]
    public void NotAReadonlyPartialStruct(string declaration) => Check(
        $"[RnnCell] {declaration} {{|RNN101:C|}} {Body}",
        "'C' must be declared as a readonly partial struct");

    [Fact]
    public void Nested() => Check(
        $"partial class Outer {{ [RnnCell] readonly partial struct {{|RNN102:C|}} {Body} }}",
        "'C' is nested or generic: declare a cell directly in a namespace, without type parameters");

    [Fact]
    public void Generic() => Check(
        $"[RnnCell] readonly partial struct {{|RNN102:C|}}<T> {Body}",
        "'C' is nested or generic: declare a cell directly in a namespace, without type parameters");

    [Fact]
    public void WithoutStep() => Check("[RnnCell] readonly partial struct {|RNN103:C|} { }", NoStep + "there is none");

    [Fact]
    public void WithTwoSteps() => Check(
        "[RnnCell] readonly partial struct C { readonly Weight W; public Hidden Step(Input x, Hidden h) => W * x; Hidden "
        + "{|RNN103:Step|}(Input x) => W * x; }",
        NoStep + "there are several");

    [Theory]
    [InlineData("Hidden {|RNN103:Step|}<T>(Input x, Hidden h) => W * x;", "it must not be generic")]
    [InlineData("Hidden {|RNN103:Step|}(Input x) => W * x;", "it takes too few parameters")]
    [InlineData("Hidden {|RNN103:Step|}() => W * default(Input);", "it takes too few parameters")]
    [InlineData("Hidden {|RNN103:Step|}(Hidden x, Hidden h) => x;", "its first parameter is not an Input")]
    [InlineData("Hidden {|RNN103:Step|}(Input x, Hidden h, int n) => W * x;", "the parameters after the first are not all Hidden")]
    [InlineData("Hidden {|RNN103:Step|}(in Input x, Hidden h) => W * x;", "its parameters must be plain values")]
    [InlineData("Hidden {|RNN103:Step|}(Input x, Hidden h = default) => W * x;", "its parameters must be plain values")]
    [InlineData("partial Hidden {|RNN103:Step|}(Input x, Hidden h);", "it has no body")]
    [InlineData("Hidden {|RNN103:Step|}(Input x, Hidden h) { }", "it returns nothing")]
    [InlineData("Hidden {|RNN103:Step|}(Input x, Hidden h) { var a = W * x; }", "it returns nothing")]
    public void WithAnotherStep(string step, string problem) =>
        Check($"[RnnCell] readonly partial struct C {{ readonly Weight W; {step} }}", NoStep + problem);

    [Theory]
    [InlineData("readonly int {|RNN108:n|};", "n", "int")]
    [InlineData("readonly Weight[] {|RNN108:Ws|};", "Ws", "Weight[]")]
    [InlineData("readonly Weight? {|RNN108:V|};", "V", "Weight?")]
    [InlineData("static readonly Bias {|RNN108:b|};", "b", "Bias")]
    [InlineData("const double {|RNN108:third|} = 1.0 / 3;", "third", "double")]
    [InlineData("const string {|RNN108:name|} = \"cell\";", "name", "string")]
    public void AnotherField(string field, string name, string type) => Check(
        $"[RnnCell] readonly partial struct C {{ {field} readonly Weight W; public Hidden Step(Input x, Hidden h) => W * x; }}",
        $"The field '{name}' is of the type {type}: a cell's fields are Weight, Recurrent, Projection, Bias, PerUnit or Scalar, and "
        + "constants that are literals");

    [Fact]
    public void ConstantsAreNumbers() => Check(
        "[RnnCell] readonly partial struct C { const double Leak = -0.5; const int Two = 2; readonly Weight W; public Hidden Step(Input "
        + "x, Hidden h) => W * x * Leak + Two * h; }");

    [Fact]
    public void TakenConstructor() => Check(
        "[RnnCell] readonly partial struct C { public {|RNN110:C|}(CellValues values) { } readonly Weight W; public Hidden Step(Input x, "
        + "Hidden h) => W * x; }",
        "'C' already names something else in the cell 'C'");

    [Fact]
    public void PrimaryConstructor() => Check(
        $"[RnnCell] readonly partial struct {{|RNN110:C|}}(int n) {Body}",
        "'C' already names something else in the cell 'C'");

    [Fact]
    public void OtherMembersAreFree() => Check(
        "[RnnCell] readonly partial struct C { readonly Weight W; public C(int n) => W = default; static Hidden Twice(Hidden x) => x + x; "
        + "public Hidden Step(Input x, Hidden h) => W * x; }");
}
