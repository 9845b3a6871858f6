namespace RnnGen.Training.Tests;

/// <summary>What is left of a training: weights and history, to be compared bit by bit.</summary>
internal sealed record FitResult(double[] Weights, FitHistory History)
{
    public void AssertSame(FitResult other)
    {
        Assert.Equal(Weights, other.Weights);
        Assert.Equal(History.Epochs.Select(WithoutTime), other.History.Epochs.Select(WithoutTime));
        Assert.Equal(History.BestEpoch, other.History.BestEpoch);
        Assert.Equal(History.StoppedEarly, other.History.StoppedEarly);

        static FitEpoch WithoutTime(FitEpoch epoch) => epoch with { Seconds = 0 };
    }

    public static double[] WeightsOf<T>(ParameterSet<T> parameters) where T : unmanaged => [.. parameters.SelectMany(view =>
    {
        T[] values = new T[view.Count];
        view.CopyTo(values);
        return values.Select(value => Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture));
    })];
}

/// <summary>A training that can be run again from the same beginning: new model, trainer and batches each time.</summary>
/// <param name="name">For the test's name.</param>
/// <param name="fit">Runs it with options.</param>
public sealed class FitRun(string name, Func<FitOptions, CancellationToken, FitRun.Outcome> fit)
{
    /// <summary>Every kind of model and data.</summary>
    internal static FitRun[] All =>
    [
        new("steps, dropout, shuffled, weights", (options, cancellation) =>
        {
            StepModel model = new(seed: 1);
            var trainer = model.CreateTrainer(new AdamW(0.01)) with
            {
                ClipNorm = 1,
                Seed = 9,
                Schedule = new PlateauSchedule(0.5, 0) { LinearWarmup = 6 },
            };
            var (train, held) = Steps(50).SplitAtRandom(0.8, seed: 2);
            return Of(
                trainer.Fit(
                    train.Batches(6, seed: 4, steps: 6), held.Batches(10, order: BatchOrder.InOrder, steps: 6), options, cancellation),
                model);
        }),
        new("a text, carried states, dropout", (options, cancellation) =>
        {
            TextModel model = new(seed: 1);
            var trainer = model.CreateTrainer(new Adam(0.01)) with { Schedule = new CosineSchedule(60), Threads = 2 };
            SymbolStream text = new(Enumerable.Range(0, 1400).Select(i => i * i % 11 % 7).ToArray());
            return Of(trainer.Fit(text[..1100].Batches(10, 8), text[1100..].Batches(2, 8), options, cancellation), model);
        }),
        new("pairs of symbols, dropout", (options, cancellation) =>
        {
            PairModel model = new(seed: 1);
            var trainer = model.CreateTrainer(new Sgd(0.1) { Momentum = 0.9 }) with { SamplingProbability = 0.2 };
            int[][] sources = [.. Enumerable.Range(0, 70).Select(i => Enumerable.Repeat(i % 4, 1 + (i % 7)).ToArray())];
            var (train, held) = SequencePairs.Of(
                Sequences.Of(sources), Sequences.Of<int>([.. sources.Select(s => Enumerable.Repeat(s[0], 1 + (s.Length % 5)).ToArray())]))
                .SplitAtRandom(0.7);
            return Of(trainer.Fit(train.Batches(5, seed: 3), held.Batches(8), options, cancellation), model);
        }),
        new("a stream, in double", (options, cancellation) =>
        {
            DoubleTextModel model = new(seed: 1);
            var trainer = model.CreateTrainer(new RmsProp(0.01));
            using StreamedBatches<int, int> train = new(Streamed, rows: 4, pool: 12, steps: 6, targetSteps: 6, seed: 5);
            using StreamedBatches<int, int> held = new(
                _ => Streamed(7), rows: 4, pool: 12, steps: 6, targetSteps: 6, order: BatchOrder.InOrder);
            return Of(trainer.Fit(train, held, options, cancellation), model);
        }),
    ];

    /// <summary>Runs it from the beginning, or from the checkpoint of the options.</summary>
    internal FitResult Run(FitOptions options, CancellationToken cancellation = default) => fit(options, cancellation).Result;

    /// <inheritdoc/>
    public override string ToString() => name;

    internal static SequencePairs<float, float> Steps(int count)
    {
        float[][] inputs =
            [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, 2 * (1 + (i % 6))).Select(j => MathF.Sin(i + j)).ToArray())];
        float[][] targets = [.. inputs.Select(input => input.Where((_, i) => i % 2 == 0).Select(x => 0.5f * x).ToArray())];
        return new(Sequences.Of(inputs, 2), Sequences.Of(targets))
        {
            Weights = Sequences.Of<float>([.. targets.Select((target, i) => Enumerable.Repeat(1 + (i % 3 / 2f), target.Length).ToArray())]),
        };
    }

    private static IEnumerable<SequencePair<int, int>> Streamed(int epoch)
    {
        for (int i = 0; i < 50; i++)
        {
            int[] sequence = [.. Enumerable.Range(0, 1 + (i % 6)).Select(step => (i + (step * (1 + (epoch % 2)))) % 5)];
            yield return new(sequence, sequence);
        }
    }

    // A resumed model has another set of parameters than before.
    private static Outcome Of<T>(FitHistory history, ITrainedModel<T> model) where T : unmanaged =>
        new(new(FitResult.WeightsOf(model.Parameters), history));

    /// <summary>What a run gave.</summary>
    public sealed class Outcome
    {
        internal Outcome(FitResult result) => Result = result;

        internal FitResult Result { get; }
    }
}
