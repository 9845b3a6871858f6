using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>
/// Training of encoders and decoders on several threads: the same bits as on one, and the same gradients as without cutting the batch.
/// </summary>
public class JointThreadTests
{
    private const int Rows = 53;

    private static readonly int[] Sources =
        [.. Enumerable.Range(0, Speller.SourceSteps * Rows).Select(i => ((i * 7) + (i / 5)) % Speller.SourceSize)];
    private static readonly int[] Targets = [.. Sources.Take((Speller.Steps - 1) * Rows).Select(i => (i + 3) % 11)];
    private static readonly int[] SourceLengths = [.. Enumerable.Range(0, Rows).Select(i => 1 + (i % Speller.SourceSteps))];

    // A whole part of the batch has nothing to say but the end.
    private static readonly int[] Lengths = [.. Enumerable.Range(0, Rows).Select(i => i < 18 ? 0 : i % Speller.Steps)];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    public void AnyNumberOfThreadsGivesTheSameBits(int threads)
    {
        Assert.Equal(Train(1, 0), Train(threads, 0));
        Assert.Equal(Train(1, 0.5), Train(threads, 0.5));
    }

    [Fact]
    public void APartOfABatchCountsAsManyRowsAsItHas()
    {
        var model = new Transducer(seed: 1);
        double[] read = Numbers.Random(1, 4 * Rows * 3), told = Numbers.Random(2, 3 * Rows * 2), wanted = Numbers.Random(3, told.Length);
        double[] weights = [.. Enumerable.Range(0, 3 * Rows).Select(i => i % 4 * 0.5)];
        int[] sourceLengths =
            [.. Enumerable.Range(0, Rows).Select(i => 1 + (i % 4))], lengths = [.. Enumerable.Range(0, Rows).Select(i => i % 4)];
        var tape = model.CreateTape(Rows);
        tape.Encode(read, sourceLengths);
        tape.Forward(told, lengths: lengths);
        double loss = tape.Loss(wanted, weights);
        tape.Backward();
        double[] gradients = [.. tape.Gradients.SelectMany(Values)], before = [.. model.Parameters.SelectMany(Values)];
        var trainer = model.CreateTrainer(new Sgd(1));
        Assert.Equal(loss, trainer.Evaluate(read, told, wanted, sourceLengths, lengths, weights), 1e-13);
        Assert.Equal(loss, trainer.Step(read, told, wanted, sourceLengths, lengths, weights), 1e-13);
        Numbers.AssertClose(gradients, [.. before.Zip(model.Parameters.SelectMany(Values), (old, @new) => old - @new)], 1e-12, "gradients");
    }

    private static float[] Train(int threads, double sampling)
    {
        var model = new Speller(seed: 1);
        var trainer =
            model.CreateTrainer(new Adam(1e-2)) with { Threads = threads, ClipNorm = 1, Seed = 5, SamplingProbability = sampling };
        var losses = new List<float>();
        for (int i = 0; i < 4; i++)
        {
            losses.Add((float)trainer.Step(Sources, Targets, SourceLengths, Lengths));
            losses.Add((float)trainer.Step(
                Sources.AsSpan(0, 4 * Rows), Targets.AsSpan(0, 2 * Rows), [.. SourceLengths.Select(l => Math.Min(l, 4))],
                [.. Lengths.Select(l => Math.Min(l, 2))]));
        }

        return [.. losses, .. model.Parameters.SelectMany(Values)];
    }
}
