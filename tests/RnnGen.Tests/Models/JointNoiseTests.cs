using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>Every kind of noise in an encoder: in both directions and between layers.</summary>
[Encoder(Steps = 4)]
[Input(3), Dropout(0.3)]
[Rnn<Lstm>(5, Depth = 2, Dropout = 0.2, RecurrentDropout = 0.4, Zoneout = 0.3, Direction = Direction.Bidirectional)]
[Dropout(0.25)]
public static class NoisyEncoder;

/// <summary>And in a decoder: inside a loop and behind it.</summary>
[Decoder(Steps = 5)]
[Input(2), Dropout(0.2, Name = "dropped")]
[Rnn<Gru>(4, From = "dropped, context'", RecurrentDropout = 0.3, Zoneout = 0.2, Name = "rnn")]
[Dropout(0.5)]
[Attention<AdditiveScore>(6, Name = "context")]
[Rnn<Gru>(3, From = "rnn, context", Zoneout = 0.5)]
[Dense(2), SquaredError]
public static class NoisyDecoder;

/// <summary>Both.</summary>
[Seq2Seq(typeof(NoisyEncoder), typeof(NoisyDecoder), Bridge = Bridge.EveryState, Precision = Precision.Double)]
public sealed partial class NoisyJoint;

/// <summary>One dropped input as a source.</summary>
[Encoder(Steps = 1)]
[Input(64), Dropout(0.5)]
public static class MaskEncoder;

/// <summary>And one beside it.</summary>
[Decoder(Steps = 2)]
[Input(64), Dropout(0.5, Name = "dropped"), SquaredError]
[Context(Name = "source"), SquaredError(From = "source")]
[Rnn<Gru>(3, From = "input"), SquaredError]
public static class MaskDecoder;

/// <summary>Both: outputs are the decoder's mask, the encoder's, and what nobody looks at.</summary>
[Seq2Seq(typeof(MaskEncoder), typeof(MaskDecoder), Bridge = Bridge.None, Precision = Precision.Double)]
public sealed partial class Masks;

/// <summary>Dropout, recurrent dropout and zoneout in both parts of a model.</summary>
public class JointNoiseTests
{
    private const int Rows = 3;

    private readonly NoisyJoint model = new(1);
    private readonly double[] sources = Numbers.Random(1, NoisyJoint.SourceSteps * Rows * 3);
    private readonly double[] inputs = Numbers.Random(2, NoisyJoint.Steps * Rows * 2);
    private readonly double[] targets = Numbers.Random(3, NoisyJoint.Steps * Rows * 2);

    [Theory]
    [InlineData(null, 4, 5)]
    [InlineData(7, 4, 5)]
    [InlineData(7, 3, 4)]
    public void GradientsMatchDifferences(int? seed, int sourceSteps, int steps)
    {
        // As long as the seed is the same, so are the masks.
        var tape = model.CreateTape(Rows, inputGradients: true);
        tape.NoiseSeed = (ulong?)seed;
        double[] source = sources[..(sourceSteps * Rows * 3)], told = inputs[..(steps * Rows * 2)], wanted = targets[..(steps * Rows * 2)];
        double Loss()
        {
            tape.Encode(source, [sourceSteps, 1, 2]);
            tape.Forward(told, lengths: [steps, 3, 1]);
            return tape.Loss(wanted);
        }

        Loss();
        tape.Backward();
        double[] dsource = [.. Enumerable.Range(0, sourceSteps * Rows).SelectMany(i => tape.SourceGradient(i / Rows, i % Rows).ToArray())];
        double[] dx = [.. Enumerable.Range(0, steps * Rows).SelectMany(i => tape.InputGradient(i / Rows, i % Rows).ToArray())];
        var gradients = tape.Gradients.ToDictionary(v => v.Name, Values);
        var differences = new Differences(Loss);
        differences.Check(source, dsource, "sources");
        differences.Check(told, dx, "inputs");
        foreach (var view in model.Parameters)
            differences.Check(view, gradients[view.Name], view.Name);
    }

