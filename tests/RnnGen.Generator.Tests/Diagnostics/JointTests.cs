namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>An encoder and a decoder have the layers and the names that they may have.</summary>
public class JointTests : JointDiagnosticsTest
{
    [Theory]
    [InlineData(Encoder, Decoder)]
    [InlineData(Encoder, Attending)]
    [InlineData(
        "OneHot(5), Rnn<Lstm>(4, Direction = Direction.Bidirectional), Dropout(0.5)",
        "OneHot(7), Rnn<Lstm>(8), Dense(7), SoftmaxCrossEntropy", "Bridge = Bridge.Direct")]
    [InlineData("Input(5), Rnn<Lstm>(4, Depth = 2)", "Input(7), Rnn<Gru>(9), SquaredError", "Bridge = Bridge.EveryState")]
    [InlineData(
        "Input(5), Rnn<Lstm>(4), Pool(Pooling.Attention)", "Input(7), Context, Rnn<Gru>(9, From = \"input, context\"), SquaredError",
        "Bridge = Bridge.None, Precision = Precision.Double")]
    [InlineData("Input(5)", "Input(7), Rnn<Gru>(5), Attention<DotScore>(5), SquaredError")]
    [InlineData(
        "Embedding(5, 3)",
        "Embedding(4, 3), Attention<ScaledDotScore>(3, Name = \"context\"), Dense(3, From = \"input, d'\", Name = \"d\"), Dense(2, From = "
        + "\"context, d\"), SigmoidCrossEntropy")]
    [InlineData("Input(5), Dense(3), Pool(Pooling.Mean)", "Input(2), Feedback(2), Rnn<Gru>(5), Dense(2), SquaredError")]
    [InlineData(Encoder, Decoder, "Bridge = Bridge.Dense", "Start = 4, End = 4")]
    [InlineData(
        Encoder, "OneHot(4), Rnn<Gru>(8), Dense(5), SoftmaxCrossEntropy", "Bridge = Bridge.Direct", "Start = 0, End = 4, Steps = 2")]
    public void FittingPartsAreSilent(string encoder, string decoder, string options = "Bridge = Bridge.Dense", string ends = "Steps = 9")
    {
        string source = Joint(encoder, decoder, options, ends);
        Check(source);
        Assert.Empty(Compiler.Problems(
            Compiler.Generate(Compiler.Compile($"#pragma warning disable CS1591\nusing RnnGen;\n{source}")).Output));
    }

    [Theory]
    [InlineData(
        "static class Outer { [Encoder, Embedding(5, 3), Rnn<Gru>(8)] private abstract class Inner; [Seq2Seq(typeof(Inner), typeof(D))] "
        + "partial class {|RNN003:N|}; }",
        "'N' lies inside 'Outer': declare a model directly in a namespace")]
    [InlineData("static class Outer { [Encoder, Embedding(5, 3), Rnn<Gru>(8)] internal abstract class Inner; } "
        + "[Seq2Seq(typeof(Outer.Inner), typeof(D))] partial class N;")]
    [InlineData("[Encoder, Embedding(5, 3), Rnn<Gru>(8)] record R(int X); [Seq2Seq(typeof(R), typeof(D))] partial class N;")]
    [InlineData("[Encoder, Embedding(5, 3), Rnn<Gru>(8)] file class F; [Seq2Seq(typeof(F), typeof(D))] partial class N;")]
    [InlineData(
        "[Encoder, Embedding(5, 3), Rnn<Gru>(8)] class G<T>; [Seq2Seq({|RNN004:typeof(G<>)|}, typeof(D))] partial class N; "
        + "[Seq2Seq({|RNN004:typeof(G<int>)|}, typeof(D))] partial class O;",
        "'G' has type parameters: the sizes of a model are constants", "'G' has type parameters: the sizes of a model are constants")]
    public void WhatAPartMayBe(string declarations, params string[] messages) =>
        Check($"[Decoder, {Decoder}] static class D; {declarations}", messages);

    [Fact]
    public void ADecoderMayBeAModelToo() => Check(
        $"[Encoder, {Encoder}] class E; [Decoder, RnnModel, {Decoder}] partial class D; [Seq2Seq(typeof(E), typeof(D))] partial class M;");

