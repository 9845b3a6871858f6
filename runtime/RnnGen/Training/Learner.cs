using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RnnGen.Generated;

namespace RnnGen;

/// <summary>A trainer with the states that it carries from batch to batch.</summary>
internal interface ILearner<T, TInput, TTarget>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
{
    Trainer<T> Trainer { get; }

    ITrainedModel<T> Model { get; }

    double Step(SequenceBatch<TInput, TTarget> batch);

    double Accumulate(SequenceBatch<TInput, TTarget> batch);

    double Evaluate(Batches<TInput, TTarget> batches, ReadOnlySpan<Metric> metrics);

    /// <summary>What the outputs of a batch count together.</summary>
    double WeightOf(SequenceBatch<TInput, TTarget> batch);

    void ClearStates();

    void WriteStates(Dictionary<string, string> texts);

    /// <exception cref="InvalidDataException">There are none, or others.</exception>
    void ReadStates(IReadOnlyDictionary<string, string> texts);
}

/// <summary>That of a model.</summary>
internal sealed class ModelLearner<T, TInput, TTarget, TState>(
    Trainer<T, TInput, TTarget, TState> trainer, IRnnModel<T, TInput, TTarget, TState> model, Batches<TInput, TTarget> training)
    : ILearner<T, TInput, TTarget>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private const string Key = "fit.states";

    private readonly TState[] states = new TState[training.Continues ? training.Rows : 0];

    public Trainer<T> Trainer => trainer;

    public ITrainedModel<T> Model => model;

    public double Step(SequenceBatch<TInput, TTarget> batch) => trainer.Step(batch, StatesOf(batch));

    public double Accumulate(SequenceBatch<TInput, TTarget> batch) => trainer.Accumulate(batch, StatesOf(batch));

    public double Evaluate(Batches<TInput, TTarget> batches, ReadOnlySpan<Metric> metrics) => trainer.Evaluate(batches, metrics);

    public double WeightOf(SequenceBatch<TInput, TTarget> batch) => batch.Weight;

    public void ClearStates() => Array.Clear(states);

    public void WriteStates(Dictionary<string, string> texts)
    {
        if (states.Length == 0)
            return;
        T[] numbers = new T[states.Length * TState.Size];
        for (int row = 0; row < states.Length; row++)
            states[row].CopyTo(numbers.AsSpan(row * TState.Size, TState.Size));
        texts.Add(Key, Convert.ToBase64String(MemoryMarshal.AsBytes<T>(numbers)));
    }

    public void ReadStates(IReadOnlyDictionary<string, string> texts)
    {
        if (states.Length == 0)
            return;
        byte[] bytes = new byte[(long)states.Length * TState.Size * Unsafe.SizeOf<T>()];
        if (!Convert.TryFromBase64String(texts.GetValueOrDefault(Key) ?? "", bytes, out int count) || count != bytes.Length)
            throw new InvalidDataException($"The checkpoint's {Key} are not the states of {states.Length} rows.");
        ReadOnlySpan<T> numbers = MemoryMarshal.Cast<byte, T>(bytes);
        for (int row = 0; row < states.Length; row++)
            states[row].CopyFrom(numbers.Slice(row * TState.Size, TState.Size));
    }

    private Span<TState> StatesOf(SequenceBatch<TInput, TTarget> batch) => states.Length == 0 ? default : states.AsSpan(0, batch.Rows);
}

/// <summary>That of a sequence-to-sequence model of symbols: nothing is carried.</summary>
internal sealed class PairLearner<T, TSource, TState>(
    SymbolSeq2SeqTrainer<T, TSource, TState> trainer, ISeq2SeqModel<T, TSource, int, int, TState> model) : ILearner<T, TSource, int>
    where T : unmanaged
    where TSource : unmanaged
    where TState : struct, IRnnState<T>
{
    public Trainer<T> Trainer => trainer;

    public ITrainedModel<T> Model => model;

    public double Step(SequenceBatch<TSource, int> batch) => trainer.Step(batch);

    public double Accumulate(SequenceBatch<TSource, int> batch) => trainer.Accumulate(batch);

    public double Evaluate(Batches<TSource, int> batches, ReadOnlySpan<Metric> metrics) => trainer.Evaluate(batches, metrics);

    // The end of each target counts, too.
    public double WeightOf(SequenceBatch<TSource, int> batch) => batch.Weight + batch.Rows;

    public void ClearStates()
    {
    }

    public void WriteStates(Dictionary<string, string> texts)
    {
    }

    public void ReadStates(IReadOnlyDictionary<string, string> texts)
    {
    }
}
