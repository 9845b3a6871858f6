using System.Numerics;
using RnnGen.Generated;

namespace RnnGen.Mpi.Tests;

/// <summary>Training of every kind. Each scenario gives a hash of losses, states and weights, which must not depend on ranks and threads.</summary>
internal static class Scenarios
{
    private const int Updates = 5;

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, Func<IGradientExchange?, int, string>> All { get; } =
        new Dictionary<string, Func<IGradientExchange?, int, string>>
        {
            ["noise float"] = (ranks, threads) => Noise(new Noisy(seed: 1), ranks, threads),
            ["noise double"] = (ranks, threads) => Noise(new NoisyDouble(seed: 1), ranks, threads),
            ["lengths float"] = (ranks, threads) => Lengths(new Curve(seed: 2), ranks, threads),
            ["lengths double"] = (ranks, threads) => Lengths(new CurveDouble(seed: 2), ranks, threads),
            ["segments float"] = (ranks, threads) => Segments(new Curve(seed: 3), ranks, threads),
            ["segments double"] = (ranks, threads) => Segments(new CurveDouble(seed: 3), ranks, threads),
            ["seq2seq float"] = (ranks, threads) => Transduce(new Transducer(seed: 4), ranks, threads),
            ["seq2seq double"] = (ranks, threads) => Transduce(new TransducerDouble(seed: 4), ranks, threads),
            ["symbols float"] = (ranks, threads) => Spell(new Speller(seed: 5), model => model.CreateTrainer(new Adam(1e-2)), ranks, threads),
            ["symbols double"] = (ranks, threads) => Spell(new SpellerDouble(seed: 5), model => model.CreateTrainer(new Adam(1e-2)), ranks, threads),
            ["few rows"] = (ranks, threads) => Noise(new Noisy(seed: 6), ranks, threads, rows: 40),
            ["many shards"] = (ranks, threads) => Noise(new Noisy(seed: 7), ranks, threads, rows: 333, mostShards: 20),
        };

    /// <summary>Truncated BPTT with masks, states carried on, and a loss measured in between.</summary>
    private static string Noise<T, TState>(
        IRnnModel<T, int, int, TState> model, IGradientExchange? exchange, int threads, int rows = 130, int mostShards = 8)
        where T : unmanaged, INumber<T>
        where TState : struct, IRnnState<T>
    {
        using ResultHash hash = new();
        var trainer = model.CreateTrainer(new AdamW(1e-2)) with
        {
            Exchange = exchange,
            Threads = threads,
            MostShards = mostShards,
            Seed = 9,
            ClipNorm = 0.5,
            CompareEvery = 2,
        };
        var states = new TState[rows];
        for (int update = 0; update < Updates; update++)
        {
            Examples examples = new(update);
            int items = model.Shape.Steps * rows;
            hash.Add(trainer.Step(examples.Symbols(items, 7), examples.Symbols(items, 7), states));
            hash.Add(trainer.Evaluate(examples.Symbols(items, 7), examples.Symbols(items, 7)));
        }

        return Finish(hash, model.Parameters, states);
    }

    /// <summary>Rows of different lengths, some without a step, with a weight for each output; then a batch in which nothing counts.</summary>
    private static string Lengths<T, TState>(IRnnModel<T, T, T, TState> model, IGradientExchange? exchange, int threads)
        where T : unmanaged, INumber<T>
        where TState : struct, IRnnState<T>
    {
        const int Rows = 130;
        using ResultHash hash = new();
        var trainer = model.CreateTrainer(new Sgd(0.1)) with { Exchange = exchange, Threads = threads };
        var states = new TState[Rows];
        int items = model.Shape.Steps * Rows;
        for (int update = 0; update < Updates; update++)
        {
            Examples examples = new(update);
            hash.Add(trainer.Step(
                examples.Numbers<T>(items * 3), examples.Numbers<T>(items * 2), states, examples.Lengths(Rows, model.Shape.Steps),
                examples.Weights<T>(items)));
        }

        hash.Add(trainer.Step(new T[items * 3], new T[items * 2], states, new int[Rows]));
        Assert.Equal(Updates, trainer.Updates);
        return Finish(hash, model.Parameters, states);
    }

