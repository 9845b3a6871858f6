using RnnGen.Generated;
using static RnnGen.Conformance.Elements;

namespace RnnGen.Conformance;

/// <summary>A generated sequence-to-sequence model seen from outside, all in double: what cases are run through.</summary>
public abstract class JointCaseModel
{
    /// <summary>The decoder's sizes.</summary>
    public abstract ModelShape Shape { get; }

    /// <summary>Imports weights.</summary>
    public abstract void Load(SafetensorsFile file, IReadOnlyList<LayerWeights> layers);

    /// <summary>The gradients of the last pass back in other layouts.</summary>
    public abstract SafetensorsFile ExportGradients(IReadOnlyList<LayerWeights> layers);

    /// <summary>A batch forward, and back if there are targets; what inference gives is compared with it.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="targets">[step][row][target], or null.</param>
    /// <param name="weight">What the mean loss is multiplied by.</param>
    public abstract JointPass Run(JointBatch batch, double[]? targets = null, double weight = 1);
}

/// <summary>Pairs of sequences side by side.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Sources">[source step][row][number].</param>
/// <param name="SourceLengths">By row.</param>
/// <param name="Inputs">The decoder's, [step][row][number].</param>
/// <param name="Lengths">By row.</param>
/// <param name="States">[row][state] of a decoder without a bridge; null for zero.</param>
public sealed record JointBatch(int Rows, double[] Sources, int[] SourceLengths, double[] Inputs, int[] Lengths, double[][]? States = null);

/// <summary>What a batch gives.</summary>
/// <param name="Outputs">[step][row][output], before a softmax that belongs to the loss.</param>
/// <param name="FinalStates">[row][state].</param>
/// <param name="Attention">[step][row][source step].</param>
/// <param name="Loss">By the targets; 0 without.</param>
public sealed record JointPass(double[] Outputs, double[][] FinalStates, double[] Attention, double Loss);

/// <summary>The same of one generated model.</summary>
/// <param name="model">The model.</param>
internal sealed class JointCaseModel<T, TSource, TInput, TTarget, TState, TMemory>(
    ISeq2SeqModel<T, TSource, TInput, TTarget, TState, TMemory> model) : JointCaseModel
    where T : unmanaged
    where TSource : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
    where TMemory : class
{
    private ParameterSet<T>? gradients;

    /// <summary><c>Memory.Forward</c> of a decoder with attention, which is generated.</summary>
    private delegate void Decode(ReadOnlySpan<TInput> inputs, ref TState state, Span<T> outputs, Span<T> attention);

    public override ModelShape Shape => model.Shape;

    public override void Load(SafetensorsFile file, IReadOnlyList<LayerWeights> layers) => WeightFile.Load(file, model.Parameters, layers);

    public override SafetensorsFile ExportGradients(IReadOnlyList<LayerWeights> layers) => WeightFile.Export(gradients!, layers);

    public override JointPass Run(JointBatch batch, double[]? targets = null, double weight = 1)
    {
        int rows = batch.Rows, steps = batch.Inputs.Length / rows / Shape.InputWidth;
        var tape = model.CreateTape(rows);
        tape.Encode(To<TSource>(batch.Sources), batch.SourceLengths);
        tape.Forward(To<TInput>(batch.Inputs), Pack(batch.States), batch.Lengths);
        List<double> outputs = [], attention = [];
        for (int i = 0; i < steps * rows; i++)
        {
            outputs.AddRange(From(tape.Output(i / rows, i % rows)));
            attention.AddRange(From(tape.Attention(i / rows, i % rows)));
        }

        var final = new TState[rows];
        tape.GetFinalStates(final);
        JointPass pass = new(
            [.. outputs], [.. final.Select(Unpack)], [.. attention],
            targets is null ? 0 : tape.Loss(To<TTarget>(targets), weight: weight));
        for (int row = 0; row < rows; row++)
            CheckInference(batch, pass, row, tape.SourceSteps);
        if (targets is not null)
            tape.Backward();
        gradients = tape.Gradients;
        return pass;
    }

    /// <summary>A row alone, encoded and decoded at its own lengths, gives the same numbers as the batch.</summary>
    private void CheckInference(JointBatch batch, JointPass pass, int row, int sourceSteps)
    {
        int length = batch.Lengths[row], sourceLength = batch.SourceLengths[row], size = Shape.OutputSize;
        var memory = model.CreateMemory();
        model.Encode(To<TSource>(Column(batch.Sources, batch.Rows, row, model.SourceShape.InputWidth, sourceLength)), memory);
        TState state = batch.States is null ? (TState)typeof(TMemory).GetProperty("Start")!.GetValue(memory)! : Pack(batch.States)[row];
        var outputs = new T[length * size];
        var attention = new T[length * sourceLength];
        typeof(TMemory).GetMethod("Forward")!.CreateDelegate<Decode>(memory)(
            To<TInput>(Column(batch.Inputs, batch.Rows, row, Shape.InputWidth, length)), ref state, outputs, attention);

        double[] logits = Column(pass.Outputs, batch.Rows, row, size, length);
        if (Shape.Heads[0].IsClass)
            Compare.Close(
                [.. logits.Chunk(size).SelectMany(Softmax)], From<T>(outputs), typeof(T) == typeof(double) ? 1e-12 : 1e-6, 0,
                $"inference's probabilities of row {row}");
        else
            Compare.Close(logits, From<T>(outputs), 0, 0, $"inference's outputs of row {row}");
        Compare.Close(pass.FinalStates[row], Unpack(state), 0, 0, $"inference's final state of row {row}");
        Compare.Close(
            [.. Column(pass.Attention, batch.Rows, row, sourceSteps, length).Chunk(sourceSteps)
                .SelectMany(weights => weights[..sourceLength])],
            From<T>(attention), 0, 0, $"inference's attention of row {row}");
    }

    private static double[] Column(double[] values, int rows, int row, int width, int steps) =>
        [.. Enumerable.Range(0, steps).SelectMany(step => values.Skip(((step * rows) + row) * width).Take(width))];

    private static double[] Softmax(double[] logits)
    {
        double sum = logits.Sum(l => Math.Exp(l - logits.Max()));
        return [.. logits.Select(l => Math.Exp(l - logits.Max()) / sum)];
    }

    private static TState[] Pack(double[][]? states)
    {
        var packed = new TState[states?.Length ?? 0];
        for (int row = 0; row < packed.Length; row++)
            packed[row].CopyFrom(To<T>(states![row]));
        return packed;
    }

    private double[] Unpack(TState state)
    {
        var numbers = new T[Shape.StateSize];
        state.CopyTo(numbers);
        return From<T>(numbers);
    }
}