    [Theory]
    [InlineData("typeof(D), typeof(E)", "0:D", "Encoder")]
    [InlineData("typeof(E), typeof(E)", "1:E", "Decoder")]
    [InlineData("typeof(string), typeof(D)", "0:string", "Encoder")]
    [InlineData("typeof(int[]), typeof(D)", "0:int[]", "Encoder")]
    [InlineData("typeof(E), typeof(System.Collections.Generic.List<int>)", "1:List<int>", "Decoder")]
    [InlineData("null!, typeof(D)", "0:null", "Encoder")]
    [InlineData("typeof(E), decoder: null!", "1:null", "Decoder")]
    [InlineData("decoder: typeof(D), encoder: typeof(D)", "1:D", "Encoder")]
    public void NotAPart(string arguments, string wrong, string kind)
    {
        string[] list = arguments.Split(", ");
        int place = wrong[0] - '0';
        int colon = list[place].IndexOf(": ", StringComparison.Ordinal) + 2;
        list[place] = colon > 1 ? $"{list[place][..colon]}{{|RNN034:{list[place][colon..]}|}}" : $"{{|RNN034:{list[place]}|}}";
        Check(
            $"[Encoder, {Encoder}] class E; [Decoder, {Decoder}] class D; [Seq2Seq({string.Join(", ", list)})] partial class M;",
            $"'{wrong[2..]}' has no [{kind}] attribute");
    }

    [Theory]
    [InlineData("[Seq2Seq] partial class M;")]
    [InlineData("[Seq2Seq(typeof(E))] partial class M;")]
    [InlineData("[Seq2Seq(typeof(Unknown), typeof(D))] partial class M;")]
    [InlineData("[Seq2Seq(\"E\", typeof(D))] partial class M;")]
    [InlineData("[Encoder(Steps = \"long\"), Input(3)] class F; [Seq2Seq(typeof(F), typeof(D))] partial class M;")]
    public void WhatTheCompilerRefusesIsItsOwn(string declaration) =>
        Check($"[Encoder, {Encoder}] class E; [Decoder, {Decoder}] class D; {declaration}");

    [Theory]
    [InlineData("class {|RNN001:M|};", "'M' must be declared partial: RnnGen writes the rest of it")]
    [InlineData(
        "static partial class {|RNN002:M|};", "'M' is static: a model must be a class that is neither static nor abstract nor a record")]
    [InlineData(
        "partial struct {|RNN002:M|};", "'M' is a struct: a model must be a class that is neither static nor abstract nor a record")]
    [InlineData(
        "partial record {|RNN002:M|};", "'M' is a record: a model must be a class that is neither static nor abstract nor a record")]
    [InlineData("partial class {|RNN004:M|}<T>;", "'M' has type parameters: the sizes of a model are constants")]
    [InlineData(
        "partial class M { int {|RNN014:SourceSteps|}; void Step() { } void Forward() { } }",
        "'M' already has a member 'SourceSteps', which RnnGen generates")]
    [InlineData("partial class M { class {|RNN014:Memory|}; }", "'M' already has a member 'Memory', which RnnGen generates")]
    [InlineData("partial class {|RNN014:Encode|};", "'Encode' already has a member 'Encode', which RnnGen generates")]
    [InlineData(
        "partial class M; [Seq2Seq(typeof(E), typeof(D))] partial class {|RNN014:N|} : M;",
        "'N' already has a member 'Steps', which RnnGen generates")]
    public void TheJoinedClass(string declaration, string message) =>
        Check($"[Encoder, {Encoder}] class E; [Decoder, {Decoder}] class D; [Seq2Seq(typeof(E), typeof(D))] {declaration}", message);

    [Fact]
    public void APlainModelMayHaveTheOtherNames() =>
        Check($"[RnnModel] {Layers} partial class M {{ int Start, End, Source, Memory; void Encode() {{ }} }}");

    [Fact]
    public void EveryGeneratedNameIsKnown()
    {
        var output = Compiler.Generate(Compiler.Compile(
            "using RnnGen;" + Joint(Encoder, Attending, "Bridge = Bridge.Dense", "Start = 0, End = 1"))).Output;
        var generated = output.GetTypeByMetadataName("M")!.GetMembers()
            .Where(m => m is { IsImplicitlyDeclared: false, CanBeReferencedByName: true, IsOverride: false });
        Assert.Equal(Reading.ModelShape.JointMembers.Order(), generated.Select(m => m.Name).Distinct().Order());
    }

    [Fact]
    public void LayersOfTheJoinedClass() => Check(
        $"[Encoder, {Encoder}] class E; [Decoder, {Decoder}] class D; [Seq2Seq(typeof(E), typeof(D)), {{|RNN033:Dense(5)|}}, "
        + $"{{|RNN033:Encoder|}}] partial class M;",
        "[Dense] has no place in a [Seq2Seq] class: layers are declared by its encoder and its decoder",
        "[Encoder] has no place in a [Seq2Seq] class: layers are declared by its encoder and its decoder");

