namespace RnnGen.Compiler.Tests;

/// <summary>Declarations of the caller's: symbols, classes, precisions, cells, training, and mistakes.</summary>
public class CompileTests(CompilerFixture fixture) : IClassFixture<CompilerFixture>
{
    private const string Text = """
        using RnnGen;

        [RnnModel(Steps = 4)]
        [OneHot(7)]
        [Rnn<Gru>(6)]
        [Dense(7)]
        [SoftmaxCrossEntropy]
        public sealed partial class TextModel;
        """;

    [Fact]
    public void SymbolsAreStepped()
    {
        using CompiledModel<float> model = RnnCompiler.Compile(Text, fixture.Options with { Seed = 5 });
        BuiltText built = new(seed: 5);
        BuiltText.State state = default;
        RnnStream<float> stream = model.CreateStream();
        float[] y = new float[7], z = new float[7];
        foreach (int symbol in (int[])[0, 6, 3, 3, 1])
        {
            stream.Step(symbol, y);
            built.Step(symbol, ref state, z);
            Assert.Equal(z, y);
        }

        Assert.True(model.TakesSymbols && model.LearnsClasses && stream.TakesSymbols && model.HasSteps);
        Assert.Throws<InvalidOperationException>(() => stream.Step([0f], y));
        Assert.Throws<InvalidOperationException>(() => stream.Forward([0f], y));
        Assert.Throws<InvalidOperationException>(() => model.Forward([0f], y));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Step(7, y));
        Assert.Throws<ArgumentException>(() => stream.Step(1, new float[6]));
    }

    [Fact]
    public void WholeSequencesHaveNoSteps()
    {
        using CompiledModel<float> model = RnnCompiler.Compile("""
            using RnnGen;

            namespace Mine.Deep;

            [RnnModel(Steps = 6)]
            [OneHot(7)]
            [Rnn<Lstm>(5, Direction = Direction.Bidirectional)]
            [Dense(3)]
            [SoftmaxCrossEntropy]
            internal sealed partial class @class;
            """, fixture.Options with { Seed = 2 });
        BuiltTagger built = new(seed: 2);
        float[] y = new float[12], z = new float[12];
        model.Forward([1, 2, 3, 6], y);
        built.Forward([1, 2, 3, 6], z);
        Assert.Equal(z, y);
        Assert.False(model.HasSteps);
        Assert.Throws<InvalidOperationException>(() => model.CreateStream().Step(1, new float[3]));
        Assert.Throws<ArgumentException>(() => new RateAdapter<float>(model.CreateStream(), 1, 1));
    }

    [Fact]
    public void DoublesNeedTheirOwnType()
    {
        const string Declaration = """
            using RnnGen;

            [RnnModel(Steps = 4, Precision = Precision.Double)]
            [Input(2)]
            [Rnn<Lstm>(3)]
            [Dense(1)]
            [SquaredError]
            public partial class Fine;
            """;
        using CompiledModel<double> model = RnnCompiler.Compile<double>(Declaration, fixture.Options);
        double[] y = new double[1];
        model.CreateStream().Step([0.5, -0.25], y);
        Assert.NotEqual(0, y[0]);
        string message = Assert.Throws<RnnCompilerException>(() => RnnCompiler.Compile(Declaration, fixture.Options)).Message;
        Assert.Contains("Compile<double>", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACellOfTheTextIsCompiledWithIt()
    {
        using CompiledModel<float> model = RnnCompiler.Compile("""
            using RnnGen;

            [RnnCell]
            public readonly partial struct Leaky
            {
                private readonly Weight W;
                private readonly Recurrent U;
                private readonly Bias b;

                public Hidden Step(Input x, Hidden h) => 0.5f * h + 0.5f * Tanh(W * x + U * h + b);
            }

            [RnnModel(Steps = 4)]
            [Input(1)]
            [Rnn<Leaky>(4)]
            [SquaredError]
            public sealed partial class LeakyModel;
            """, fixture.Options);
        Assert.Equal(4, model.StateSize);
    }

    [Fact]
    public void OneOfSeveralModelsIsNamed()
    {
        const string Two = """
            using RnnGen;
            namespace Both;
            [RnnModel, Input(1), Rnn<Lstm>(2), SquaredError] public partial class First;
            [RnnModel, Input(1), Rnn<Lstm>(3), SquaredError] public partial class Second;
            """;
        string message = Assert.Throws<RnnCompilerException>(() => RnnCompiler.Compile(Two, fixture.Options)).Message;
        Assert.Contains("Both.First, Both.Second", message, StringComparison.Ordinal);
        using CompiledModel<float> model = RnnCompiler.Compile(Two, fixture.Options with { ModelName = "Both.Second" });
        Assert.Equal(3, model.OutputSize);
        RnnCompilerOptions third = fixture.Options with { ModelName = "Third" };
        Assert.Contains(
            "'Third'", Assert.Throws<RnnCompilerException>(() => RnnCompiler.Compile(Two, third)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("using RnnGen; [RnnModel, Input(1), Rnn<Lstm>(0), SquaredError] public partial class Model;", "RNN")]
    [InlineData("using RnnGen; [RnnModel, Input(1), Rnn<Lstn>(4), SquaredError] public partial class Model;", "CS0246")]
    [InlineData("using RnnGen; [RnnModel, Input(1), Rnn<Lstm>(4), SquaredError] public class Model;", "RNN")]
    [InlineData("using RnnGen; [RnnModel, Input(1), Rnn<Lstm>(4), SquaredError] public partial class Model { int x = \"\"; }", "CS0029")]
    [InlineData("using RnnGen; [RnnModel", "CS")]
    [InlineData("", "")]
    [InlineData("public class Model;", "")]
    public void MistakesAreListed(string declaration, string id)
    {
        var problem = Assert.Throws<RnnCompilerException>(() => RnnCompiler.Compile(declaration, fixture.Options));
        if (id.Length == 0)
        {
            Assert.Contains("No class with [RnnModel]", problem.Message, StringComparison.Ordinal);
            return;
        }

        RnnCompilerDiagnostic first = problem.Diagnostics.First(d => d.Id.StartsWith(id, StringComparison.Ordinal));
        Assert.Equal(1, first.Line);
        Assert.True(first.Column > 1);
        Assert.Contains(first.ToString(), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASequenceToSequenceModelIsRefused()
    {
        string message = Assert.Throws<RnnCompilerException>(() => RnnCompiler.Compile("""
            using RnnGen;
            [Encoder(Steps = 4), OneHot(5), Rnn<Gru>(4)] public static class Reader;
            [Decoder(Steps = 4, Start = 0, End = 1), OneHot(5), Rnn<Gru>(4), Dense(5), SoftmaxCrossEntropy] public static class Writer;
            [Seq2Seq(typeof(Reader), typeof(Writer))] public sealed partial class Translator;
            """, fixture.Options)).Message;
        Assert.Contains("[Seq2Seq]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATrainerLearnsAsTheBuiltClassDoes()
    {
        using CompiledModel<float> model = RnnCompiler.Compile(Text, fixture.Options with { Seed = 1 });
        BuiltText built = new(seed: 1);
        CompiledTrainer<float, int, int> trainer = model.CreateTrainer<int, int>(new Adam(0.01), t => t with { ClipNorm = 1 });
        BuiltText.Trainer expected = built.CreateTrainer(new Adam(0.01)) with { ClipNorm = 1 };
        trainer.CarriesStates = true;
        BuiltText.State[] states = new BuiltText.State[2];
        int[] inputs = [0, 6, 1, 5, 2, 4, 3, 3], targets = [1, 5, 2, 4, 3, 3, 4, 2];
        double first = trainer.Evaluate(inputs, targets), last = 0;
        for (int i = 0; i < 100; i++)
        {
            last = trainer.Step(inputs, targets);
            Assert.Equal(expected.Step(inputs, targets, states), last);
        }

        Assert.True(last < first / 2, $"{first} → {last}");
        Assert.Equal(100, trainer.Settings.Updates);
        Assert.Equal(1, trainer.Settings.ClipNorm);
        trainer.ResetStates();
        Assert.Equal(expected.Step(inputs, targets, new BuiltText.State[2]), trainer.Step(inputs, targets));
        Assert.Contains(
            "CreateTrainer<Int32, Int32>",
            Assert.Throws<InvalidOperationException>(() => model.CreateTrainer<float, int>(new Adam(0.01))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsAreSavedAndLoaded()
    {
        using CompiledModel<float> model = RnnCompiler.Compile(Text, fixture.Options);
        using CompiledModel<float> other = RnnCompiler.Compile(Text, fixture.Options with { Seed = 9 });
        string path = Path.Combine(fixture.Folder, "text.safetensors");
        model.Save(path);
        other.Load(path);
        float[] y = new float[21], z = new float[21];
        model.Forward([1, 2, 3], y);
        other.Forward([1, 2, 3], z);
        Assert.Equal(y, z);
        new BuiltGru().Save(path);
        Assert.Throws<InvalidDataException>(() => other.Load(path));
        other.Forward([1, 2, 3], z);
        Assert.Equal(y, z);
    }

    [Fact]
    public void ACallIsCancelled()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(
            () => RnnCompiler.Compile(Text, new() { Cache = null }, source.Token));
    }

    [Fact]
    public void AModelThatWasDisposedOfSaysSo()
    {
        CompiledModel<float> model = RnnCompiler.Compile(Text, fixture.Options);
        RnnStream<float> stream = model.CreateStream();
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(model.CreateStream);
        Assert.Throws<ObjectDisposedException>(() => model.InputSize);
        // A stream goes on: another thread may be in the middle of a block.
        stream.Step(1, new float[7]);
    }
}
