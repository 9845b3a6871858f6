using System.Numerics;
using System.Reflection;

namespace RnnGen.Tests.Properties;

/// <summary>An encoder and a decoder in use: a memory with its stream, a tape, a trainer.</summary>
internal sealed class JointSession<T, TSource, TInput, TTarget, TState, TMemory> : Session
    where T : unmanaged, INumber<T>
    where TSource : unmanaged, INumber<TSource>
    where TInput : unmanaged, INumber<TInput>
    where TTarget : unmanaged, INumber<TTarget>
    where TState : struct, IRnnState<T>
    where TMemory : class
{
    private readonly ISeq2SeqModel<T, TSource, TInput, TTarget, TState, TMemory> model;
    private readonly Seq2SeqTrainer<T, TSource, TInput, TTarget, TState> trainer;
    private readonly Dictionary<int, SourceTape<T, TSource, TInput, TTarget, TState>> tapes = [];
    private readonly TMemory memory;
    private readonly PropertyInfo start;
    private readonly Decode decode;
    private TState stream;
    private bool isEncoded;

    public JointSession(ISeq2SeqModel<T, TSource, TInput, TTarget, TState, TMemory> model)
    {
        this.model = model;
        trainer = model.CreateTrainer(new Adam(1e-2)) with { ClipNorm = 1, Threads = 2 };
        memory = model.CreateMemory();
        start = typeof(TMemory).GetProperty("Start")!;
        decode = Own<Decode>(memory, "Forward")!;
    }

    private delegate void Decode(ReadOnlySpan<TInput> inputs, ref TState state, Span<T> outputs, Span<T> attention);

    public override double[] Do(Call call)
    {
        switch (call.Kind)
        {
            case Kind.Tape:
                return Run(call);
            case Kind.Train or Kind.Evaluate:
                return [Train(call)];
            case Kind.Weights:
                Reload(call, Own<Action<string>>(model, "Save")!, Own<Action<string>>(model, "Load")!);
                return [];
            case Kind.Checkpoint:
                Reload(call, Save, Load);
                return [];
            case Kind.Snapshot when call.Fault != Fault.None:
                model.Snapshot().CreateTape(-call.Seed);
                return [];
            case Kind.Snapshot:
                return [.. model.Snapshot().Parameters.SelectMany(view => Elements.Wide(ParameterValues.Values(view)))];
            default:
                return Use(call);
        }
    }

    public override double[] Everything() =>
    [
        trainer.Updates,
        .. States(),
        .. model.Parameters.SelectMany(view => Elements.Wide(ParameterValues.Values(view))),
    ];

    public override double[] States() => [.. Elements.Wide(Elements.Numbers<T, TState>(stream, model.Shape.StateSize))];

    protected override void Save(string path) => trainer.Save(path);

    protected override void Load(string path) => trainer.Load(path);

    // The source is to be read again: a memory cannot be saved.
    protected override void Restore(double[] states)
    {
        stream.CopyFrom([.. states.Select(T.CreateChecked)]);
        isEncoded = false;
    }

    /// <summary>Reads a source, or goes on with the last one.</summary>
    private double[] Use(Call call)
    {
        Random random = new(call.Seed);
        var shape = model.Shape;
        bool encodes = call.Kind == Kind.Forward || !isEncoded;
        Fault fault =
            call.Fault is Fault.None or Fault.Input or Fault.Long || (call.Fault == Fault.State && !encodes) ? call.Fault : Fault.Short;
        if (encodes)
        {
            // A fault of the first half never comes to the second.
            model.Encode(Sources(random, 1, fault), memory);
            isEncoded = true;
            stream = (TState)start.GetValue(memory)!;
        }

        int steps = Math.Min(call.Rows, shape.Steps);
        TInput[] inputs = Elements.Inputs<TInput>(random, steps * shape.InputWidth, shape.InputSize, fault);
        TState state = fault == Fault.State ? Elements.WithNaN<T, TState>(stream, shape.StateSize, call.Seed) : stream;
        T[] outputs = new T[(steps * shape.OutputSize) + (fault == Fault.Short ? -1 : fault == Fault.Long ? 1 : 0)];
        decode(inputs, ref state, outputs, default);
        stream = state;
        return [.. Elements.Wide(outputs)];
    }

    private double[] Run(Call call)
    {
        if (!tapes.TryGetValue(call.Rows, out var tape))
            tapes[call.Rows] = tape = model.CreateTape(call.Rows);
        Batch<T, TInput, TTarget> batch = new(model.Shape, call);
        tape.NoiseSeed = call.Seed % 2 == 0 ? null : (ulong)call.Seed;
        tape.Encode(SourcesFor(call));
        tape.Teach(batch.Targets);
        tape.Forward(batch.Inputs, default, batch.Lengths);
        double loss = tape.Loss(batch.Targets, batch.Weights);
        tape.Backward();
        return [loss, .. tape.Gradients.SelectMany(view => Elements.Wide(ParameterValues.Values(view)))];
    }

    private double Train(Call call)
    {
        Batch<T, TInput, TTarget> batch = new(model.Shape, call);
        TSource[] sources = SourcesFor(call);
        return call.Kind == Kind.Train
            ? trainer.Step(sources, batch.Inputs, batch.Targets, [], batch.Lengths, batch.Weights)
            : trainer.Evaluate(sources, batch.Inputs, batch.Targets, [], batch.Lengths, batch.Weights);
    }

    /// <summary>The sources of a batch, which are wrong where states should be: there are none.</summary>
    private TSource[] SourcesFor(Call call) => Sources(new(call.Seed), call.Rows, call.Fault == Fault.State ? Fault.Short : Fault.None);

    private TSource[] Sources(Random random, int rows, Fault fault)
    {
        var source = model.SourceShape;
        int steps = fault == Fault.Short ? 0 : fault == Fault.Long ? source.Steps + 1 : source.Steps;
        return steps == 0 ? [] : Elements.Inputs<TSource>(random, steps * rows * source.InputWidth, source.InputSize, fault);
    }
}
