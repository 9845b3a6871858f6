using RnnGen.Generated;
using static RnnGen.Conformance.Elements;

namespace RnnGen.Conformance;

/// <summary>A generated model seen from outside, all in double: what cases are run through.</summary>
public abstract class CaseModel
{
    /// <summary>The model's sizes.</summary>
    public abstract ModelShape Shape { get; }

    /// <summary>Imports weights.</summary>
    public abstract void Load(SafetensorsFile file, IReadOnlyList<LayerWeights> layers);

    /// <summary>The weights in other layouts.</summary>
    public abstract SafetensorsFile Export(IReadOnlyList<LayerWeights> layers);

    /// <summary>The gradients of the last pass back in other layouts.</summary>
    public abstract SafetensorsFile ExportGradients(IReadOnlyList<LayerWeights> layers);

    /// <summary>A batch forward, and back if there are output gradients; what inference gives is compared with it.</summary>
    /// <param name="rows">Sequences side by side.</param>
    /// <param name="inputs">[step][row][number].</param>
    /// <param name="states">[row][state], or null for zero.</param>
    /// <param name="lengths">By row, or null.</param>
    /// <param name="outputGradients">[step][row][number], or null.</param>
    /// <param name="finalStateGradients">[row][state], or null.</param>
    public abstract CasePass Run(
        int rows, double[] inputs, double[][]? states = null, int[]? lengths = null, double[]? outputGradients = null,
        double[][]? finalStateGradients = null);

    /// <summary>A whole sequence through inference, whatever its length.</summary>
    /// <param name="inputs">[step][number].</param>
    /// <param name="state">Where it starts, and then where it ends.</param>
    public abstract double[] Forward(double[] inputs, double[] state);

    /// <summary>A trainer's step, which replaces the states and returns the loss before the update.</summary>
    public abstract Func<double[], double[], double[][]?, int[]?, double> Train(Optimizer optimizer, double? clipNorm = null);
}

/// <summary>What a batch gives.</summary>
/// <param name="Outputs">[step][row][output].</param>
/// <param name="FinalStates">[row][state].</param>
/// <param name="Gradients">By parameter, row-major.</param>
/// <param name="InputGradients">[step][row][number].</param>
/// <param name="InitialStateGradients">[row][state].</param>
public sealed record CasePass(
    double[] Outputs, double[][] FinalStates, Dictionary<string, double[]> Gradients, double[] InputGradients,
    double[][] InitialStateGradients);