    [Theory]
    [InlineData("RnnModel, Input(3), Rnn<Gru>(8), {|RNN032:Attention<DotScore>(8)|}, SquaredError] partial class N", "Attention")]
    [InlineData("RnnModel, Input(3), {|RNN032:Context|}, Rnn<Gru>(8, From = \"input, context\"), SquaredError] partial class N", "Context")]
    public void OnlyInADecoder(string model, string name) =>
        Check($"[{model};", $"[{name}] looks at an encoder: it can only stand in a class with [Decoder]");

    [Theory]
    [InlineData("Embedding(5, 3), Rnn<Gru>(8), {|RNN032:Attention<DotScore>(8)|}", "Attention")]
    [InlineData("Embedding(5, 3), Rnn<Gru>(8, From = \"input, context\"), {|RNN032:Context|}", "Context", false)]
    public void NotInAnEncoder(string encoder, string name, bool isNamed = true)
    {
        if (!isNamed)
            encoder = encoder.Replace("\"input, context\"", "\"input, {|RNN020:context|}\"", StringComparison.Ordinal);
        string[] messages = [$"[{name}] looks at an encoder: it can only stand in a class with [Decoder]"];
        Check(Joint(encoder, Decoder), isNamed ? messages : ["No layer above is called 'context'; there are: input", .. messages]);
    }

    [Theory]
    [InlineData("{|RNN006:Embedding(5, 3, Length = 2)|}, Rnn<Gru>(8)")]
    [InlineData("Input(3), {|RNN006:Input(2, Name = \"b\")|}, Rnn<Gru>(8, From = \"input, b\")")]
    public void OneSourceInAnEncoder(string encoder) => Check(
        Joint(encoder, Decoder),
        "The sources of 'E' cannot stand together: an encoder has one source, of one symbol or vector a step");

    [Theory]
    [InlineData("Embedding(5, 3), Rnn<Gru>(8), {|RNN033:SquaredError|}", "SquaredError", "its gradients come from the decoder")]
    [InlineData("Input(5), {|RNN033:Feedback(3)|}, Rnn<Gru>(8)", "Feedback", "its outputs have no targets to be told in training")]
    [InlineData("{|RNN033:OneHot(5)|}", "OneHot", "its outputs are vectors: an [Embedding] has them")]
    [InlineData(
        "{|RNN033:Input(5, Once = true)|}, Dense(8)", "Input",
        "it reads a sequence: one vector is a source of a single step, [Encoder(Steps = 1)]")]
    [InlineData(
        "Input(5, Channels = 2), {|RNN033:Rnn<Gru>(3, Over = Axis.Inner)|}, Rnn<Gru>(8)", "Rnn",
        "its layers run over time, one bridged to another")]
    public void NoPlaceInAnEncoder(string encoder, string name, string problem) =>
        Check(Joint(encoder, Decoder), $"[{name}] has no place in an encoder: {problem}");

    [Theory]
    [InlineData(
        "Embedding(5, 3), {|RNN033:Rnn<Gru>(8, Direction = Direction.Reverse)|}, Dense(5), SoftmaxCrossEntropy", "Rnn",
        "it would need the whole target before its first step")]
    [InlineData(
        "Embedding(5, 3), {|RNN033:Rnn<Gru>(8, Direction = Direction.Bidirectional)|}, Dense(5), SoftmaxCrossEntropy", "Rnn",
        "it would need the whole target before its first step")]
    [InlineData(
        "Embedding(5, 3), Rnn<Gru>(8), {|RNN033:Pool(Pooling.Last)|}, Dense(5), SoftmaxCrossEntropy", "Pool",
        "it would need the whole target before its first step")]
    [InlineData("{|RNN033:Input(5, Once = true)|}, Repeat, Rnn<Gru>(8), SquaredError", "Input", "it has an input at every step")]
    [InlineData(
        "Embedding(5, 3), Rnn<Gru>(8), Dense(5), {|RNN033:Ctc|}", "Ctc", "its steps are those of its targets: labels have times there")]
    public void NoPlaceInADecoder(string decoder, string name, string problem) =>
        Check(Joint(Encoder, decoder), $"[{name}] has no place in a decoder: {problem}");

