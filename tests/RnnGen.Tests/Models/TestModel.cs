using System.Numerics;
using RnnGen.Generated;

namespace RnnGen.Tests.Models;

/// <summary>
/// A generated model in training, seen from outside, in double and without types of its own: what tests drive whole matrices of models
/// through.
/// </summary>
public abstract class TapedModel
{
    public abstract ModelShape Shape { get; }

    public abstract ParameterSet<double> Parameters { get; }

    /// <summary>The model's ParameterCount.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>All steps of a batch forward and back.</summary>
    public abstract TestPass Run(TestBatch batch);

    /// <summary>Random parameters; rows of a tensor that hold none stay 0.</summary>
    public void Randomize(ulong seed, double scale = 0.4)
    {
        foreach (var view in Parameters)
            view.CopyFrom(
                [.. ParameterValues.Values(view).Zip(Numbers.Random(seed++, view.Count, scale), (old, random) => old == 0 ? 0 : random)]);
    }

    /// <summary>What <see cref="Run(TestBatch)"/> does on a tape.</summary>
    protected TestPass Run<TInput, TTarget, TState>(
        Tape<double, TInput, TTarget, TState> tape, TestBatch batch, bool hasInputGradients = true)
        where TInput : unmanaged, INumber<TInput>
        where TTarget : unmanaged, INumber<TTarget>
        where TState : struct, IRnnState<double>
    {
        int rows = batch.Rows;
        tape.NoiseSeed = batch.NoiseSeed;
        if (batch.Targets is not null)
            tape.Teach(Convert<TTarget>(batch.Targets));
        tape.Forward(Convert<TInput>(batch.Inputs), Pack<TState>(batch.States), batch.Lengths);
        var outputs = new double[(Shape.IsPooled ? 1 : tape.UsedSteps) * rows * Shape.OutputSize];
        for (int i = 0; i < outputs.Length / Shape.OutputSize; i++)
        {
            tape.Output(i / rows, i % rows).CopyTo(outputs.AsSpan(i * Shape.OutputSize));
            batch.OutputGradients?.AsSpan(i * Shape.OutputSize, Shape.OutputSize).CopyTo(tape.OutputGradient(i / rows, i % rows));
        }

        double loss =
            batch.Targets is null ? Dot(outputs, batch.OutputGradients!) : tape.Loss(Convert<TTarget>(batch.Targets), batch.Weights);
        var final = new TState[rows];
        tape.GetFinalStates(final);
        // A pass replaces all that was there.
        tape.Gradients.Buffer.Span.Fill(double.NaN);
        tape.Backward(Pack<TState>(batch.FinalStateGradients));
        var gradients = new Dictionary<string, double[]>();
        foreach (var view in tape.Gradients)
            view.CopyTo(gradients[view.Name] = new double[view.Count]);
        var inputGradients = new double[hasInputGradients && typeof(TInput) == typeof(double) ? batch.Inputs.Length : 0];
        for (int i = 0; i < inputGradients.Length / Shape.InputSize; i++)
            tape.InputGradient(i / rows, i % rows).CopyTo(inputGradients.AsSpan(i * Shape.InputSize));
        var initial = new TState[rows];
        tape.GetInitialStateGradients(initial);
        double[][] finalStates = Unpack(final);
        loss += batch.FinalStateGradients is null ? 0 : finalStates.Zip(batch.FinalStateGradients, Dot).Sum();
        return new(loss, outputs, finalStates, gradients, inputGradients, Unpack(initial));
    }

    protected static TNumber[] Convert<TNumber>(double[] numbers) where TNumber : INumber<TNumber> =>
        numbers is TNumber[] same ? same : [.. numbers.Select(TNumber.CreateChecked)];

    protected static TState[] Pack<TState>(double[][]? states) where TState : struct, IRnnState<double>
    {
        var packed = new TState[states?.Length ?? 0];
        for (int row = 0; row < packed.Length; row++)
            packed[row].CopyFrom(states![row]);
        return packed;
    }

    protected double[][] Unpack<TState>(TState[] states) where TState : struct, IRnnState<double> => [.. states.Select(state =>
    {
        var numbers = new double[Shape.StateSize];
        state.CopyTo(numbers);
        return numbers;
    })];

    private static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();
}

/// <summary>A model that is one part.</summary>
public abstract class TestModel : TapedModel
{
    /// <summary>All steps of a batch forward and back for the gradients of the parameters only, as a trainer does.</summary>
    public abstract TestPass RunToLearn(TestBatch batch);

    /// <summary>A sequence without a tape: its outputs and its last state.</summary>
    /// <param name="inputs">[step][input], or a single one.</param>
    /// <param name="steps">How many.</param>
    /// <param name="state">Where it starts, or null for zero.</param>
    public abstract (double[] Outputs, double[] State) Infer(double[] inputs, int steps, double[]? state);