    /// <summary>Sequences of up to three segments.</summary>
    private static string Segments<T, TState>(IRnnModel<T, T, T, TState> model, IGradientExchange? exchange, int threads)
        where T : unmanaged, INumber<T>
        where TState : struct, IRnnState<T>
    {
        const int Rows = 96;
        using ResultHash hash = new();
        var trainer = model.CreateTrainer(new RmsProp(1e-2)) with { Exchange = exchange, Threads = threads, Segments = 3 };
        var states = new TState[Rows];
        for (int update = 0; update < Updates; update++)
        {
            Examples examples = new(update);
            int steps = 7 + update, items = steps * Rows;
            hash.Add(trainer.Step(
                examples.Numbers<T>(items * 3), examples.Numbers<T>(items * 2), states, examples.Lengths(Rows, steps)));
        }

        return Finish(hash, model.Parameters, states);
    }

    /// <summary>Numbers to numbers.</summary>
    private static string Transduce<T, TState>(ISeq2SeqModel<T, T, T, T, TState> model, IGradientExchange? exchange, int threads)
        where T : unmanaged, INumber<T>
        where TState : struct, IRnnState<T>
    {
        const int Rows = 130;
        using ResultHash hash = new();
        var trainer = model.CreateTrainer(new Adam(1e-2)) with { Exchange = exchange, Threads = threads };
        for (int update = 0; update < Updates; update++)
        {
            Examples examples = new(update);
            int sourceSteps = 4 + (update % 3), steps = 3 + (update % 3);
            T[] sources = examples.Numbers<T>(sourceSteps * Rows * 3);
            T[] inputs = examples.Numbers<T>(steps * Rows * 2), targets = examples.Numbers<T>(steps * Rows * 2);
            int[] sourceLengths = examples.Lengths(Rows, sourceSteps, least: 1), lengths = examples.Lengths(Rows, steps);
            hash.Add(trainer.Step(sources, inputs, targets, sourceLengths, lengths, examples.Weights<T>(steps * Rows)));
            hash.Add(trainer.Evaluate(sources, inputs, targets, sourceLengths, lengths));
        }

        return hash.Add(model.Parameters).ToString();
    }

    /// <summary>Symbols to symbols, half of which the decoder chooses itself.</summary>
    private static string Spell<TModel, T, TState>(
        TModel model, Func<TModel, SymbolSeq2SeqTrainer<T, int, TState>> train, IGradientExchange? exchange, int threads)
        where TModel : ITrainedModel<T>
        where T : unmanaged, INumber<T>
        where TState : struct, IRnnState<T>
    {
        const int Rows = 130;
        using ResultHash hash = new();
        var trainer = train(model) with { Exchange = exchange, Threads = threads, SamplingProbability = 0.5, Seed = 3 };
        for (int update = 0; update < Updates; update++)
        {
            Examples examples = new(update);
            int[] sources = examples.Symbols(6 * Rows, 8), targets = examples.Symbols(4 * Rows, 8);
            hash.Add(trainer.Step(sources, targets, examples.Lengths(Rows, 6, least: 1), examples.Lengths(Rows, 4)));
            hash.Add(trainer.Evaluate(sources, targets, default, examples.Lengths(Rows, 4)));
        }

        return hash.Add(model.Parameters).ToString();
    }

    private static string Finish<T, TState>(ResultHash hash, ParameterSet<T> parameters, TState[] states)
        where T : unmanaged
        where TState : struct, IRnnState<T>
    {
        T[] numbers = new T[TState.Size];
        foreach (TState state in states)
        {
            state.CopyTo(numbers);
            hash.Add<T>(numbers);
        }

        return hash.Add(parameters).ToString();
    }
}
