using System.Globalization;
using RnnGen.Tests.CompressedWeights;

namespace RnnGen.Tests.Models;

/// <summary>The table of a model's layers, and its line: the text, and its numbers against what a model really has.</summary>
public class SummaryTests
{
    [Fact]
    public void AStackOfLayers() => Check(new CharLstm(), CharLstm.FlopPerStep, """
        CharLstm
        Layer          Output  Parameters  FLOP a step   Bytes
        one-hot        8 × 21           0            0       0
        rnn_l0 (Lstm)  8 × 33       7,260        8,712  42,240
        rnn_l1 (Lstm)  8 × 33       8,844       17,424  51,456
        dense (dense)  8 × 21         714        1,386   4,352
        softmax        8 × 21           0            0       0
        Total                      16,818       27,522  98,048
        """, "CharLstm: Lstm 33 → Lstm 33 → dense 21; 16,818 parameters");

    [Fact]
    public void BothDirectionsAndAPool() => Check(new Voices(), Voices.FlopPerStep, """
        Voices
        Layer                          Output  Parameters  FLOP a step   Bytes
        embedding (embedding)          6 × 12         360            0   1,920
        rnn_l0 (Gru)                   6 × 10         700        1,320   4,480
        rnn_l0_reverse (Gru, reverse)  6 × 10         700        1,320   4,480
        joined                         6 × 20           0            0       0
        dropout 0.5                    6 × 20           0            0       0
        pool.score (dense)             6 × 1           20           40   1,280
        attention over time            20               0            0       0
        dense1 (dense, tanh)           4               84          160   1,344
        dense2 (dense)                 3               15           24     320
        softmax                        3                0            0       0
        Total                                       1,879        2,864  13,824
        """, "Voices: embedding 12 → Gru 10 → Gru, reverse 10 → dense 1 → dense, tanh 4 → dense 3; 1,879 parameters");

    [Fact]
    public void ElementsJoinedAndSeveralHeads() => Check(new Crossing(), Crossing.FlopPerStep, """
        Crossing
        Layer                     Output  Parameters  FLOP a step  Bytes
        input                     5 × 3            0            0      0
        left_l0 (SimpleRnn)       5 × 8           96          176    768
        right_l0 (LayerNormLstm)  5 × 9          558          864  3,968
        joined                    5 × 20           0            0      0
        dense1 (dense)            5 × 2           42           80  1,344
        dense2 (dense)            5 × 1            9           16    576
        squared error             5 × 2            0            0      0
        sigmoid                   5 × 1            0            0      0
        Total                                    705        1,136  6,656
        """, "Crossing: SimpleRnn 8 → LayerNormLstm 9 → dense 2 → dense 1; 705 parameters");

    [Fact]
    public void ALayerThatTwoOperationsShareIsCountedOnce() => Check(new Shared(), Shared.FlopPerStep, """
        Shared
        Layer                          Output  Parameters  FLOP a step  Bytes
        input                          4 × 3            0            0      0
        rnn_l0 (Gru)                   4 × 6          186          324  1,984
        rnn_l0_reverse (Gru, reverse)  4 × 6          186          324  1,984
        joined                         4 × 12           0            0      0
        rnn.merge_l0 (dense)           4 × 6           78          144    832
        mean over time                 6                0            0      0
        last step                      6                0            0      0
        first step                     6                0            0      0
        joined                         12               0            0      0
        rnn.merge_l0 (dense)           6                0          144      0
        joined                         12               0            0      0
        dense (dense)                  2               26           48    832
        squared error                  2                0            0      0
        Total                                         476          984  5,632
        """, "Shared: Gru 6 → Gru, reverse 6 → dense 6 → dense 6 → dense 2; 476 parameters");

    [Fact]
    public void AnEncoderAndItsDecoder() => Check(new Interpreting(), Interpreting.FlopPerStep, """
        Interpreting
        Layer                                  Output  Parameters  FLOP a step   Bytes
        encoder.embedding (embedding)          7 × 6          120            0   1,280
        encoder.rnn_l0 (Gru)                   7 × 8          368          672   2,944
        encoder.rnn_l0_reverse (Gru, reverse)  7 × 8          368          672   2,944
        joined                                 7 × 16           0            0       0
        last step                              8                0            0       0
        first step                             8                0            0       0
        joined                                 16               0            0       0
        bridge (dense, tanh)                   10             170          320   1,088
        decoder.context.Wk (dense)             7 × 4           64          128   1,024
        Encoder                                             1,090        1,792   9,280
        decoder.embedding (embedding)          5 × 5           75            0     960
        decoder.rnn_l0 (SimpleRnn)             5 × 10         160          300   1,024
        decoder.context.Wq (dense)             5 × 4           40           80     640
        decoder.context (attention)            5 × 16           4            0      64
        joined                                 5 × 26           0            0       0
        decoder.dense (dense)                  5 × 15         405          780   1,728
        softmax                                5 × 15           0            0       0
        Decoder                                               684        1,160   4,416
        Total                                               1,774               13,696
        """,
        "Interpreting: embedding 6 → Gru 8 → Gru, reverse 8 → dense, tanh 10 → dense 4 ⇒ embedding 5 → SimpleRnn 10 → dense 4 → attention "
        + "16 → dense 15; 1,774 parameters");

