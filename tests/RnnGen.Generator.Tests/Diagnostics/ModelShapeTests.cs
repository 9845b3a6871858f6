using Microsoft.CodeAnalysis.CSharp;

namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>What the class of a model must be.</summary>
public class ModelShapeTests : DiagnosticsTest
{
    [Fact]
    public void AnOrdinaryModelIsSilent() => Check($"[RnnModel] {Layers} public sealed partial class M;");

    [Fact]
    public void NotPartial() => Check(
        $"[RnnModel] {Layers} class {{|RNN001:M|}};",
        "'M' must be declared partial: RnnGen writes the rest of it");

    [Theory]
    [InlineData("partial record", "a record")]
    [InlineData("partial struct", "a struct")]
    [InlineData("partial record struct", "a record")]
    [InlineData("partial interface", "an interface")]
    [InlineData("static partial class", "static")]
    [InlineData("abstract partial class", "abstract")]
    [InlineData("file partial class", "visible in its file only")]
    public void NotAClass(string declaration, string what) => Check(
        $"[RnnModel] {(declaration.EndsWith("class", StringComparison.Ordinal) ? Layers : "")} {declaration} {{|RNN002:M|}} {{ }}",
        $"'M' is {what}: a model must be a class that is neither static nor abstract nor a record");

    [Fact]
    public void NestedInAClass() => Check(
        $"partial class Outer {{ [RnnModel] {Layers} partial class {{|RNN003:M|}}; }}",
        "'M' lies inside 'Outer': declare a model directly in a namespace");

    [Fact]
    public void NestedInAnInterfaceOfAStruct() => Check(
        $"partial struct Outer {{ partial interface Inner {{ [RnnModel] {Layers} partial class {{|RNN003:M|}}; }} }}",
        "'M' lies inside 'Inner': declare a model directly in a namespace");

    [Fact]
    public void NestedInAGenericClass() => Check(
        $"partial class Outer<T> {{ [RnnModel] {Layers} partial class {{|RNN003:{{|RNN004:M|}}|}}; }}",
        "'M' lies inside 'Outer': declare a model directly in a namespace",
        "'M' has type parameters: the sizes of a model are constants");

    [Fact]
    public void Generic() => Check(
        $"[RnnModel] {Layers} partial class {{|RNN004:M|}}<T>;",
        "'M' has type parameters: the sizes of a model are constants");

    [Fact]
    public void SeveralThingsAtOnce() => Check(
        $"static class Outer {{ [RnnModel] {Layers} static class {{|RNN001:{{|RNN002:{{|RNN003:M|}}|}}|}} {{ }} }}",
        "'M' must be declared partial: RnnGen writes the rest of it",
        "'M' is static: a model must be a class that is neither static nor abstract nor a record",
        "'M' lies inside 'Outer': declare a model directly in a namespace");

    [Theory]
    [InlineData("Steps", "public int {|RNN014:Steps|};")]
    [InlineData("Parameters", "public int {|RNN014:Parameters|} => 0;")]
    [InlineData("Step", "public void {|RNN014:Step|}(string text) { }")]
    [InlineData("State", "class {|RNN014:State|} { }")]
    [InlineData("Trainer", "delegate void {|RNN014:Trainer|}();")]
    [InlineData("Load", "event System.Action? {|RNN014:Load|} { add { } remove { } }")]
    [InlineData("Shape", "int {|RNN014:Shape|};")]
    [InlineData("a constructor", "public {|RNN014:M|}(int seed) { }")]
    public void TakenName(string name, string member) => Check(
        $"[RnnModel] {Layers} partial class M {{ {member} }}",
        $"'M' already has a member '{name}', which RnnGen generates");

    [Fact]
    public void TakenNameInAnotherPart() => Check(
        $"[RnnModel] {Layers} partial class M {{ }} partial class M {{ const int {{|RNN014:InputSize|}} = 1; }}",
        "'M' already has a member 'InputSize', which RnnGen generates");

    [Fact]
    public void PrimaryConstructor() => Check(
        $"[RnnModel] {Layers} partial class {{|RNN014:M|}}(int seed) {{ int Seed => seed; }}",
        "'M' already has a member 'a constructor', which RnnGen generates");

