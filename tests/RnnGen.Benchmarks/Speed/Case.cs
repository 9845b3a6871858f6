namespace RnnGen.Benchmarks;

/// <summary>A case that is ready.</summary>
/// <param name="Run">One run, as it is timed.</param>
/// <param name="Errors">How far the results are from <see cref="Reference"/>'s, by what is compared.</param>
internal sealed record Work(Action Run, Func<IEnumerable<(string What, double Error)>> Errors)
{
    /// <summary>
    /// What each error must be below. By default what single precision may differ from double precision: outputs absolutely, losses and
    /// gradients relatively.
    /// </summary>
    public double Tolerance { get; init; } = 1e-5;
}

/// <summary>One line of the measurement.</summary>
/// <param name="Shape">What is measured.</param>
/// <param name="Prepare">Makes the model, its inputs and its memory.</param>
internal sealed record Case(Shape Shape, Func<Work> Prepare)
{
    // Of 8 bits a weight keeps 7 or 8, each with an error of its own; sums of many have less of it than a weight.
    private const double CompressedTolerance = 0.002;

    private const int SequenceLength = 100;

    /// <summary>One step a run, each from the state that the last one left.</summary>
    public static Case Stream<TState>(string cell, int input, int hidden, int layers, Func<IRnnModel<float, float, float, TState>> create)
        where TState : struct, IRnnState<float>
        => new(new(cell, "stream", input, hidden, layers, 1, 1), () =>
        {
            var model = create();
            float[] x = Random(input), y = new float[hidden];
            TState state = default;
            return new(
                () => model.Forward(x, ref state, y), () => Outputs(model, model.Parameters, cell, layers, input, steps: 20, atOnce: 1));
        });

    /// <summary>One step a run of a layer whose weights are in fewer bytes.</summary>
    public static Case Compressed<TModel, TState>(
        string cell, string format, int size, Func<TModel> create, Func<TModel, IRnnInference<float, float, TState>> compress)
        where TModel : IRnnModel<float, float, float, TState>
        where TState : struct, IRnnState<float>
        => new(new(cell, $"stream-{format}", size, size, 1, 1, 1), () =>
        {
            var model = create();
            var compressed = compress(model);
            float[] x = Random(size), y = new float[size];
            TState state = default;
            return new(
                () => compressed.Forward(x, ref state, y),
                () => Outputs(compressed, model.Parameters, cell, 1, size, steps: 20, atOnce: 1))
            { Tolerance = CompressedTolerance };
        });

    /// <summary>A sequence a run, from a state of zeros.</summary>
    public static Case Sequence<TState>(string cell, int input, int hidden, int layers, Func<IRnnModel<float, float, float, TState>> create)
        where TState : struct, IRnnState<float>
        => new(new(cell, "seq", input, hidden, layers, SequenceLength, 1), () =>
        {
            var model = create();
            float[] x = Random(input * SequenceLength), y = new float[hidden * SequenceLength];
            return new(
                () =>
                {
                    TState state = default;
                    model.Forward(x, ref state, y);
                },
                () => Outputs(model, model.Parameters, cell, layers, input, SequenceLength, SequenceLength));
        });

    /// <summary>Forward, BPTT and Adam's update of a batch of real vectors.</summary>
    public static Case Train<TState>(
        string cell, int input, int hidden, int layers, int steps, int rows, Func<IRnnModel<float, float, float, TState>> create)
        where TState : struct, IRnnState<float>
        => new(new(cell, "train", input, hidden, layers, steps, rows), () =>
        {
            var model = create();
            float[] x = Random(steps * rows * input), y = Random(steps * rows * hidden);
            var trainer = model.CreateTrainer(new Adam(1e-3));
            return new(
                () => trainer.Step(x, y),
                () => Gradients(model, cell, layers, rows, x, y, reference => reference.SquaredError(x, y, steps, rows)));
        });

    /// <summary>The same of symbols, with a dense layer and softmax cross-entropy behind.</summary>
    public static Case TrainSymbols<TState>(
        string cell, int symbols, int hidden, int layers, int steps, int rows, Func<IRnnModel<float, int, int, TState>> create)
        where TState : struct, IRnnState<float>
        => new(new(cell, "train", symbols, hidden, layers, steps, rows), () =>
        {
            var model = create();
            int[] x = Symbols(steps * rows, symbols, 1), y = Symbols(steps * rows, symbols, 2);
            var trainer = model.CreateTrainer(new Adam(1e-3));
            return new(
                () => trainer.Step(x, y),
                () => Gradients(model, cell, layers, rows, x, y, reference => reference.CrossEntropy(x, y, steps, rows)));
        });

    /// <summary>Symbols that are the same each time.</summary>
    public static int[] Symbols(int count, int symbols, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(symbols))];
    }

    private static IEnumerable<(string What, double Error)> Outputs<TState>(
        IRnnInference<float, float, TState> model, ParameterSet<float> parameters, string cell, int layers, int input, int steps,
        int atOnce)
        where TState : struct, IRnnState<float>
    {
        float[] x = Random(steps * input), y = new float[steps * model.Shape.OutputSize];
        TState state = default;
        for (int step = 0; step < steps; step += atOnce)
            model.Forward(
                x.AsSpan(step * input, atOnce * input), ref state,
                y.AsSpan(step * model.Shape.OutputSize, atOnce * model.Shape.OutputSize));
        double[] expected = [.. new Reference(cell, layers, parameters).Outputs(x, steps, rows: 1).SelectMany(o => o)];
        yield return ("outputs", expected.Zip(y, (e, actual) => Math.Abs(e - actual)).Max());
    }

    /// <summary>
    /// The loss, and the gradient g of all parameters w: (L(w + εg) − L(w − εg)) / 2ε is |g|² if it is the loss's gradient, with the
    /// reference's L. An error of g by e would have to be orthogonal to g + e not to be seen.
    /// </summary>
    private static IEnumerable<(string What, double Error)> Gradients<TInput, TTarget, TState>(
        IRnnModel<float, TInput, TTarget, TState> model, string cell, int layers, int rows, TInput[] x, TTarget[] y,
        Func<Reference, double> lossOf)
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<float>
    {
        var tape = model.CreateTape(rows);
        tape.Forward(x);
        double loss = tape.Loss(y);
        tape.Backward();
        double square = tape.Gradients.Sum(g => Reference.Values(g).Sum(v => v * v));
        double step = 1e-4 / Math.Sqrt(square);
        double above = lossOf(new(cell, layers, model.Parameters, tape.Gradients, step));
        double below = lossOf(new(cell, layers, model.Parameters, tape.Gradients, -step));
        yield return ("loss", Math.Abs(((above + below) / 2 / loss) - 1));
        yield return ("gradients", Math.Abs(((above - below) / (2 * step) / square) - 1));
    }

    private static float[] Random(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 0.2f) - 0.1f)];
    }
}
