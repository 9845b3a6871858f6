using System.Numerics;
using System.Reflection;
using RnnGen.Generated;

namespace RnnGen.Tests.Models;

/// <summary>An encoder and a decoder in one, seen from outside.</summary>
public abstract class TestJointModel : TapedModel
{
    public abstract SourceShape Source { get; }

    /// <summary>
    /// A source and the decoder's steps without a tape: outputs, [step][attention][source step] of attention, and the last state.
    /// </summary>
    /// <param name="source">[source step][number].</param>
    /// <param name="inputs">[step][number].</param>
    /// <param name="state">Where the decoder starts; null for where it does by itself.</param>
    /// <param name="atOnce">Whether all steps are one call.</param>
    public abstract (double[] Outputs, double[] Attention, double[] State) Decode(
        double[] source, double[] inputs, double[]? state, bool atOnce);

    /// <summary>What of a pass's attention is one row's, inside its lengths.</summary>
    public double[] AttentionOf(TestPass pass, TestBatch batch, int row)
    {
        int sourceSteps = batch.SourceSteps ?? Source.Steps, perItem = Source.Attentions * sourceSteps;
        int length = batch.Lengths?[row] ?? batch.Steps ?? Shape.Steps, sourceLength = batch.SourceLengths?[row] ?? sourceSteps;
        return [.. from step in Enumerable.Range(0, length)
                   from attention in Enumerable.Range(0, Source.Attentions)
                   from weight in pass.Attention.Skip((((step * batch.Rows) + row) * perItem) + (attention * sourceSteps))
                       .Take(sourceLength)
                   select weight];
    }
}

/// <summary>The same of one generated model. It uses its tapes and its memory again and again, for whatever is asked of it.</summary>
/// <param name="model">The model.</param>
internal sealed class TestJointModel<TSource, TInput, TTarget, TState, TMemory>(
    ISeq2SeqModel<double, TSource, TInput, TTarget, TState, TMemory> model) : TestJointModel
    where TSource : unmanaged, INumber<TSource>
    where TInput : unmanaged, INumber<TInput>
    where TTarget : unmanaged, INumber<TTarget>
    where TState : struct, IRnnState<double>
    where TMemory : class
{
    private readonly Dictionary<int, SourceTape<double, TSource, TInput, TTarget, TState>> tapes = [];
    private readonly TMemory memory = model.CreateMemory();
    private readonly MethodInfo decode = model.GetType().Assembly.GetType($"{model.GetType().FullName}Use")!.GetMethod("Decode")!;

    public override ModelShape Shape => model.Shape;

    public override SourceShape Source => model.SourceShape;

    public override ParameterSet<double> Parameters => model.Parameters;

    public override TestPass Run(TestBatch batch)
    {
        int rows = batch.Rows;
        bool hasSourceGradients = typeof(TSource) == typeof(double);
        if (!tapes.TryGetValue(rows, out var tape))
            tapes[rows] = tape = model.CreateTape(rows, inputGradients: hasSourceGradients || typeof(TInput) == typeof(double));
        tape.Encode(Convert<TSource>(batch.Sources), batch.SourceLengths);
        var pass = Run(tape, batch);
        var gradients = new double[hasSourceGradients ? batch.Sources.Length : 0];
        for (int i = 0; i < gradients.Length / Source.InputSize; i++)
            tape.SourceGradient(i / rows, i % rows).CopyTo(gradients.AsSpan(i * Source.InputSize));
        return pass with
        {
            InitialStateGradients = Source.HasBridge ? [] : pass.InitialStateGradients,
            SourceGradients = gradients,
            Attention = [.. from step in Enumerable.Range(0, tape.UsedSteps)
                            from row in Enumerable.Range(0, rows)
                            from attention in Enumerable.Range(0, Source.Attentions)
                            from weight in tape.Attention(step, row, attention).ToArray()
                            select weight],
        };
    }

    public override (double[] Outputs, double[] Attention, double[] State) Decode(
        double[] source, double[] inputs, double[]? state, bool atOnce) =>
        ((double[], double[], double[]))decode.Invoke(
            null, BindingFlags.DoNotWrapExceptions, null, [model, memory, Convert<TSource>(source), Convert<TInput>(inputs), state, atOnce],
            null)!;
}
