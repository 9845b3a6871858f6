namespace RnnGen.Tests.Models;

// Models that are declared as a user declares them: for streaming, allocation, JIT and width tests.

[RnnModel(Steps = 8)]
[OneHot(21)]
[Rnn<Lstm>(33, Depth = 2)]
[Dense(21), SoftmaxCrossEntropy]
public sealed partial class CharLstm;

[RnnModel(Steps = 6)]
[Embedding(30, 9)]
[Rnn<Gru>(20)]
[Rnn<GruResetBefore>(8)]
[Dense(70, Activation = Activation.Tanh), SigmoidCrossEntropy]
public sealed partial class EmbeddedGru;

[RnnModel(Steps = 5)]
[Input(3)]
[Rnn<SimpleRnn>(40, Activation = Activation.Relu)]
[Rnn<Leaky>(18)]
[SquaredError]
public sealed partial class Regression;

[RnnModel(Steps = 5, Precision = Precision.Double)]
[Input(2)]
[Rnn<Lstm>(7)]
[Dense(3, Activation = Activation.Sigmoid), SquaredError]
public sealed partial class DoubleRegression;

/// <summary>A cell that is not built in: a learned leak per unit.</summary>
[RnnCell]
public readonly partial struct Leaky
{
    private readonly Weight W;
    private readonly Recurrent U;
    private readonly Bias b;
    private readonly PerUnit leak;

    public Hidden Step(Input x, Hidden h)
    {
        var keep = Sigmoid(leak);
        return keep * h + (1 - keep) * Tanh(W * x + U * h + b);
    }
}

/// <summary>N→1: both directions, attention over time, dropout everywhere.</summary>
[RnnModel(Steps = 6)]
[Embedding(20, 5)]
[Dropout(0.2)]
[Rnn<Lstm>(11, Depth = 2, Direction = Direction.Bidirectional, Dropout = 0.3)]
[Pool(Pooling.Attention, Units = 7)]
[Dropout(0.4)]
[Dense(3, Name = "class"), SoftmaxCrossEntropy]
public sealed partial class Classifier;

/// <summary>A graph with two heads per step.</summary>
[RnnModel(Steps = 6)]
[Input(4)]
[Dense(9, Activation = Activation.Tanh, Name = "dense")]
[Rnn<Gru>(7, Direction = Direction.Bidirectional, Merge = Merge.Linear, Name = "voice")]
[Rnn<GruResetBefore>(18, Name = "noise", From = "dense, voice, input")]
[Dropout(0.1)]
[Dense(5, Name = "gains"), SigmoidCrossEntropy]
[Dense(2, Name = "level", From = "voice"), SquaredError(Weight = 0.5)]
public sealed partial class TwoHeads;

/// <summary>1→N: what is given is the first state.</summary>
[RnnModel(Steps = 5)]
[Input(6, Once = true)]
[Rnn<Lstm>(6, FirstState = true)]
[Dense(4), SoftmaxCrossEntropy]
public sealed partial class Describer;

/// <summary>Symbols to symbols: reads them in both directions, attends, and feeds the context on.</summary>
[Encoder(Steps = 7)]
[Embedding(13, 9)]
[Rnn<Gru>(17, Direction = Direction.Bidirectional)]
[Dropout(0.2)]
public static class Letters;

/// <summary>The decoder's side.</summary>
[Decoder(Steps = 6, Start = 11, End = 11)]
[Embedding(12, 7)]
[Rnn<Lstm>(19, From = "input, context'", RecurrentDropout = 0.1, Name = "rnn")]
[Attention<AdditiveScore>(21, Name = "context")]
[Dense(12, From = "rnn, context"), SoftmaxCrossEntropy]
public static class Sounds;

/// <summary>Both.</summary>
[Seq2Seq(typeof(Letters), typeof(Sounds), Bridge = Bridge.EveryState)]
public sealed partial class Speller;

/// <summary>Numbers to numbers: attends with the state of the step before.</summary>
[Encoder(Steps = 6)]
[Input(3)]
[Rnn<Lstm>(10, Depth = 2)]
public static class Heard;

/// <summary>The decoder's side.</summary>
[Decoder(Steps = 5)]
[Input(2)]
[Attention<GeneralScore>(18, From = "rnn'", Name = "context")]
[Rnn<Gru>(18, From = "input, context", Name = "rnn")]
[Dense(2, From = "rnn, context"), SquaredError]
public static class Spoken;

/// <summary>Both.</summary>
[Seq2Seq(typeof(Heard), typeof(Spoken), Precision = Precision.Double)]
public sealed partial class Transducer;
