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

    /// <summary>Outputs and final state of one row, by single steps or by one call.</summary>
    public abstract (double[] Outputs, double[] State) Infer(double[] inputs, double[] state, bool stepByStep);

    /// <summary>A trainer's step: the loss before it.</summary>
    public abstract Func<double[], double[], double> Train(Optimizer optimizer, double? clipNorm);
}

/// <summary>What a pass forward and back gives.</summary>
/// <param name="Outputs">[step][row][output].</param>
/// <param name="FinalStates">[row][state].</param>
/// <param name="Gradients">By parameter, row-major.</param>
/// <param name="InputGradients">[step][row][input].</param>
/// <param name="InitialStateGradients">[row][state].</param>
public sealed record TestPass(double[] Outputs, double[][] FinalStates, Dictionary<string, double[]> Gradients, double[] InputGradients, double[][] InitialStateGradients);