    [Theory]
    [InlineData("Rnn<Gru>(8, From = \"input, {|RNN031:d|}'\"), Dense(2, Name = \"d\")", "d")]
    [InlineData("Rnn<Gru>(8, Name = \"r\"), Dense(2, From = \"{|RNN031:r|}'\")", "r")]
    public void NoStepBeforeInAnEncoder(string layers, string name) => Check(
        Joint($"Input(3), {layers}", Decoder),
        $"'{name}' cannot be taken from the step before: an encoder takes all steps of a source at once");

    [Theory]
    [InlineData("DotScore>({|RNN035:9|})", "DotScore", "the encoder's outputs", 8, 9)]
    [InlineData("ScaledDotScore>(units: {|RNN035:4|}, From = \"rnn\")", "ScaledDotScore", "the encoder's outputs", 8, 4)]
    [InlineData("GeneralScore>({|RNN035:8|}, From = \"input, rnn\")", "GeneralScore", "the query", 11, 8)]
    [InlineData("DotScore>({|RNN035:8|}, From = \"input\")", "DotScore", "the query", 3, 8)]
    public void ScoreWidths(string attention, string score, string what, int numbers, int units) => Check(
        Joint(Encoder, $"Embedding(5, 3), Rnn<Gru>(8, Name = \"rnn\"), Attention<{attention}, SquaredError, SquaredError(From = \"rnn\")"),
        $"{score} works element by element with {units} units, so {what} must have {units} numbers, not {numbers}");

    [Fact]
    public void AttentionToOneVector() => Check(
        Joint("Input(3), Rnn<Gru>(8), Pool(Pooling.Last)", "Input(3), Rnn<Gru>(8), {|RNN025:Attention<DotScore>(8)|}, SquaredError"),
        "Attention to 'E' takes a sequence, but its input here is one vector per sequence: [Repeat] gives it to every step");

    [Theory]
    [InlineData("Attention<{|RNN011:Gru|}>(8)", "'Gru' is not a score: it has no [RnnAttention] attribute")]
    [InlineData("Attention<{|RNN011:int|}>(8)", "'Int32' is not a score: it has no [RnnAttention] attribute")]
    [InlineData("Attention<AdditiveScore>({|RNN010:0|})", "The units of the score must be 1 to 16,384, but is 0")]
    [InlineData("Attention<AdditiveScore>(8, Name = {|RNN021:\"rnn\"|})", "Another layer above is already called 'rnn'")]
    [InlineData(
        "Attention<AdditiveScore>(8, Name = \"context\"), {|RNN021:Context|}, Dense(3, From = \"context\")",
        "Another layer above is already called 'context'")]
    [InlineData(
        "Context, Attention<AdditiveScore>(8, Name = {|RNN021:\"context\"|}), Dense(3)", "Another layer above is already called 'context'")]
    [InlineData(
        "Context(Name = {|RNN022:\"the context\"|}), Dense(3)",
        "The name 'the context' must begin with a letter and go on with letters, digits and _")]
    [InlineData(
        "{|RNN023:Attention<AdditiveScore>(8)|}, Dense(5, From = \"rnn\")",
        "Nothing takes the outputs of this [Attention]: it would never be trained")]
    [InlineData("{|RNN023:Context|}, Dense(5, From = \"rnn\")", "Nothing takes the outputs of this [Context]: it would never be trained")]
    [InlineData("Attention<AdditiveScore>(8, From = \"{|RNN020:source|}\")", "No layer above is called 'source'; there are: input, rnn")]
    public void LayersOfADecoder(string layers, string message) =>
        Check(Joint("Input(3), Rnn<Gru>(8, Name = \"source\")", $"Input(3), Rnn<Gru>(8, Name = \"rnn\"), {layers}, SquaredError"), message);

    [Theory]
    [InlineData(
        "{|RNN023:Dense(4)|}, Rnn<Gru>(8, From = \"input\")", "Nothing takes the outputs of this [Dense]: it would never be trained")]
    [InlineData("Rnn<Gru>({|RNN010:0|})", "The number of hidden units must be 1 to 16,384, but is 0")]
    [InlineData("Rnn<Gru>(8, Activation = {|RNN017:(Activation)50|})", "50 is not a value of Activation")]
    public void LayersOfAnEncoder(string layers, string message) => Check(Joint($"Input(3), {layers}", Decoder), message);

