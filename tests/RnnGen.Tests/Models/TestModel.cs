namespace RnnGen.Tests.Models;

/// <summary>A generated model seen from outside, in double and without types of its own: what tests drive whole matrices of models through.</summary>
public abstract class TestModel
{
    public abstract int Steps { get; }

    public abstract int InputSize { get; }

    public abstract int OutputSize { get; }

    public abstract int StateSize { get; }

    public abstract ParameterSet<double> Parameters { get; }

    /// <summary>Steps forward and back.</summary>
    /// <param name="rows">Sequences side by side.</param>
    /// <param name="inputs">[step][row][input].</param>
    /// <param name="states">[row][state], or null for zero.</param>
    /// <param name="outputGradients">[step][row][output].</param>
    /// <param name="finalStateGradients">[row][state], or null for none.</param>
    public abstract TestPass Run(int rows, double[] inputs, double[][]? states, double[] outputGradients, double[][]? finalStateGradients);

    /// <summary>A trainer's step: the loss before it.</summary>
    public abstract Func<double[], double[], double> Train(Optimizer optimizer, double? clipNorm);
}

/// <summary>The same of one generated model, through what all of them have in common.</summary>
/// <param name="model">The model.</param>
internal sealed class TestModel<TState>(IRnnModel<double, double, double, TState> model) : TestModel
    where TState : struct, IRnnState<double>
{
    public override int Steps => model.Shape.Steps;

    public override int InputSize => model.Shape.InputSize;

    public override int OutputSize => model.Shape.OutputSize;

    public override int StateSize => model.Shape.StateSize;

    public override ParameterSet<double> Parameters => model.Parameters;

    public override TestPass Run(int rows, double[] inputs, double[][]? states, double[] outputGradients, double[][]? finalStateGradients)
    {
        var tape = model.CreateTape(rows, inputGradients: true);
        tape.Forward(inputs, Pack(states));
        var outputs = new double[Steps * rows * OutputSize];
        for (int i = 0; i < Steps * rows; i++)
        {
            tape.Output(i / rows, i % rows).CopyTo(outputs.AsSpan(i * OutputSize));
            outputGradients.AsSpan(i * OutputSize, OutputSize).CopyTo(tape.OutputGradient(i / rows, i % rows));
        }

        var final = new TState[rows];
        tape.GetFinalStates(final);
        tape.Backward(Pack(finalStateGradients));
        var gradients = new Dictionary<string, double[]>();
        foreach (var view in tape.Gradients)
            view.CopyTo(gradients[view.Name] = new double[view.Count]);
        var inputGradients = new double[Steps * rows * InputSize];
        for (int i = 0; i < Steps * rows; i++)
            tape.InputGradient(i / rows, i % rows).CopyTo(inputGradients.AsSpan(i * InputSize));
        var initial = new TState[rows];
        tape.GetInitialStateGradients(initial);
        return new(outputs, Unpack(final), gradients, inputGradients, Unpack(initial));
    }

    public override Func<double[], double[], double> Train(Optimizer optimizer, double? clipNorm)
    {
        var trainer = model.CreateTrainer(optimizer) with { ClipNorm = clipNorm };
        return (inputs, targets) => trainer.Step(inputs, targets);
    }

    private static TState[] Pack(double[][]? states)
    {
        var packed = new TState[states?.Length ?? 0];
        for (int row = 0; row < packed.Length; row++)
            packed[row].CopyFrom(states![row]);
        return packed;
    }

    private double[][] Unpack(TState[] states) => [.. states.Select(state =>
    {
        var numbers = new double[StateSize];
        state.CopyTo(numbers);
        return numbers;
    })];
}

/// <summary>What a pass forward and back gives.</summary>
/// <param name="Outputs">[step][row][output].</param>
/// <param name="FinalStates">[row][state].</param>
/// <param name="Gradients">By parameter, row-major.</param>
/// <param name="InputGradients">[step][row][input].</param>
/// <param name="InitialStateGradients">[row][state].</param>
public sealed record TestPass(double[] Outputs, double[][] FinalStates, Dictionary<string, double[]> Gradients, double[] InputGradients, double[][] InitialStateGradients);
