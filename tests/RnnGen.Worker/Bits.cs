using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using RnnGen.Numerics;
using RnnGen.Tests.CompressedWeights;
using RnnGen.Tests.Models;

namespace RnnGen.Worker;

/// <summary>Runs models forward and trains them for ten steps, and prints the width of vectors and a hash of every bit that comes out.</summary>
internal static class Bits
{
    private const int Rows = 3;

    /// <summary>The bits of the widest vectors that RnnGen takes here; 1 for plain numbers, as in a browser.</summary>
    private static int Width =>
        OperatingSystem.IsBrowser() ? 1
        : Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : Vector128.IsHardwareAccelerated ? 128
        : 1;

    public static IEnumerable<string> Lines()
    {
        yield return $"width {Width}";
        yield return Char();
        yield return Embedded();
        yield return Real();
        yield return Double();
        yield return Pooled();
        yield return Heads();
        yield return Given();
        yield return Spelled();
        yield return Transduced();
        yield return Framed();
        foreach (string line in Compressed())
            yield return line;
    }

    /// <summary>Models in fewer bytes: steps that are many, and streams that are many.</summary>
    private static IEnumerable<string> Compressed()
    {
        var symbols = new SmallChar(seed: 10);
        yield return $"{nameof(SmallChar)} {Symbolic(symbols.ToInt8())} {Symbolic(symbols.ToBFloat16())}";
        var embedded = new SmallEmbedded(seed: 11);
        yield return $"{nameof(SmallEmbedded)} {Symbolic(embedded.ToInt8())} {Symbolic(embedded.ToBFloat16())}";
        var classifier = new SmallClassifier(seed: 12);
        yield return $"{nameof(SmallClassifier)} {Symbolic(classifier.ToInt8())} {Symbolic(classifier.ToBFloat16())}";
        var everything = new SmallEverything(seed: 13);
        SmallEverything.Int8 int8 = everything.ToInt8();
        SmallEverything.BFloat16 halves = everything.ToBFloat16();
        SmallEverything.State[] states = new SmallEverything.State[40], otherStates = new SmallEverything.State[40];
        float[] inputs = [.. Numbers(states.Length * SmallEverything.InputSize).Select(x => (float)x)];
        float[] outputs = new float[states.Length * SmallEverything.OutputSize], otherOutputs = new float[outputs.Length];
        for (int step = 0; step < 5; step++)
        {
            int8.Step(inputs, states, outputs);
            halves.Step(inputs, otherStates, otherOutputs);
        }

        yield return $"{nameof(SmallEverything)} {Hash(outputs)} {Hash(otherOutputs)}";
    }

    private static string Symbolic<TState>(IRnnInference<float, int, TState> model) where TState : struct, IRnnState<float>
    {
        TState state = default;
        var outputs = new float[(model.Shape.IsPooled ? 1 : 50) * model.Shape.OutputSize];
        model.Forward(Symbols(50, model.Shape.InputSize), ref state, outputs);
        return Hash(outputs);
    }

    private static string Char()
    {
        var model = new CharLstm(seed: 1);
        var trainer = model.CreateTrainer(new Adam(1e-2)) with { ClipNorm = 0.5 };
        var states = new CharLstm.State[Rows];
        int[] inputs = Symbols(CharLstm.Steps * Rows, CharLstm.InputSize), targets = Symbols(inputs.Length + 1, CharLstm.OutputSize)[1..];
        return Train(nameof(CharLstm), model.Parameters, () => trainer.Step(inputs, targets, states), () =>
        {
            var state = new CharLstm.State();
            var outputs = new float[inputs.Length * CharLstm.OutputSize];
            model.Forward(inputs, ref state, outputs);
            return outputs;
        });
    }

