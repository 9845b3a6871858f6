using System.Numerics;

namespace RnnGen.Tests.Properties;

/// <summary>A stream of a model, or of its weights in fewer bytes.</summary>
internal class InferenceSession<T, TInput, TState> : Session
    where T : unmanaged, INumber<T>
    where TInput : unmanaged, INumber<TInput>
    where TState : struct, IRnnState<T>
{
    private readonly Func<string, IRnnInference<T, TInput, TState>>? reader;
    private IRnnInference<T, TInput, TState> model;
    private StepOfNumbers? stepOfNumbers;
    private StepOfSymbol? stepOfSymbol;
    private StepOfRows? stepOfRows;
    private TState stream;

    /// <param name="model">The model.</param>
    /// <param name="reader">What reads such a one from a file, which a compressed one is.</param>
    public InferenceSession(IRnnInference<T, TInput, TState> model, Func<string, IRnnInference<T, TInput, TState>>? reader = null)
    {
        this.model = model;
        this.reader = reader;
        FindSteps();
    }

    private delegate void StepOfNumbers(ReadOnlySpan<TInput> input, ref TState state, Span<T> output);

    private delegate void StepOfSymbol(int symbol, ref TState state, Span<T> output);

    private delegate void StepOfRows(ReadOnlySpan<TInput> inputs, Span<TState> states, Span<T> outputs);

    /// <summary>The streams of the rows of a batch.</summary>
    protected TState[] Rows { get; } = new TState[64];

    public override double[] Do(Call call)
    {
        Random random = new(call.Seed);
        var shape = model.Shape;
        bool isStep = call.Kind == Kind.Step && (stepOfNumbers is not null || stepOfSymbol is not null);
        bool isRows = call.Kind == Kind.Rows && stepOfRows is not null;
        if (call.Kind is Kind.Weights or Kind.Checkpoint && reader is not null)
        {
            Reload(call, Save, Load);
            return [];
        }

        Fault fault = call.Fault is Fault.None or Fault.Input or Fault.Long || (call.Fault == Fault.State && shape.StateSize > 0)
            ? call.Fault
            : Fault.Short;
        int steps =
            isStep || shape.OutputSteps == 1 || shape.InputSteps == 1 ? 1 : isRows || !shape.NeedsWholeSequence ? call.Rows : shape.Steps;
        int inputs = !isStep && shape.OutputSteps == 1 && shape.InputSteps > 1 ? shape.Steps : steps;
        int outputs = !isStep && shape.InputSteps == 1 && shape.OutputSteps > 1 ? shape.Steps : steps;
        TInput[] input = Elements.Inputs<TInput>(random, inputs * shape.InputWidth, shape.InputSize, fault);
        T[] output = new T[(outputs * shape.OutputSize) + (fault == Fault.Short ? -1 : fault == Fault.Long ? 1 : 0)];
        if (isRows)
            return Step(input, call.Rows, output, fault, call.Seed);
        TState state = fault == Fault.State ? Elements.WithNaN<T, TState>(stream, shape.StateSize, call.Seed) : stream;
        if (!isStep)
            model.Forward(input, ref state, output);
        else if (stepOfSymbol is not null)
            stepOfSymbol(int.CreateChecked(input[0]), ref state, output);
        else
            stepOfNumbers!(input, ref state, output);
        stream = state;
        return [.. Elements.Wide(output)];
    }

    public override double[] Everything() => States();

    public override double[] States() =>
        [.. Rows.Append(stream).SelectMany(state => Elements.Wide(Elements.Numbers<T, TState>(state, model.Shape.StateSize)))];

    protected override void Save(string path) => Own<Action<string>>(model, "Save")!(path);

    protected override void Load(string path)
    {
        model = reader!(path);
        FindSteps();
    }

    protected override void Restore(double[] states)
    {
        int size = model.Shape.StateSize;
        for (int row = 0; row <= Rows.Length; row++)
        {
            ref TState state = ref row < Rows.Length ? ref Rows[row] : ref stream;
            state.CopyFrom([.. states.AsSpan(row * size, size).ToArray().Select(T.CreateChecked)]);
        }
    }

    private double[] Step(TInput[] inputs, int rows, T[] outputs, Fault fault, int seed)
    {
        TState[] states = Rows[..rows];
        if (fault == Fault.State)
            states[seed % rows] = Elements.WithNaN<T, TState>(states[seed % rows], model.Shape.StateSize, seed);
        stepOfRows!(inputs, states, outputs);
        states.CopyTo(Rows, 0);
        return [.. Elements.Wide(outputs)];
    }

    private void FindSteps()
    {
        stepOfNumbers = Own<StepOfNumbers>(model, "Step");
        stepOfSymbol = Own<StepOfSymbol>(model, "Step");
        stepOfRows = Own<StepOfRows>(model, "Step");
    }
}
