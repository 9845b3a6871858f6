using RnnGen;
using Samples;

namespace LongMemory;

/// <summary>
/// How much of the gradient arrives how far back: ‖∂L/∂h_t‖ against t, for the adding problem over 400 steps, where only the last output has a loss.
/// </summary>
internal static class FlowPicture
{
    private const ulong Seed = 1;
    private const double Clip = 1;
    private static readonly AddingProblem Long = new(400), Short = new(100);
    private static readonly GlorotInitialization Large = Initialization.Glorot with { Gain = 1.5 };

    /// <summary>Draws the picture.</summary>
    /// <param name="path">Where to, an SVG file.</param>
    /// <param name="output">Gets a line for each network.</param>
    public static void Draw(string path, TextWriter output)
    {
        output.WriteLine($"{"",-44}{"‖∂L/∂h‖ first",14}{"last",10}{"‖U‖",8}{"saturated",11}");
        Cell irnn = Cell.All.First(cell => cell.Name == "irnn");
        ChartLine[] fresh =
        [
            Line("RNN tanh", new Adding400Rnn(Seed, Initialization.PyTorch)),
            Line("IRNN", new Adding400Irnn(Seed, irnn.Initialization)),
            Line("LSTM", new Adding400Lstm(Seed, Initialization.Glorot)),
            Line("GRU", new Adding400Gru(Seed, Initialization.Glorot)),
        ];
        ChartLine[] trained =
        [
            Line("RNN tanh", Taught(new Adding100Rnn(Seed, Initialization.PyTorch), new Adding400Rnn(), "rnn")),
            Line("IRNN", Taught(new Adding100Irnn(Seed, irnn.Initialization), new Adding400Irnn(), "irnn")),
            Line("LSTM", Taught(new Adding100Lstm(Seed, Initialization.Glorot), new Adding400Lstm(), "lstm")),
            Line("GRU", Taught(new Adding100Gru(Seed, Initialization.Glorot), new Adding400Gru(), "gru")),
        ];
        ChartLine[] remedies =
        [
            Line("U uniform (PyTorch)", new Adding400Rnn(Seed, Initialization.PyTorch)),
            Line("U orthogonal × 1.5", new Adding400Rnn(Seed, Large)),
            Line("… its gradient clipped", new Adding400Rnn(Seed, Large), isClipped: true),
            Line("… its norm bounded by 1", Constrained(new Adding400Rnn(Seed, Large), RecurrentConstraint.SpectralNorm(1))),
            Line("… made orthogonal", Constrained(new Adding400Rnn(Seed, Large), RecurrentConstraint.Orthogonal)),
        ];
        LineChart.Save(
            path,
            Chart("Networks as they start: does the gradient arrive?", fresh),
            Chart("After learning to add over 100 steps", trained),
            Chart("RNN tanh: what clipping and a bound on U do", remedies));
        output.WriteLine($"drew {path}");

        ChartLine Line<TState>(string name, IRnnModel<float, float, float, TState> model, bool isClipped = false)
            where TState : struct, IRnnState<float> => Measure(name, model, isClipped, output);
    }

    private static LineChart Chart(string title, ChartLine[] lines) => new(title, "step t", "‖∂L/∂h_t‖", lines) { IsLogarithmic = true };

    private static ChartLine Measure<TState>(string name, IRnnModel<float, float, float, TState> model, bool isClipped, TextWriter output)
        where TState : struct, IRnnState<float>
    {
        Sequences<float, float> batch = new(Long, Solver.Rows);
        Long.Draw(Seed, batch);
        Tape<float, float, float, TState> tape = model.CreateTape(Solver.Rows);
        tape.Forward(batch.Inputs);
        tape.Loss(batch.Targets);
        GradientFlow flow = tape.Probe();
        // Clipping scales the whole gradient: the curve moves down as it is. What arrived from far away too weakly stays too weak beside the rest.
        double scale = isClipped ? Math.Min(1, Clip / Norm(tape.Gradients)) : 1;
        double[] norms = [.. flow.Layers[0].Norms.Select(norm => norm * scale)];
        output.WriteLine($"{name,-44}{norms[0],14:E1}{norms[^1],10:E1}{flow.Layers[0].Stretches.Max(matrix => matrix.Value),8:F2}{(double.IsNaN(flow.Layers[0].SaturatedGates) ? "no gates" : $"{flow.Layers[0].SaturatedGates:P0}"),11}");
        return new(name, [.. norms.Select((norm, t) => ((double)t, norm))], isClipped);
    }

    /// <summary>Trains a network for 100 steps until it can add, and gives its weights to one for 400.</summary>
    private static IRnnModel<float, float, float, TLong> Taught<TShort, TLong>(
        IRnnModel<float, float, float, TShort> student, IRnnModel<float, float, float, TLong> heir, string cell)
        where TShort : struct, IRnnState<float>
        where TLong : struct, IRnnState<float>
    {
        Solver.Run(Short, student, Cell.All.First(known => known.Name == cell).LearningRate, new(Updates: 2_000, double.PositiveInfinity));
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
