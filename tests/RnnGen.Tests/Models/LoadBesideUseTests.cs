using System.Diagnostics;
using RnnGen.Tests.CompressedWeights;
using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>
/// Loads beside use, by two threads, for every kind of model: what comes out belongs to one of the two files, never to a mixture.
/// docs/threads.md names the mixtures that there are, all between calls.
/// </summary>
public class LoadBesideUseTests
{
    [Fact]
    public void StreamsOfSymbols()
    {
        Check(seed => new CharLstm(seed), (m, path) => m.Save(path), (m, path) => m.Load(path),
            m => Forward(m, Symbols(CharLstm.InputSize, 24), 24 * CharLstm.OutputSize),
            m => One((ref CharLstm.State state, Span<float> output) => m.Step(3, ref state, output), CharLstm.OutputSize),
            m => Many(
                (CharLstm.State[] states, Span<float> outputs) => m.Step(Symbols(CharLstm.InputSize, 40), states, outputs), 40,
                CharLstm.OutputSize),
            m => Tape(m, 3, Symbols(CharLstm.InputSize, 3 * CharLstm.Steps), Symbols(CharLstm.OutputSize, 3 * CharLstm.Steps)),
            m => Train(m, 40, Symbols(CharLstm.InputSize, 40 * CharLstm.Steps), Symbols(CharLstm.OutputSize, 40 * CharLstm.Steps)));
    }

    [Fact]
    public void StreamsOfNumbers()
    {
        Check(seed => new Regression(seed), (m, path) => m.Save(path), (m, path) => m.Load(path),
            m => Forward(m, Reals(20 * 3), 20 * Regression.OutputSize),
            m => One((ref Regression.State state, Span<float> output) => m.Step(Reals(3), ref state, output), Regression.OutputSize),
            m => Many(
                (Regression.State[] states, Span<float> outputs) => m.Step(Reals(40 * 3), states, outputs), 40, Regression.OutputSize),
            m => Tape(m, 3, Reals(3 * 3 * Regression.Steps), Reals(3 * Regression.OutputSize * Regression.Steps)));
        Check(seed => new DoubleRegression(seed), (m, path) => m.Save(path), (m, path) => m.Load(path),
            m => Forward(m, Numbers.Random(1, 20 * 2), 20 * DoubleRegression.OutputSize),
            m => Tape(m, 3, Numbers.Random(1, 3 * 2 * DoubleRegression.Steps), Numbers.Random(2, 3 * 3 * DoubleRegression.Steps)));
        Check(seed => new EmbeddedGru(seed), (m, path) => m.Save(path), (m, path) => m.Load(path),
            m => Forward(m, Symbols(EmbeddedGru.InputSize, 20), 20 * EmbeddedGru.OutputSize));
    }

    [Fact]
    public void WholeSequences()
    {
        Check(seed => new Classifier(seed), (m, path) => m.Save(path), (m, path) => m.Load(path),
            m => Forward(m, Symbols(Classifier.InputSize, Classifier.Steps), Classifier.OutputSize),
            m => Tape(m, 3, Symbols(Classifier.InputSize, 3 * Classifier.Steps), [0, 1, 2]),
            m => Train(m, 40, Symbols(Classifier.InputSize, 40 * Classifier.Steps), Symbols(3, 40)));
        Check(seed => new TwoHeads(seed), (m, path) => m.Save(path), (m, path) => m.Load(path),
            m => Forward(m, Reals(4 * TwoHeads.Steps), TwoHeads.Steps * TwoHeads.OutputSize));
        Check(seed => new Describer(seed), (m, path) => m.Save(path), (m, path) => m.Load(path),
            m => Forward(m, Reals(6), Describer.Steps * Describer.OutputSize));
    }

    [Fact]
    public void EncodersAndDecoders()
    {
        int[] source = Symbols(Speller.SourceSize, Speller.SourceSteps);
        Check(seed => new Speller(seed), (m, path) => m.Save(path), (m, path) => m.Load(path),
            m =>
            {
                // The decoder goes on with what encoded the source, however long that takes.
                var memory = m.CreateMemory();
                m.Encode(source, memory);
                var outputs = new float[Speller.Steps * Speller.OutputSize];
                var state = memory.Start;
                for (int step = 0; step < Speller.Steps; step++)
                    memory.Step(step, ref state, outputs.AsSpan(step * Speller.OutputSize, Speller.OutputSize));
                return [.. outputs];
            },
            m =>
            {
                var memory = m.CreateMemory();
                m.Encode(source, memory);
                Hypothesis found =
                    memory.CreateBeamSearch(new() { Width = 4, Longest = 5, End = Speller.End })
                        .Search(memory, Speller.Start, memory.Start);
                return [found.LogProbability, .. found.Symbols];
            },
            m =>
            {
                var tape = m.CreateTape(1);
                tape.Encode(source);
                int[] inputs = Symbols(Speller.InputSize, Speller.Steps);
                tape.Forward(inputs);
                double loss = tape.Loss(inputs);
                tape.Backward();
                return [loss, .. tape.Gradients.SelectMany(Values)];
            });
        Check(seed => new Transducer(seed), (m, path) => m.Save(path), (m, path) => m.Load(path),
            m =>
            {
                var memory = m.CreateMemory();
                m.Encode(Numbers.Random(1, 6 * 3), memory);
                var outputs = new double[5 * 2];
                var state = memory.Start;
                memory.Forward(Numbers.Random(2, 5 * 2), ref state, outputs);
                return outputs;
            });
    }

