namespace RnnGen.Tests.Models;

/// <summary>Dense layers at every step, without any that is recurrent.</summary>
[RnnModel(Steps = 4)]
[Input(3)]
[Dense(20), LayerNorm, PRelu]
[Dense(8), GroupNorm(2, Bias = false), Activation(Activation.Gelu)]
[Dense(2), SquaredError]
public sealed partial class EachByItself;

/// <summary>One vector in, one out.</summary>
[RnnModel]
[Input(3, Once = true)]
[Dense(12, Activation = Activation.Silu), RmsNorm(Name = "rms")]
[Dense(4), SoftmaxCrossEntropy]
public sealed partial class OneToOne;

/// <summary>Models without a recurrent layer: they stream and train as others do, and remember nothing.</summary>
public class StatelessTests
{
    private static readonly float[] Inputs = [.. Enumerable.Range(0, 8 * 3).Select(i => MathF.Sin(i * i))];

    [Fact]
    public void AStateIsEmpty()
    {
        EachByItself.State state = default;
        state.CopyFrom([]);
        state.CopyTo([]);
        Assert.True(state.IsFinite);
        Assert.Equal(0, EachByItself.StateSize);
        Assert.Throws<ArgumentException>(() => state.CopyTo(new float[1]));
    }

    [Fact]
    public void StepsSequencesAndStreamsAgreeToTheBit()
    {
        var model = new EachByItself(3);
        float[] sequence = new float[8 * 2], streams = new float[8 * 2], step = new float[2];
        model.Forward(Inputs, sequence);
        model.Step(Inputs, new EachByItself.State[8], streams);
        Assert.Equal(sequence, streams);
        EachByItself.State state = default;
        for (int i = 0; i < 8; i++)
        {
            model.Step(Inputs.AsSpan(i * 3, 3), ref state, step);
            Assert.Equal(sequence[(i * 2)..((i * 2) + 2)], step);
        }
    }

    [Fact]
    public void ParametersHavePyTorchsNamesAndFirstValues()
    {
        var parameters = new EachByItself(3).Parameters;
        Assert.Equal(
            [
                "dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias", "dense3.weight", "dense3.bias", "norm1.weight",
                "norm1.bias", "prelu.weight", "norm2.weight"
            ],
            parameters.Select(p => p.Name));
        Assert.All(ParameterValues.Values(parameters["norm1.weight"]), value => Assert.Equal(1, value));
        Assert.All(ParameterValues.Values(parameters["norm1.bias"]), value => Assert.Equal(0, value));
        Assert.All(ParameterValues.Values(parameters["prelu.weight"]), value => Assert.Equal(0.25, value));
        Assert.Equal(EachByItself.ParameterCount, parameters.Sum(p => p.Count));
    }

    [Fact]
    public void TrainingInSegmentsAndThreadsLearns()
    {
        float[] inputs = [.. Enumerable.Range(0, 8 * 6 * 3).Select(i => MathF.Sin(i * i))];
        float[] targets = [.. inputs.Chunk(3).SelectMany(x => new[] { x[0] * x[1], MathF.Abs(x[2]) })];
        var first = new EachByItself(3);
        var second = new EachByItself(3);
        var trainer = first.CreateTrainer(new Adam(0.01)) with { Segments = 2 };
        var threaded = second.CreateTrainer(new Adam(0.01)) with { Segments = 2, Threads = 2 };
        double before = trainer.Evaluate(inputs, targets), loss = 0;
        for (int i = 0; i < 200; i++)
        {
            loss = trainer.Step(inputs, targets);
            Assert.Equal(loss, threaded.Step(inputs, targets), 1e-5);
        }

        Assert.InRange(loss, 0, before / 5);
    }

    [Fact]
    public void OneVectorBecomesOne()
    {
        var model = new OneToOne(3);
        float[] shares = new float[4];
        model.Forward(Inputs.AsSpan(0, 3), shares);
        Assert.Equal(1, shares.Sum(), 1e-6f);
        Assert.Throws<ArgumentException>(() => model.Forward(Inputs.AsSpan(0, 3), new float[8]));
        var trainer = model.CreateTrainer(new Adam(0.05));
        int[] classes = [0, 1, 2, 3, 0, 1, 2, 3];
        double loss = 0;
        for (int i = 0; i < 200; i++)
            loss = trainer.Step(Inputs, classes);
        Assert.InRange(loss, 0, 0.3);
    }

    [Fact]
    public void ASummaryHasNoRecurrentLayer() => Assert.Equal(
        """
        EachByItself
        Layer                 Output  Parameters  FLOP a step  Bytes
        input                 4 × 3            0            0      0
        dense1 (dense)        4 × 20          80          120    512
        norm1 (layer norm)    4 × 20          40            0    256
        prelu (prelu)         4 × 20          20            0    128
        dense2 (dense)        4 × 8          168          320  1,344
        norm2 (group norm 2)  4 × 8            8            0     64
        gelu                  4 × 8            0            0      0
        dense3 (dense)        4 × 2           18           32    576
        squared error         4 × 2            0            0      0
        Total                                334          472  2,880
        """,
        new EachByItself().Summary().TrimEnd());
}