    [Fact]
    public void PartsWithoutTheirNeeds() => Check(
        "[{|RNN005:Encoder|}] class E; [Decoder, Input(3), Rnn<Gru>(8)] class D; [Encoder, Input(3), Rnn<Gru>(8)] class F; "
        + "[{|RNN005:{|RNN008:Decoder|}|}] class G;"
        + "[Seq2Seq(typeof(E), typeof(D))] partial class M; [Seq2Seq(typeof(F), typeof(G))] partial class N;",
        "'E' does not say what its inputs are: add [Input(size)], [OneHot(symbols)] or [Embedding(symbols, width)]",
        "'G' does not say what its inputs are: add [Input(size)], [OneHot(symbols)] or [Embedding(symbols, width)]",
        "'G' has no loss: add [SoftmaxCrossEntropy], [SigmoidCrossEntropy], [SquaredError], [AbsoluteError], "
            + "[Quantiles(…)] or [Loss<…>]");

    [Fact]
    public void AMistakeOfAPartIsReportedOnce() => Check(
        $"[Encoder, Input(3), Rnn<Gru>({{|RNN010:0|}})] class E; [Decoder, {Decoder}] class D; [Seq2Seq(typeof(E), typeof(D))] partial "
        + "class M; [Seq2Seq(typeof(E), typeof(D), Bridge = Bridge.Direct)] partial class N;",
        "The number of hidden units must be 1 to 16,384, but is 0");

    [Fact]
    public void APartAloneIsNotLookedAt() => Check("[Encoder, Rnn<Gru>(0)] class E; [Decoder(Start = 3)] class D;");

    [Fact]
    public void PartsOfAnotherAssembly()
    {
        const string source =
            "using RnnGen; [Seq2Seq(typeof(E), typeof(D))] partial class M; [Seq2Seq(typeof(E), typeof(Broken))] partial class N;";
        var library = Compiler.Compile($"using RnnGen; [Encoder, {Encoder}] public class E; [Decoder, {Attending}] public class D; "
            + "[Decoder, Input(3), Rnn<Gru>(0), SquaredError] public class Broken;").EmitToImageReference();
        var (result, output) = Compiler.Generate(Compiler.Compile([(Compiler.FileName, source)], more: library));
        var diagnostic = Assert.Single(result.Diagnostics);
        Assert.Equal("The number of hidden units must be 1 to 16,384, but is 0", diagnostic.GetMessage());
        Assert.Equal("typeof(Broken)", source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
        Assert.Empty(Compiler.Problems(output));
    }

    /// <summary>Scores of one name in two namespaces, and outputs whose names differ in case, are kept apart.</summary>
    [Fact]
    public void NamesThatAreAlmostOne()
    {
        const string source = """
            #pragma warning disable CS1591
            using RnnGen;
            namespace A { [RnnAttention] readonly partial struct Near { public Hidden Score(Hidden q, Hidden k) => q * k; } }
            namespace B { [RnnAttention] readonly partial struct Near { public Hidden Score(Hidden q, Hidden k) => Tanh(q * k); } }
            [Encoder, Input(8)] class E;
            [Decoder, Embedding(5, 8)]
            [Dense(8, Name = "embedding", From = "input, context', Context'")]
            [Attention<A.Near>(8, Name = "context")]
            [Attention<B.Near>(8, Name = "Context", From = "embedding")]
            [Attention<B.Near>(8, From = "embedding", Name = "third")]
            [SquaredError(From = "context, Context, third")]
            class D;
            [Seq2Seq(typeof(E), typeof(D), Bridge = Bridge.None)] partial class Threads;
            [Decoder(Start = 0, End = 1), Embedding(5, 8), Rnn<Gru>(8), Dense(5), SoftmaxCrossEntropy] class F;
            [Seq2Seq(typeof(E), typeof(F))] partial class ClipNorm;
            """;
        var (result, output) = Compiler.Generate(Compiler.Compile(source));
        Assert.Empty(result.Diagnostics);
        Assert.Empty(Compiler.Problems(output));
        string members = result.GeneratedSources.Single(s => s.HintName == "Threads.g.cs").SourceText.ToString();
        string kernels = result.GeneratedSources.Single(s => s.HintName == "Threads.Kernels.g.cs").SourceText.ToString();
        Assert.Contains(" Previous_context ", members, StringComparison.Ordinal);
        Assert.Contains(" Previous_Context ", members, StringComparison.Ordinal);
        Assert.Contains("\"decoder.embedding_2.weight\"", kernels, StringComparison.Ordinal);
        Assert.Contains("void Near8Forward(", kernels, StringComparison.Ordinal);
        Assert.Contains("void Near8Variant2Forward(", kernels, StringComparison.Ordinal);
        Assert.DoesNotContain("Near8Variant3", kernels, StringComparison.Ordinal);
    }
}
