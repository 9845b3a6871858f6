namespace RnnGen.Benchmarks;

/// <summary>One line of the measurement.</summary>
/// <param name="Key">cell,mode,I,H,L,T,B.</param>
/// <param name="Flop">Floating-point operations of one run.</param>
/// <param name="Run">One run.</param>
internal sealed record Case(string Key, double Flop, Action Run)
{
    private const int SequenceLength = 100;

    public static Case Stream<TState>(string cell, int input, int hidden, int layers, IRnnModel<float, float, float, TState> model)
        where TState : struct, IRnnState<float>
    {
        float[] x = Random(input), y = new float[hidden];
        TState state = default;
        return new($"{cell},stream,{input},{hidden},{layers},1,1", FlopOf(cell, input, hidden, layers), () => model.Forward(x, ref state, y));
    }

    public static Case Sequence<TState>(string cell, int input, int hidden, int layers, IRnnModel<float, float, float, TState> model)
        where TState : struct, IRnnState<float>
    {
        float[] x = Random(input * SequenceLength), y = new float[hidden * SequenceLength];
        return new($"{cell},seq,{input},{hidden},{layers},{SequenceLength},1", SequenceLength * FlopOf(cell, input, hidden, layers), () =>
        {
            TState state = default;
            model.Forward(x, ref state, y);
        });
    }

    public static Case Train<TState>(string cell, int input, int hidden, int layers, int steps, int rows, IRnnModel<float, float, float, TState> model)
        where TState : struct, IRnnState<float>
    {
        float[] x = Random(steps * rows * input), y = Random(steps * rows * hidden);
        var trainer = model.CreateTrainer(new Adam(1e-3));
        return new($"{cell},train,{input},{hidden},{layers},{steps},{rows}", 3.0 * steps * rows * FlopOf(cell, input, hidden, layers), () => trainer.Step(x, y));
    }

    public static Case TrainSymbols<TState>(string cell, int symbols, int hidden, int layers, int steps, int rows, IRnnModel<float, int, int, TState> model)
        where TState : struct, IRnnState<float>
    {
        var random = new Random(1);
        int[] x = [.. Enumerable.Range(0, steps * rows).Select(_ => random.Next(symbols))], y = [.. x.Select(_ => random.Next(symbols))];
        var trainer = model.CreateTrainer(new Adam(1e-3));
        return new($"{cell},train,{symbols},{hidden},{layers},{steps},{rows}", 3.0 * steps * rows * FlopOf(cell, symbols, hidden, layers), () => trainer.Step(x, y));
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