    /// <summary>A trainer's steps, each of which gives the loss before it, and changes the batch's states to those it ends in.</summary>
    public abstract Func<TestBatch, double> Train(Optimizer optimizer, double? clipNorm = null, int segments = 1, int threads = 1);
}

/// <summary>What a pass works on.</summary>
/// <param name="Rows">Sequences side by side.</param>
/// <param name="Inputs">[input step][row][input].</param>
public sealed record TestBatch(int Rows, double[] Inputs)
{
    /// <summary>[row][state], or null for zero.</summary>
    public double[][]? States { get; init; }

    /// <summary>Steps of each row, or null for all.</summary>
    public int[]? Lengths { get; init; }

    /// <summary>[output step][row][target]; null where <see cref="OutputGradients"/> say what the loss is.</summary>
    public double[]? Targets { get; init; }

    /// <summary>[output step][row], or null for ones.</summary>
    public double[]? Weights { get; init; }

    /// <summary>[output step][row][output]: the loss is Σ gradient · output, if there are no <see cref="Targets"/>.</summary>
    public double[]? OutputGradients { get; init; }

    /// <summary>[row][state]: what the loss further gains from the final states; null for nothing.</summary>
    public double[][]? FinalStateGradients { get; init; }

    /// <summary>Of dropout's masks; null for none.</summary>
    public ulong? NoiseSeed { get; init; }

    /// <summary>Steps of the inputs, if they are not the declared ones.</summary>
    public int? Steps { get; init; }

    /// <summary>What an encoder reads, [source step][row][number]; empty if there is none.</summary>
    public double[] Sources { get; init; } = [];

    /// <summary>Their steps, if they are not the declared ones.</summary>
    public int? SourceSteps { get; init; }

    /// <summary>Steps of each row's source, or null for all.</summary>
    public int[]? SourceLengths { get; init; }
}

/// <summary>What a pass forward and back gives.</summary>
/// <param name="Loss">Of outputs and final states.</param>
/// <param name="Outputs">[output step][row][output].</param>
/// <param name="FinalStates">[row][state].</param>
/// <param name="Gradients">By parameter, row-major.</param>
/// <param name="InputGradients">[input step][row][input]; empty for symbols.</param>
/// <param name="InitialStateGradients">[row][state]; empty where a bridge says what the initial states are.</param>
public sealed record TestPass(
    double Loss, double[] Outputs, double[][] FinalStates, Dictionary<string, double[]> Gradients, double[] InputGradients,
    double[][] InitialStateGradients)
{
    /// <summary>[source step][row][number]; empty for symbols, and where there is no encoder.</summary>
    public double[] SourceGradients { get; init; } = [];

    /// <summary>[step][row][attention][source step].</summary>
    public double[] Attention { get; init; } = [];
}

/// <summary>The same of one generated model, through what all of them have in common.</summary>
/// <param name="model">The model.</param>
internal sealed class TestModel<TInput, TTarget, TState>(IRnnModel<double, TInput, TTarget, TState> model) : TestModel
    where TInput : unmanaged, INumber<TInput>
    where TTarget : unmanaged, INumber<TTarget>
    where TState : struct, IRnnState<double>
{
    public override ModelShape Shape => model.Shape;

    public override ParameterSet<double> Parameters => model.Parameters;

    public override TestPass Run(TestBatch batch) => Run(model.CreateTape(batch.Rows, typeof(TInput) == typeof(double)), batch);

    public override TestPass RunToLearn(TestBatch batch) => Run(model.CreateTape(batch.Rows), batch, hasInputGradients: false);

    public override (double[] Outputs, double[] State) Infer(double[] inputs, int steps, double[]? state)
    {
        var own = state is null ? default : Pack<TState>([state])[0];
        var outputs = new double[(Shape.OutputSteps == 1 ? 1 : steps) * Shape.OutputSize];
        model.Forward(Convert<TInput>(inputs), ref own, outputs);
        return (outputs, Unpack([own])[0]);
    }

    public override Func<TestBatch, double> Train(Optimizer optimizer, double? clipNorm = null, int segments = 1, int threads = 1)
    {
        var trainer = model.CreateTrainer(optimizer) with { ClipNorm = clipNorm, Segments = segments, Threads = threads };
        return batch =>
        {
            TState[] states = Pack<TState>(batch.States);
            double loss =
                trainer.Step(Convert<TInput>(batch.Inputs), Convert<TTarget>(batch.Targets!), states, batch.Lengths, batch.Weights);
            for (int row = 0; row < states.Length; row++)
                states[row].CopyTo(batch.States![row]);
            return loss;
        };
    }
}