    private static string Embedded()
    {
        var model = new EmbeddedGru(seed: 2, Initialization.Glorot);
        var trainer = model.CreateTrainer(new RmsProp(1e-2)) with { ClipValue = 0.1 };
        int[] inputs = Symbols(EmbeddedGru.Steps * Rows, EmbeddedGru.InputSize);
        float[] targets = [.. Numbers(inputs.Length * EmbeddedGru.OutputSize).Select(x => x > 0 ? 1f : 0f)];
        return Train(nameof(EmbeddedGru), model.Parameters, () => trainer.Step(inputs, targets), () =>
        {
            var state = new EmbeddedGru.State();
            var outputs = new float[inputs.Length * EmbeddedGru.OutputSize];
            model.Forward(inputs, ref state, outputs);
            return outputs;
        });
    }

    private static string Real()
    {
        var model = new Regression(seed: 3);
        var trainer = model.CreateTrainer(new Sgd(1e-2) { Momentum = 0.9 });
        float[] inputs = [.. Numbers(Regression.Steps * Rows * Regression.InputSize).Select(x => (float)x)];
        float[] targets = [.. Numbers(Regression.Steps * Rows * Regression.OutputSize).Select(x => (float)x)];
        return Train(nameof(Regression), model.Parameters, () => trainer.Step(inputs, targets), () =>
        {
            var state = new Regression.State();
            var outputs = new float[Regression.Steps * Rows * Regression.OutputSize];
            model.Forward(inputs, ref state, outputs);
            return outputs;
        });
    }

    private static string Double()
    {
        var model = new DoubleRegression(seed: 4);
        var trainer = model.CreateTrainer(new AdamW(1e-2)) with { Schedule = new CosineSchedule(20, linearWarmup: 3) };
        double[] inputs = Numbers(DoubleRegression.Steps * Rows * DoubleRegression.InputSize);
        double[] targets = Numbers(DoubleRegression.Steps * Rows * DoubleRegression.OutputSize);
        return Train(nameof(DoubleRegression), model.Parameters, () => trainer.Step(inputs, targets), () =>
        {
            var state = new DoubleRegression.State();
            var outputs = new double[DoubleRegression.Steps * Rows * DoubleRegression.OutputSize];
            model.Forward(inputs, ref state, outputs);
            return outputs;
        });
    }

    private static string Pooled()
    {
        var model = new Classifier(seed: 5);
        var trainer = model.CreateTrainer(new Adam(1e-2)) with { Seed = 3 };
        int[] inputs = Symbols(Classifier.Steps * Rows, Classifier.InputSize);
        var states = new Classifier.State[Rows];
        return Train(nameof(Classifier), model.Parameters, () => trainer.Step(inputs, [1, 1, 1], states, [6, 2, 5], [1, 0.5f, 2]), () =>
        {
            var outputs = new float[Classifier.OutputSize];
            model.Forward(inputs, outputs);
            return outputs;
        });
    }

    private static string Heads()
    {
        var model = new TwoHeads(seed: 6);
        var trainer = model.CreateTrainer(new Adam(1e-2));
        float[] inputs = [.. Numbers(TwoHeads.Steps * Rows * TwoHeads.InputSize).Select(x => (float)x)];
        float[] targets = [.. Numbers(TwoHeads.Steps * Rows * TwoHeads.OutputSize).Select(x => x > 0 ? 1f : 0f)];
        return Train(nameof(TwoHeads), model.Parameters, () => trainer.Step(inputs, targets, default, [6, 1, 4]), () =>
        {
            var outputs = new float[TwoHeads.Steps * Rows * TwoHeads.OutputSize];
            model.Forward(inputs, outputs);
            return outputs;
        });
    }

    private static string Given()
    {
        var model = new Describer(seed: 7);
        var trainer = model.CreateTrainer(new Adam(1e-2));
        float[] inputs = [.. Numbers(Rows * Describer.InputSize).Select(x => (float)x)];
        int[] targets = Symbols(Describer.Steps * Rows, Describer.OutputSize);
        return Train(nameof(Describer), model.Parameters, () => trainer.Step(inputs, targets, default, [5, 0, 3]), () =>
        {
            var outputs = new float[9 * Describer.OutputSize];
            model.Forward(inputs.AsSpan(0, Describer.InputSize), outputs);
            return outputs;
        });
    }