    [Fact]
    public void WeightsInFewerBytes()
    {
        SmallEmbedded.Int8 model = new SmallEmbedded().ToInt8();
        Assert.Equal("""
            SmallEmbedded.Int8
            Layer                    Output  Parameters  FLOP a step   Bytes
            embedding (embedding)    4 × 75       3,750            0   6,656
            rnn_l0 (GruResetBefore)  4 × 18       5,076       10,044  11,136
            dense (dense, tanh)      4 × 70       1,330        2,520   2,560
            sigmoid                  4 × 70           0            0       0
            Total                                10,156       12,564  20,352
            """, model.Summary().TrimEnd('\n'));
        Assert.Equal("SmallEmbedded.Int8: embedding 75 → GruResetBefore 18 → dense, tanh 70; 10,156 parameters", model.ToString());
        Assert.Equal(SmallEmbedded.Int8.ByteCount, Totals(model.Summary())[^1]);
    }

    [Fact]
    public void EveryCultureGivesTheSameText()
    {
        var culture = CultureInfo.CurrentCulture;
        string table = new CharLstm().Summary();
        try
        {
            CultureInfo.CurrentCulture =
                new CultureInfo("ar-SA") { NumberFormat = { NumberGroupSeparator = "#", NumberDecimalSeparator = "," } };
            Assert.Equal(table, new CharLstm().Summary());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void AToStringOfAUsersOwnStays()
    {
        Assert.Equal("mine", new Named().ToString());
        Assert.StartsWith("Named\n", new Named().Summary(), StringComparison.Ordinal);
    }

    private static void Check(ITrainedModel<float> model, long flop, string table, string line)
    {
        Assert.Equal(table, model.Summary().TrimEnd('\n'));
        Assert.Equal(line, model.ToString());
        long[] totals = Totals(model.Summary());
        Assert.Equal(model.Parameters.ParameterCount, totals[0]);
        Assert.Equal(4L * model.Parameters.Buffer.Length, totals[^1]);
        Assert.Contains($" {flop.ToString("N0", CultureInfo.InvariantCulture)} ", model.Summary(), StringComparison.Ordinal);
    }

    private static long[] Totals(string table)
    {
        string last = table.TrimEnd('\n').Split('\n')[^1];
        Assert.StartsWith("Total ", last, StringComparison.Ordinal);
        return [.. last.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Select(
            number => long.Parse(number, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))];
    }
}

[RnnModel(Steps = 6)]
[Embedding(30, 12)]
[Rnn<Gru>(10, Direction = Direction.Bidirectional)]
[Dropout(0.5)]
[Pool(Pooling.Attention)]
[Dense(4, Activation = Activation.Tanh)]
[Dense(3), SoftmaxCrossEntropy]
public sealed partial class Voices;

[RnnModel(Steps = 5)]
[Input(3)]
[Rnn<SimpleRnn>(8, Name = "left")]
[Rnn<LayerNormLstm>(9, Name = "right", From = "input")]
[Dense(2, From = "left, right, input"), SquaredError]
[Dense(1, From = "left"), SigmoidCrossEntropy]
public sealed partial class Crossing;

[RnnModel(Steps = 4)]
[Input(3)]
[Rnn<Gru>(6, Direction = Direction.Bidirectional, Merge = Merge.Linear, Name = "rnn")]
[Pool(Pooling.Mean, Name = "mean")]
[Pool(Pooling.Last, From = "rnn", Name = "last")]
[Dense(2, From = "mean, last"), SquaredError]
public sealed partial class Shared;

[Encoder(Steps = 7)]
[Embedding(20, 6)]
[Rnn<Gru>(8, Direction = Direction.Bidirectional)]
public static class InterpretedSource;

[Decoder(Steps = 5, Start = 0, End = 1)]
[Embedding(15, 5)]
[Rnn<SimpleRnn>(10, Name = "rnn")]
[Attention<AdditiveScore>(4, Name = "context")]
[Dense(15, From = "rnn, context"), SoftmaxCrossEntropy]
public static class InterpretedTarget;

[Seq2Seq(typeof(InterpretedSource), typeof(InterpretedTarget))]
public sealed partial class Interpreting;

[RnnModel(Steps = 2)]
[Input(1)]
[Rnn<SimpleRnn>(1)]
[Dense(1), SquaredError]
public sealed partial class Named
{
    public override string ToString() => "mine";
}
