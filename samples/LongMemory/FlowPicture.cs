using RnnGen;
using Samples;

namespace LongMemory;

/// <summary>
/// How much of the gradient arrives how far back: ‖∂L/∂h_t‖ against t, for the adding problem over 400 steps, where only the last output
/// has a loss.
/// </summary>
internal static class FlowPicture
{
    private const ulong Seed = 1;
    private const double Clip = 1;
    private static readonly AddingProblem Long = new(400), Short = new(100);
    // Far below what float adds to a weight, and far above where it runs out of exponents.
    private const double Least = 1e-20;

    // PyTorch's uniform numbers are at most 1/√64 = 0.125.
    private static readonly Initialization Small = Initialization.PyTorch, Large = Initialization.Uniform(0.35);

    /// <summary>Draws the picture.</summary>
    /// <param name="path">Where to, an SVG file.</param>
    /// <param name="output">Gets a line for each network.</param>
    public static void Draw(string path, TextWriter output)
    {
        output.WriteLine($"{"",-44}{"‖∂L/∂h‖ first",14}{"last",10}{"‖U‖",8}{"saturated",11}");
        Cell rnn = Cell.Named("rnn"), irnn = Cell.Named("irnn"), lstm = Cell.Named("lstm"), gru = Cell.Named("gru");
        ChartLine[] fresh =
        [
            Line("RNN tanh", new Adding400Rnn(Seed, Small)),
            Line("IRNN", new Adding400Irnn(Seed, irnn.Initialization), irnn),
            Line("LSTM", new Adding400Lstm(Seed, lstm.Initialization), lstm),
            Line("GRU", new Adding400Gru(Seed, gru.Initialization), gru),
        ];
        ChartLine[] trained =
        [
            Line("RNN tanh", Taught(rnn, new Adding100Rnn(Seed, Small), new Adding400Rnn())),
            Line("IRNN", Taught(irnn, new Adding100Irnn(Seed, irnn.Initialization), new Adding400Irnn())),
            Line("LSTM", Taught(lstm, new Adding100Lstm(Seed, lstm.Initialization), new Adding400Lstm())),
            Line("GRU", Taught(gru, new Adding100Gru(Seed, gru.Initialization), new Adding400Gru())),
        ];
        ChartLine[] remedies =
        [
            Line("U small (PyTorch)", new Adding400Rnn(Seed, Small)),
            Line("U large", new Adding400Rnn(Seed, Large)),
            Line("U large, its gradient clipped", new Adding400Rnn(Seed, Large), isClipped: true),
            Line("U large, scaled to ‖U‖ = 1", Constrained(new Adding400Rnn(Seed, Large), RecurrentConstraint.SpectralNorm(1))),
            Line("U large, made orthogonal", Constrained(new Adding400Rnn(Seed, Large), RecurrentConstraint.Orthogonal)),
        ];
        LineChart.Save(
            path,
            Chart("Networks as they start: does the gradient arrive?", fresh),
            Chart("After up to 10,000 updates on 100 steps", trained),
            Chart("RNN tanh: what clipping and a bound on U do", remedies));
        output.WriteLine($"drew {path}");

        ChartLine Line<TState>(string name, IRnnModel<float, float, float, TState> model, Cell? start = null, bool isClipped = false)
            where TState : struct, IRnnState<float>
        {
            start?.Start(model.Parameters);
            return Measure(name, model, isClipped, output);
        }
    }

    private static LineChart Chart(string title, ChartLine[] lines) =>
        new(title, "step t", "‖∂L/∂h_t‖", lines) { IsLogarithmic = true, Least = Least };

    private static ChartLine Measure<TState>(string name, IRnnModel<float, float, float, TState> model, bool isClipped, TextWriter output)
        where TState : struct, IRnnState<float>
    {
        Sequences<float, float> batch = new(Long, Solver.Rows);
        Long.Draw(Seed, batch);
        Tape<float, float, float, TState> tape = model.CreateTape(Solver.Rows);
        tape.Forward(batch.Inputs);
        tape.Loss(batch.Targets);
        GradientFlow flow = tape.Probe();
        // Clipping scales the whole gradient: the curve moves down as it is. What arrived from far away too weakly stays too weak beside
        // the rest.
        double scale = isClipped ? Math.Min(1, Clip / Norm(tape.Gradients)) : 1;
        double[] norms = [.. flow.Layers[0].Norms.Select(norm => norm * scale)];
        output.WriteLine($"{name,-44}{norms[0],14:E1}{norms[^1],10:E1}{flow.Layers[0].Stretches.Max(matrix => matrix.Value),8:F2}{(double.IsNaN(flow.Layers[0].SaturatedGates) ? "no gates" : $"{flow.Layers[0].SaturatedGates:P0}"),11}");
        return new(name, [.. norms.Select((norm, t) => ((double)t, norm))], isClipped);
    }

    /// <summary>Trains a network on 100 steps until it can add or is given up, and gives its weights to one for 400.</summary>
    private static IRnnModel<float, float, float, TLong> Taught<TShort, TLong>(
        Cell cell, IRnnModel<float, float, float, TShort> student, IRnnModel<float, float, float, TLong> heir)
        where TShort : struct, IRnnState<float>
        where TLong : struct, IRnnState<float>
    {
        Solver.Run(Short, student, cell, new(Updates: 10_000, double.PositiveInfinity));
        foreach (ParameterView<float> view in student.Parameters)
        {
            float[] values = new float[view.Count];
            view.CopyTo(values);
            heir.Parameters[view.Name].CopyFrom(values);
        }

        return heir;
    }

    /// <summary>An update that moves nothing leaves only what the constraint does.</summary>
    private static Adding400Rnn Constrained(Adding400Rnn model, RecurrentConstraint constraint)
    {
        Sequences<float, float> batch = new(Long, Solver.Rows);
        Long.Draw(Seed, batch);
        Adding400Rnn.Trainer trainer = model.CreateTrainer(new Sgd(0)) with { RecurrentConstraint = constraint };
        trainer.Step(batch.Inputs, batch.Targets);
        return model;
    }

    private static double Norm(ParameterSet<float> gradients)
    {
        double sum = 0;
        foreach (ParameterView<float> view in gradients)
        {
            float[] values = new float[view.Count];
            view.CopyTo(values);
            sum += values.Sum(value => (double)value * value);
        }

        return Math.Sqrt(sum);
    }
}
