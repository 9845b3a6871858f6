using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace RnnGen.Generator.Tests.Snapshots;

/// <summary>The figures at the head of a generated file are those of the running program.</summary>
public partial class HeaderTests
{
    private const int Rows = 32;

    [Theory]
    [InlineData("[RnnModel(Steps = 3), OneHot(96), Rnn<Lstm>(128, Depth = 2), Dense(96), SoftmaxCrossEntropy] partial class M;")]
    [InlineData("[RnnModel(Steps = 5, Precision = Precision.Double), Input(3), Dropout(0.5), Rnn<GruResetBefore>(20, Zoneout = 0.1), Dense(2), SquaredError] partial class M;")]
    [InlineData("[RnnModel(Steps = 4), Embedding(9, 5), Rnn<Gru>(17, Direction = Direction.Bidirectional), Pool(Pooling.Last), Dense(2), SoftmaxCrossEntropy] partial class M;")]
    [InlineData("[RnnModel(Steps = 2), Input(3), Feedback(2), Dense(8, Activation = Activation.Tanh), Dense(2), SquaredError] partial class M;")]
    [InlineData("""
        [Encoder(Steps = 7), Embedding(10, 16), Rnn<Gru>(24, Direction = Direction.Bidirectional)] static class Source;
        [Decoder(Steps = 6, Start = 0, End = 1), Embedding(12, 16), Rnn<SimpleRnn>(32, Name = "rnn", From = "input, context'"), Attention<AdditiveScore>(20, Name = "context"), Dense(12, From = "rnn, context"), SoftmaxCrossEntropy] static class Target;
        [Seq2Seq(typeof(Source), typeof(Target))] partial class M;
        """)]
    public void BytesAreThoseThatTheRuntimeTakes(string declaration)
    {
        var (result, output) = Compiler.Generate(Compiler.Compile("using RnnGen;\n" + declaration));
        string header = result.GeneratedSources.Single(s => s.HintName == "M.g.cs").SourceText.ToString().Split("#nullable")[0].Replace("\n// ", " ", StringComparison.Ordinal);
        using var image = new MemoryStream();
        Assert.True(output.Emit(image).Success);
        var type = Assembly.Load(image.ToArray()).GetType("M")!;
        object model = Activator.CreateInstance(type, 0ul, null)!;

        Assert.Equal(WeightsOf(type.GetProperty("Parameters")!.GetValue(model)!), Number(Weights().Match(header)));
        var create = type.GetMethod("CreateTape")!;
        Assert.Equal((Allocated(create, model, 2 * Rows) - Allocated(create, model, Rows)) / (double)Rows, Number(TapeRow().Match(header)));
    }

    private static double WeightsOf(object parameters)
    {
        object buffer = parameters.GetType().GetProperty("Buffer", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!.GetValue(parameters)!;
        int length = (int)buffer.GetType().GetProperty("Length")!.GetValue(buffer)!;
        return length * (buffer.GetType().GenericTypeArguments[0] == typeof(double) ? 8 : 4);
    }

    private static long Allocated(MethodInfo create, object model, int rows)
    {
        object?[] arguments = [rows, .. create.GetParameters().Skip(1).Select(_ => (object)false)];
        // First calls by reflection also allocate what makes later ones faster.
        return Enumerable.Range(0, 8).Min(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            create.Invoke(model, arguments);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex("parameters in ([0-9,]+) bytes")]
    private static partial Regex Weights();

    [GeneratedRegex("a step and row, ([0-9,]+) bytes a row")]
    private static partial Regex TapeRow();
}
