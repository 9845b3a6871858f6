using RnnGen;

namespace CharRnn;

// Three networks that differ in their cell alone; RnnGen writes the rest of each class.

[RnnModel(Steps = Sizes.Steps)]
[OneHot(Sizes.Symbols)]
[Rnn<Lstm>(Sizes.Hidden, Depth = 2)]
[Dense(Sizes.Symbols), SoftmaxCrossEntropy]
internal sealed partial class LstmModel : ICharModel<LstmModel.State, LstmModel.Trainer>
{
    public double Train(Trainer trainer, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, Span<State> states) =>
        trainer.Step(inputs, targets, states);
}

[RnnModel(Steps = Sizes.Steps)]
[OneHot(Sizes.Symbols)]
[Rnn<Gru>(Sizes.Hidden, Depth = 2)]
[Dense(Sizes.Symbols), SoftmaxCrossEntropy]
internal sealed partial class GruModel : ICharModel<GruModel.State, GruModel.Trainer>
{
    public double Train(Trainer trainer, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, Span<State> states) =>
        trainer.Step(inputs, targets, states);
}

[RnnModel(Steps = Sizes.Steps)]
[OneHot(Sizes.Symbols)]
[Rnn<SimpleRnn>(Sizes.Hidden, Depth = 2)]
[Dense(Sizes.Symbols), SoftmaxCrossEntropy]
internal sealed partial class SimpleModel : ICharModel<SimpleModel.State, SimpleModel.Trainer>
{
    public double Train(Trainer trainer, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, Span<State> states) =>
        trainer.Step(inputs, targets, states);
}

/// <summary>What the networks have in common. A model's sizes are constants of the program, so these are too.</summary>
internal static class Sizes
{
    /// <summary>Steps that BPTT goes back.</summary>
    public const int Steps = 64;

    /// <summary>Units of a layer.</summary>
    public const int Hidden = 128;

    /// <summary>The most different characters a text may have; rarer ones are read as �. Memory is in blocks of 16, so 96 costs no more than Moby Dick's 83.</summary>
    public const int Symbols = 96;
}

/// <summary>The generated members that the rest of the sample uses, so that it is written once for all networks.</summary>
internal interface ICharModel<TState, TTrainer>
    where TState : unmanaged
    where TTrainer : Trainer<float>
{
    TTrainer CreateTrainer(Optimizer optimizer);

    double Train(TTrainer trainer, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, Span<TState> states);

    void Forward(ReadOnlySpan<int> inputs, ref TState state, Span<float> outputs);
}
