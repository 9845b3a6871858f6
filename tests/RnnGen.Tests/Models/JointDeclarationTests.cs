namespace RnnGen.Tests.Models;

/// <summary>Declarations that look as if they fitted.</summary>
public class JointDeclarationTests
{
    [Theory]
    [InlineData("Input(3, Once = true), Dense(4)", "RNN033", "it reads a sequence")]
    [InlineData(
        "Input(3), Rnn<Gru>(4, From = \"input, out'\"), Dense(2, Name = \"out\")", "RNN031",
        "an encoder takes all steps of a source at once")]
    [InlineData("Input(3), Feedback(2), Rnn<Gru>(4)", "RNN033", "no targets")]
    [InlineData("OneHot(3)", "RNN033", "its outputs are vectors")]
    [InlineData("Input(3), Rnn<Gru>(4), Pool(Pooling.Mean)", "RNN025", "Attention to 'Reads'")]
    public void EncodersThatAreNone(string elements, string id, string what)
    {
        string source = $$"""
            using RnnGen;
            [Encoder, {{elements}}] public static class Reads;
            [Decoder, Input(2), Rnn<Gru>(4), Attention<AdditiveScore>(3), SquaredError] public static class Writes;
            [Seq2Seq(typeof(Reads), typeof(Writes))] public sealed partial class Model;
            """;
        string message = Assert.ThrowsAny<Exception>(() => ModelFactory.Load(source)).Message;
        Assert.Contains(id, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }

    /// <summary>What one score finds most alike, the other finds least.</summary>
    [Fact]
    public void ScoresOfOneNameAreNotOneScore()
    {
        var assembly = ModelFactory.Load("""
            using RnnGen;
            namespace Near { [RnnAttention] public readonly partial struct Likeness { public Hidden Score(Hidden q, Hidden k) => q * k; } }
            namespace Far { [RnnAttention] public readonly partial struct Likeness { public Hidden Score(Hidden q, Hidden k) => -(q * k); } }
            namespace Tested
            {
                [Encoder(Steps = 2), Input(3)] public static class Reads;
                [Decoder(Steps = 1), Input(3), Attention<Near.Likeness>(3, Name = "first"), Attention<Far.Likeness>(3, From = "input", Name = "far"), Rnn<Gru>(4), SquaredError, SquaredError(From = "first")] public static class Writes;
                [Seq2Seq(typeof(Reads), typeof(Writes), Bridge = Bridge.None, Precision = Precision.Double)] public sealed partial class Model;
                public static class Use
                {
                    public static double[] Look()
                    {
                        var model = new Model();
                        var memory = model.CreateMemory();
                        model.Encode(new double[] { 1, 0, 0, 0, 1, 0 }, memory);
                        var state = memory.Start;
                        var attention = new double[4];
                        memory.Step(new double[] { 1, 0, 0 }, ref state, new double[Model.OutputSize], attention);
                        return attention;
                    }
                }
            }
            """);
        double[] attention = (double[])assembly.GetType("Tested.Use")!.GetMethod("Look")!.Invoke(null, null)!;
        double most = Math.E / (Math.E + 1);
        Numbers.AssertClose([most, 1 - most, 1 / (Math.E + 1), most], attention, 1e-12, "attention");
    }
}