/// <summary>The same of one generated model.</summary>
/// <param name="model">The model.</param>
internal sealed class CaseModel<T, TInput, TState>(IRnnModel<T, TInput, T, TState> model) : CaseModel
    where T : unmanaged
    where TInput : unmanaged
    where TState : struct, IRnnState<T>
{
    public override ModelShape Shape => model.Shape;

    private ParameterSet<T>? gradients;

    private bool HasSymbols => typeof(TInput) == typeof(int);

    public override void Load(SafetensorsFile file, IReadOnlyList<LayerWeights> layers) => WeightFile.Load(file, model.Parameters, layers);

    public override SafetensorsFile Export(IReadOnlyList<LayerWeights> layers) => WeightFile.Export(model.Parameters, layers);

    public override SafetensorsFile ExportGradients(IReadOnlyList<LayerWeights> layers) => WeightFile.Export(gradients!, layers);

    public override CasePass Run(
        int rows, double[] inputs, double[][]? states = null, int[]? lengths = null, double[]? outputGradients = null,
        double[][]? finalStateGradients = null)
    {
        bool back = outputGradients is not null;
        var tape = model.CreateTape(rows, inputGradients: back && !HasSymbols);
        tape.Forward(To<TInput>(inputs), Pack(states), lengths);
        int width = Shape.OutputSize;
        var outputs = new double[Shape.OutputSteps * rows * width];
        for (int i = 0; i < Shape.OutputSteps * rows; i++)
        {
            From(tape.Output(i / rows, i % rows)).CopyTo(outputs, i * width);
            if (back)
                To<T>(outputGradients!.AsSpan(i * width, width)).CopyTo(tape.OutputGradient(i / rows, i % rows));
        }

        var final = new TState[rows];
        tape.GetFinalStates(final);
        CheckInference(rows, inputs, states, lengths, outputs, Unpack(final));
        if (!back)
            return new(outputs, Unpack(final), [], [], []);

        tape.Backward(Pack(finalStateGradients));
        gradients = tape.Gradients;
        var byName = new Dictionary<string, double[]>();
        foreach (var view in gradients)
        {
            var values = new T[view.Count];
            view.CopyTo(values);
            byName[view.Name] = From<T>(values);
        }

        var inputGradients = new double[Shape.InputSteps * rows * Shape.InputWidth];
        for (int i = 0; i < Shape.InputSteps * rows; i++)
            From(tape.InputGradient(i / rows, i % rows)).CopyTo(inputGradients, i * Shape.InputWidth);
        var initial = new TState[rows];
        tape.GetInitialStateGradients(initial);
        return new(outputs, Unpack(final), byName, inputGradients, Unpack(initial));
    }

    public override double[] Forward(double[] inputs, double[] state)
    {
        int steps = inputs.Length / Shape.InputWidth;
        TState current = default;
        current.CopyFrom(To<T>(state));
        var outputs = new T[(Shape.OutputSteps == 1 ? 1 : steps) * Shape.OutputSize];
        model.Forward(To<TInput>(inputs), ref current, outputs);
        var after = new T[Shape.StateSize];
        current.CopyTo(after);
        From<T>(after).CopyTo(state, 0);
        return From<T>(outputs);
    }

    public override Func<double[], double[], double[][]?, int[]?, double> Train(Optimizer optimizer, double? clipNorm = null)
    {
        var trainer = model.CreateTrainer(optimizer) with { ClipNorm = clipNorm };
        return (inputs, targets, states, lengths) =>
        {
            TState[] packed = Pack(states);
            double loss = trainer.Step(To<TInput>(inputs), To<T>(targets), packed, lengths);
            foreach (var (state, row) in Unpack(packed).Select((s, row) => (s, row)))
                state.CopyTo(states![row], 0);
            return loss;
        };
    }

    /// <summary>Row by row, a sequence at its own length gives the same numbers as the batch.</summary>
    private void CheckInference(int rows, double[] inputs, double[][]? states, int[]? lengths, double[] outputs, double[][] final)
    {
        int width = Shape.InputWidth, size = Shape.OutputSize;
        for (int row = 0; row < rows; row++)
        {
            int length = lengths?[row] ?? Shape.Steps;
            if (length == 0)
                continue;
            double[] state = states is null ? new double[Shape.StateSize] : [.. states[row]];
            double[] sequence = [.. Enumerable.Range(0, length).SelectMany(step => inputs.Skip(((step * rows) + row) * width).Take(width))];
            double[] alone = Forward(sequence, state);
            for (int step = 0; step < alone.Length / size; step++)
                Compare.Close(
                    outputs.AsSpan(((step * rows) + row) * size, size).ToArray(), alone[(step * size)..][..size], 0, 0,
                    $"inference's output of row {row}, step {step}");
            Compare.Close(final[row], state, 0, 0, $"inference's final state of row {row}");
        }
    }

    private static TState[] Pack(double[][]? states)
    {
        var packed = new TState[states?.Length ?? 0];
        for (int row = 0; row < packed.Length; row++)
            packed[row].CopyFrom(To<T>(states![row]));
        return packed;
    }

    private double[][] Unpack(TState[] states) => [.. states.Select(state =>
    {
        var numbers = new T[Shape.StateSize];
        state.CopyTo(numbers);
        return From<T>(numbers);
    })];
}
