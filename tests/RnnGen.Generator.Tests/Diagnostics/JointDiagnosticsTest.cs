namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>Diagnostics of an encoder and a decoder, joined.</summary>
public abstract class JointDiagnosticsTest : DiagnosticsTest
{
    protected const string Encoder = "Embedding(5, 3), Rnn<Gru>(8)";

    protected const string Decoder = "Embedding(5, 3), Rnn<Gru>(8), Dense(5), SoftmaxCrossEntropy";

    protected const string Attending = "Embedding(5, 3), Rnn<Gru>(8, Name = \"rnn\", From = \"input, context'\"), "
        + "Attention<AdditiveScore>(4, Name = \"context\"), Dense(5, From = \"rnn, context\"), SoftmaxCrossEntropy";

    protected static string Joint(
        string encoder, string decoder, string options = "Bridge = Bridge.Dense", string decoderArguments = "Steps = 9") =>
        $"[Encoder, {encoder}] static class E; [Decoder({decoderArguments}), {decoder}] static class D; [Seq2Seq(typeof(E), typeof(D), "
        + $"{options})] partial class M;";
}