    [Fact]
    public void TakenNameInABase() => Check(
        $"class Base {{ protected int {{|RNN014:Save|}}; private int Load; }} [RnnModel] {Layers} partial class M : Base;",
        "'M' already has a member 'Save', which RnnGen generates");

    [Fact]
    public void ABaseThatIsAModel() => Check(
        $"[RnnModel] {Layers} partial class A; [RnnModel] {Layers} partial class {{|RNN014:B|}} : A;",
        "'B' already has a member 'Steps', which RnnGen generates");

    [Fact]
    public void AClassCalledLikeAMember() => Check(
        $"[RnnModel] {Layers} partial class {{|RNN014:Tape|}};",
        "'Tape' already has a member 'Tape', which RnnGen generates");

    [Fact]
    public void StaticConstructorsAndOtherMembersAreFree() => Check(
        $"[RnnModel] {Layers} partial class M {{ static M() {{ }} ~M() {{ }} public int Epoch {{ get; set; }} class Kernel; }}");

    [Fact]
    public void EveryGeneratedNameIsKnown()
    {
        var output = Compiler.Generate(Compiler.Compile($"using RnnGen; [RnnModel] {Layers} public partial class M;")).Output;
        var generated = output.GetTypeByMetadataName("M")!.GetMembers()
            .Where(m => m is { IsImplicitlyDeclared: false, CanBeReferencedByName: true, IsOverride: false });
        Assert.Equal(Reading.ModelShape.Members.Order(), generated.Select(m => m.Name).Distinct().Order());
    }

    [Fact]
    public void OldLanguage() => Check(
        $"[RnnModel] {Layers} partial class {{|RNN018:M|}} {{ }}",
        LanguageVersion.CSharp11,
        "RnnGen writes C# 12, but this project is compiled as C# 11.0: set <LangVersion>12</LangVersion> or later");

    [Fact]
    public void OldLanguageForACell() => Check(
        "[RnnCell] readonly partial struct {|RNN018:C|} { readonly Weight W; public Hidden Step(Input x, Hidden h) => W * x; }",
        LanguageVersion.CSharp10,
        "RnnGen writes C# 12, but this project is compiled as C# 10.0: set <LangVersion>12</LangVersion> or later");

    [Fact]
    public void AttributesOnSeveralDeclarations() => Check(
        "[RnnModel, Input(3), Rnn<Lstm>(4)] partial class M; [{|RNN040:Dense(5)|}, {|RNN040:SquaredError|}] partial class M;",
        "[Dense] stands on another declaration of 'M' than [RnnModel]: which of them comes first would depend on the order of files",
        "[SquaredError] stands on another declaration of 'M' than [RnnModel]: "
        + "which of them comes first would depend on the order of files");

    [Fact]
    public void AttributesOfAPartOnSeveralDeclarations() => Check(
        "[Encoder, Input(3)] partial class E; [{|RNN040:Rnn<Lstm>(4)|}] partial class E; [Decoder, Input(3), Rnn<Lstm>(4), SquaredError] "
        + "class D; [Seq2Seq(typeof(E), typeof(D))] partial class M;",
        "[Rnn] stands on another declaration of 'E' than [Encoder]: which of them comes first would depend on the order of files");

    [Theory]
    [InlineData("class B { protected B(int n) { } }")]
    [InlineData("class B { private B() { } public B(int n) { } }")]
    public void ABaseWithoutAConstructorToCall(string parent) => Check(
        $"{parent} [RnnModel] {Layers} partial class M : {{|RNN041:B|}};",
        "'B' has no constructor without parameters, which the constructors that RnnGen adds to 'M' would call");

    [Theory]
    [InlineData("class B;")]
    [InlineData("abstract class B { protected B(int n = 3, params int[] others) { } }")]
    [InlineData("class B { internal B() { } public B(int n) { } }")]
    public void ABaseWithAConstructorToCall(string parent) => Check($"{parent} [RnnModel] {Layers} partial class M : B;");

    [Theory]
    [InlineData("class {|RNN042:System|}; namespace N { [RnnModel] " + Layers + " partial class M; }")]
    [InlineData("enum {|RNN042:System|} { A } [RnnCell] readonly partial struct C { readonly Weight W; public Hidden Step(Input x, Hidden "
        + "h) => W * x; }")]
    public void ANameInTheWay(string source) => Check(
        source, "A type called 'System' hides the namespace of this name from generated code: give it another name");
}
