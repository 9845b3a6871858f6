namespace RnnGen.Benchmarks;

/// <summary>What a generated model of real vectors already is: said as an interface, so that one benchmark serves all of them.</summary>
internal interface IStreaming<TState> where TState : struct
{
    void Step(ReadOnlySpan<float> input, ref TState state, Span<float> output);

    void Forward(ReadOnlySpan<float> inputs, ref TState state, Span<float> outputs);
}

/// <summary>One line of the measurement.</summary>
/// <param name="Key">cell,mode,I,H,L,T,B.</param>
/// <param name="Flop">Floating-point operations of one run.</param>
/// <param name="Run">One run.</param>
internal sealed record Case(string Key, double Flop, Action Run)
{
    private const int SequenceLength = 100;

    public static Case Stream<TState>(string cell, int input, int hidden, int layers, IStreaming<TState> model, TState state) where TState : struct
    {
        float[] x = Random(input), y = new float[hidden];
        return new($"{cell},stream,{input},{hidden},{layers},1,1", FlopOf(cell, input, hidden, layers), () => model.Step(x, ref state, y));
    }

    public static Case Sequence<TState>(string cell, int input, int hidden, int layers, IStreaming<TState> model, TState start) where TState : struct
    {
        float[] x = Random(input * SequenceLength), y = new float[hidden * SequenceLength];
        return new($"{cell},seq,{input},{hidden},{layers},{SequenceLength},1", SequenceLength * FlopOf(cell, input, hidden, layers), () =>
        {
            TState state = start;
            model.Forward(x, ref state, y);
        });
    }

    public static Case Train<TTrainer>(string cell, int input, int hidden, int layers, int steps, int rows, TTrainer trainer, Func<TTrainer, float[], float[], double> step)
    {
        float[] x = Random(steps * rows * input), y = Random(steps * rows * hidden);
        return new($"{cell},train,{input},{hidden},{layers},{steps},{rows}", 3.0 * steps * rows * FlopOf(cell, input, hidden, layers), () => step(trainer, x, y));
    }

    public static Case TrainSymbols<TTrainer>(string cell, int symbols, int hidden, int layers, int steps, int rows, TTrainer trainer, Func<TTrainer, int[], int[], double> step)
    {
        var random = new Random(1);
        int[] x = [.. Enumerable.Range(0, steps * rows).Select(_ => random.Next(symbols))], y = [.. x.Select(_ => random.Next(symbols))];
        return new($"{cell},train,{symbols},{hidden},{layers},{steps},{rows}", 3.0 * steps * rows * FlopOf(cell, symbols, hidden, layers), () => step(trainer, x, y));
    }

    /// <summary>2·G·H·(I + H) a step and layer, as the peers' figures count.</summary>
    private static double FlopOf(string cell, int input, int hidden, int layers) =>
        Enumerable.Range(0, layers).Sum(layer => 2.0 * (cell == "lstm" ? 4 : 3) * hidden * ((layer == 0 ? input : hidden) + hidden));

    private static float[] Random(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 0.2f) - 0.1f)];
    }
}
