using System.Numerics;

namespace RnnGen.Tests.Properties;

/// <summary>A model that is also trained.</summary>
internal sealed class ModelSession<T, TInput, TTarget, TState>(
    IRnnModel<T, TInput, TTarget, TState> model) : InferenceSession<T, TInput, TState>(model)
    where T : unmanaged, INumber<T>
    where TInput : unmanaged, INumber<TInput>
    where TTarget : unmanaged, INumber<TTarget>
    where TState : struct, IRnnState<T>
{
    private readonly Trainer<T, TInput, TTarget, TState> trainer = model.CreateTrainer(new Adam(1e-2)) with { ClipNorm = 1, Threads = 2 };
    private readonly Dictionary<int, Tape<T, TInput, TTarget, TState>> tapes = [];

    public override double[] Do(Call call) => call.Kind switch
    {
        Kind.Tape => Run(call),
        Kind.Train or Kind.Evaluate => Train(call),
        Kind.Snapshot => OnSnapshot(call),
        Kind.Weights => Reloaded(call, Own<Action<string>>(model, "Save")!, Own<Action<string>>(model, "Load")!),
        Kind.Checkpoint => Reloaded(call, Save, Load),
        _ => base.Do(call),
    };

    public override double[] Everything() =>
        [.. base.Everything(), trainer.Updates, .. model.Parameters.SelectMany(view => Elements.Wide(ParameterValues.Values(view)))];

    protected override void Save(string path) => trainer.Save(path);

    protected override void Load(string path) => trainer.Load(path);

    private double[] Run(Call call)
    {
        if (!tapes.TryGetValue(call.Rows, out var tape))
            tapes[call.Rows] = tape = model.CreateTape(call.Rows);
        Batch<T, TInput, TTarget> batch = new(model.Shape, call);
        tape.NoiseSeed = call.Seed % 2 == 0 ? null : (ulong)call.Seed;
        tape.Teach(batch.Targets);
        tape.Forward(batch.Inputs, StatesFor(call), batch.Lengths);
        double loss = tape.Loss(batch.Targets, batch.Weights);
        var states = new TState[call.Rows];
        tape.GetFinalStates(states);
        tape.Backward();
        var gradients = new TState[call.Rows];
        tape.GetInitialStateGradients(gradients);
        return [
            loss, .. tape.Gradients.SelectMany(view => Elements.Wide(ParameterValues.Values(view))),
            .. states.Concat(gradients).SelectMany(Wide)
        ];
    }

    private double[] Train(Call call)
    {
        Batch<T, TInput, TTarget> batch = new(model.Shape, call);
        TState[] states = StatesFor(call);
        double loss = call.Kind == Kind.Train
            ? trainer.Step(batch.Inputs, batch.Targets, states, batch.Lengths, batch.Weights)
            : trainer.Evaluate(batch.Inputs, batch.Targets, states, batch.Lengths, batch.Weights);
        states.CopyTo(Rows, 0);
        return [loss, .. states.SelectMany(Wide)];
    }

    private double[] OnSnapshot(Call call)
    {
        if (call.Fault != Fault.None)
            model.Snapshot().CreateTape(-call.Seed);
        using InferenceSession<T, TInput, TState> other = new(model.Snapshot());
        return other.Do(call with { Kind = Kind.Forward });
    }

    private double[] Reloaded(Call call, Action<string> save, Action<string> load)
    {
        Reload(call, save, load);
        return [];
    }

    private TState[] StatesFor(Call call)
    {
        TState[] states = Rows[..call.Rows];
        if (call.Fault == Fault.State && model.Shape.StateSize > 0)
            states[call.Seed % call.Rows] = Elements.WithNaN<T, TState>(states[call.Seed % call.Rows], model.Shape.StateSize, call.Seed);
        return states;
    }

    private IEnumerable<double> Wide(TState state) => Elements.Wide(Elements.Numbers<T, TState>(state, model.Shape.StateSize));
}