    [Fact]
    public void CopiesInFewerBytesAndSnapshots()
    {
        Check(seed => new SmallChar(seed), (m, path) => m.Save(path), (m, path) => m.Load(path),
            m => Forward(m.ToInt8(), Symbols(21, 4), 4 * 21),
            m => [.. m.Snapshot().Parameters.SelectMany(Values)]);
    }

    /// <summary>Uses a model on this thread while another one loads two files in turn.</summary>
    private static void Check<TModel>(
        Func<ulong, TModel> create, Action<TModel, string> save, Action<TModel, string> load, params Func<TModel, double[]>[] uses)
    {
        using TemporaryFolder folder = new();
        string[] files = [folder["a"], folder["b"]];
        TModel[] models = [create(1), create(2)];
        for (int i = 0; i < 2; i++)
            save(models[i], files[i]);
        TModel model = create(1);
        foreach (var use in uses)
        {
            double[] first = use(models[0]), second = use(models[1]);
            Assert.NotEqual(first, second);
            using CancellationTokenSource stop = new();
            Task loader = Task.Factory.StartNew(
                () =>
                {
                    for (int i = 1; !stop.IsCancellationRequested; i++)
                        load(model, files[i % 2]);
                },
                TaskCreationOptions.LongRunning);
            int ofFirst = 0, ofSecond = 0, ofNeither = 0;
            for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < 150
                || (watch.ElapsedMilliseconds < 10_000 && (ofFirst == 0 || ofSecond == 0));)
            {
                double[] got = use(model);
                if (got.AsSpan().SequenceEqual(first))
                    ofFirst++;
                else if (got.AsSpan().SequenceEqual(second))
                    ofSecond++;
                else
                    ofNeither++;
            }

            stop.Cancel();
            loader.Wait();
            Assert.True(
                ofNeither == 0, $"{typeof(TModel).Name}: {ofNeither} of {ofFirst + ofSecond + ofNeither} results belong to neither file.");
            Assert.True(ofFirst > 0 && ofSecond > 0, $"{typeof(TModel).Name}: nothing was loaded meanwhile.");
        }
    }

    private static double[] Forward<T, TInput, TState>(IRnnInference<T, TInput, TState> model, TInput[] inputs, int outputs)
        where T : unmanaged
        where TInput : unmanaged
        where TState : struct, IRnnState<T>
    {
        TState state = default;
        var result = new T[outputs];
        model.Forward(inputs, ref state, result);
        var remembered = new T[model.Shape.StateSize];
        state.CopyTo(remembered);
        return [.. result.Concat(remembered).Select(x => Element.ToDouble(x))];
    }

    private delegate void StepOf<TState>(ref TState state, Span<float> output);

    private delegate void StepsOf<TState>(TState[] states, Span<float> outputs);

    private static double[] One<TState>(StepOf<TState> step, int size)
        where TState : struct
    {
        TState state = default;
        var output = new float[size];
        step(ref state, output);
        return [.. output];
    }

    private static double[] Many<TState>(StepsOf<TState> step, int rows, int size)
        where TState : struct
    {
        var outputs = new float[rows * size];
        step(new TState[rows], outputs);
        return [.. outputs];
    }

    private static double[] Tape<T, TInput, TTarget, TState>(
        IRnnModel<T, TInput, TTarget, TState> model, int rows, TInput[] inputs, TTarget[] targets)
        where T : unmanaged
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<T>
    {
        var tape = model.CreateTape(rows);
        tape.Forward(inputs);
        double loss = tape.Loss(targets);
        tape.Backward();
        return [loss, .. tape.Gradients.SelectMany(Values).Select(x => Element.ToDouble(x))];
    }

    // An update with the learning rate 0 leaves what was loaded; all parts of the batch must have the same.
    private static double[] Train<T, TInput, TTarget, TState>(
        IRnnModel<T, TInput, TTarget, TState> model, int rows, TInput[] inputs, TTarget[] targets)
        where T : unmanaged
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<T>
    {
        var trainer = model.CreateTrainer(new Sgd(0)) with { Threads = 2 };
        Assert.Equal(rows, inputs.Length / model.Shape.Steps);
        return [trainer.Step(inputs, targets)];
    }

    private static int[] Symbols(int count, int length) => [.. Enumerable.Range(0, length).Select(i => ((i * 7) + (i / 5)) % count)];

    private static float[] Reals(int length) => [.. Numbers.Random(1, length).Select(x => (float)x)];
}