    [Fact]
    public void InUseThereIsNone()
    {
        var tape = model.CreateTape(1);
        double[] source =
            sources[..(NoisyJoint.SourceSteps * 3)], told = inputs[..(NoisyJoint.Steps * 2)], outputs = new double[NoisyJoint.Steps * 2];
        double[] quiet = Outputs(tape, null, source, told);
        var memory = model.CreateMemory();
        model.Encode(source, memory);
        var state = memory.Start;
        memory.Forward(told, ref state, outputs);
        Assert.Equal(outputs, quiet);
        Assert.NotEqual(outputs, Outputs(tape, 1, source, told));
        Assert.Equal(outputs, Outputs(tape, null, source, told));
    }

    [Fact]
    public void RowsAndSeedsHaveMasksOfTheirOwn()
    {
        double[] Alike(double[] numbers, int width) =>
            [.. numbers.Chunk(Rows * width).SelectMany(step => Enumerable.Repeat(step[..width], Rows).SelectMany(r => r))];
        double[] source = Alike(sources, 3), told = Alike(inputs, 2);
        var tape = model.CreateTape(Rows);
        double[] first = Outputs(tape, 1, source, told), other = Outputs(tape, 2, source, told);
        Assert.Equal(first, Outputs(model.CreateTape(Rows), 1, source, told));
        Assert.NotEqual(first, other);
        Assert.NotEqual(first[..2], first[2..4]);
        // The same rows elsewhere in the batch have the masks of that place.
        tape.FirstRow = 1;
        Assert.Equal(first[2..4], Outputs(tape, 1, source, told)[..2]);
    }

    [Fact]
    public void TheEncodersMasksAreNotTheDecoders()
    {
        var tape = new Masks().CreateTape(2);
        tape.NoiseSeed = 5;
        double[] ones = [.. Enumerable.Repeat(1.0, 2 * 64)];
        tape.Encode(ones);
        tape.Forward([.. ones, .. ones]);
        var masks = (from step in Enumerable.Range(0, 2)
                     from row in Enumerable.Range(0, 2)
                     select (Decoder: tape.Output(step, row)[..64].ToArray(), Encoder: tape.Output(step, row)[64..128].ToArray())).ToList();
        Assert.All(masks.SelectMany(m => m.Decoder.Concat(m.Encoder)), m => Assert.True(m is 0 or 2));
        // The source is dropped once, whatever the step; a step's input at every step anew.
        Assert.Equal(masks[0].Encoder, masks[2].Encoder);
        double[][] different = [masks[0].Encoder, masks[1].Encoder, masks[0].Decoder, masks[1].Decoder, masks[2].Decoder, masks[3].Decoder];
        for (int i = 0; i < different.Length; i++)
        {
            Assert.InRange(different[i].Count(m => m == 0), 12, 52);
            Assert.All(different[..i], d => Assert.NotEqual(d, different[i]));
        }
    }

    [Fact]
    public void MasksDoNotDependOnThreads()
    {
        const int Batch = 50;
        double[] read = Numbers.Random(4, NoisyJoint.SourceSteps * Batch * 3);
        double[] told = Numbers.Random(5, NoisyJoint.Steps * Batch * 2), wanted = Numbers.Random(6, told.Length);
        double[] Train(int threads, ulong seed)
        {
            var trained = new NoisyJoint(1);
            var trainer = trained.CreateTrainer(new Adam(1e-2)) with { Threads = threads, Seed = seed };
            for (int update = 0; update < 3; update++)
                trainer.Step(read, told, wanted, default, default);
            return [.. trained.Parameters.SelectMany(Values)];
        }

        double[] one = Train(1, 5);
        Assert.Equal(one, Train(2, 5));
        Assert.Equal(one, Train(3, 5));
        Assert.NotEqual(one, Train(1, 6));
    }

    [Fact]
    public void EvaluationHasNoNoise()
    {
        var trainer = model.CreateTrainer(new Sgd(0)) with { Seed = 3 };
        double quiet = trainer.Evaluate(sources, inputs, targets, default, default);
        Assert.NotEqual(quiet, trainer.Step(sources, inputs, targets, default, default));
        Assert.Equal(quiet, trainer.Evaluate(sources, inputs, targets, default, default));
    }

    private static double[] Outputs(NoisyJoint.Tape tape, ulong? seed, double[] source, double[] told)
    {
        tape.NoiseSeed = seed;
        tape.Encode(source);
        tape.Forward(told);
        return [.. Enumerable.Range(0, NoisyJoint.Steps * tape.Rows).SelectMany(i => tape.Output(i / tape.Rows, i % tape.Rows).ToArray())];
    }
}