    private static string Spelled()
    {
        var model = new Speller(seed: 8);
        var trainer = model.CreateTrainer(new Adam(1e-2)) with { Seed = 3 };
        int[] sources = Symbols(Speller.SourceSteps * Rows, Speller.SourceSize), targets = Symbols(5 * Rows, 11);
        return Train(nameof(Speller), model.Parameters, () => trainer.Step(sources, targets, [7, 1, 4], [5, 0, 3]), () =>
        {
            var memory = model.CreateMemory();
            model.Encode(sources.AsSpan(0, 5), memory);
            var state = memory.Start;
            float[] outputs = new float[targets.Length * Speller.OutputSize], attention = new float[targets.Length * memory.Length];
            memory.Forward(targets, ref state, outputs, attention);
            return [.. outputs, .. attention];
        });
    }

    private static string Transduced()
    {
        var model = new Transducer(seed: 9);
        var trainer = model.CreateTrainer(new Adam(1e-2));
        double[] sources = Numbers(Transducer.SourceSteps * Rows * Transducer.SourceSize);
        double[] inputs = Numbers(Transducer.Steps * Rows * Transducer.InputSize);
        double[] targets = [.. inputs.Reverse()];
        return Train(nameof(Transducer), model.Parameters, () => trainer.Step(sources, inputs, targets, [6, 1, 4], [5, 0, 3]), () =>
        {
            var memory = model.CreateMemory();
            model.Encode(sources.AsSpan(0, 4 * Transducer.SourceSize), memory);
            var state = memory.Start;
            double[] outputs = new double[Transducer.Steps * Rows * Transducer.OutputSize];
            double[] attention = new double[Transducer.Steps * Rows * memory.Length];
            memory.Forward(inputs, ref state, outputs, attention);
            return [.. outputs, .. attention];
        });
    }

    private static string Framed()
    {
        var model = new SmallFrames(seed: 14);
        var trainer = model.CreateTrainer(new Adam(1e-2));
        float[] inputs = [.. Numbers(SmallFrames.Steps * Rows * SmallFrames.InputSize).Select(x => (float)x)];
        float[] targets = [.. Numbers(SmallFrames.Steps * Rows * SmallFrames.OutputSize).Select(x => (float)x)];
        return Train(nameof(SmallFrames), model.Parameters, () => trainer.Step(inputs, targets), () =>
        {
            var state = new SmallFrames.State();
            var outputs = new float[SmallFrames.Steps * Rows * SmallFrames.OutputSize];
            model.Forward(inputs, ref state, outputs);
            return [.. outputs, .. state.OverPast];
        });
    }

    private static string Train<T>(string name, ParameterSet<T> parameters, Func<double> step, Func<T[]> forward) where T : unmanaged
    {
        string before = Hash<T>(forward());
        double[] losses = [.. Enumerable.Range(0, 10).Select(_ => step())];
        if (!(losses[9] < losses[0]))
            throw new InvalidOperationException($"{name} learned nothing: {losses[0]} → {losses[9]}");
        T[] weights = [.. parameters.SelectMany(view =>
        {
            var values = new T[view.Count];
            view.CopyTo(values);
            return values;
        })];
        return $"{name} forward {before} losses {Hash<double>(losses)} weights {Hash<T>(weights)} forward {Hash<T>(forward())}";
    }

    private static string Hash<T>(T[] values) where T : unmanaged =>
        Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<T>(values)))[..16];

    private static int[] Symbols(int count, int size) => [.. Enumerable.Range(0, count).Select(i => ((i * 7) + (i / 3)) % size)];

    private static double[] Numbers(int count)
    {
        var random = new CounterRandom(9);
        ulong position = 0;
        return [.. Enumerable.Range(0, count).Select(_ => random.Normal(ref position))];
    }
}
