using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>The way batches are worked on: the number of threads, and the seed of the random numbers.</summary>
/// <remarks>
/// A batch of 32 rows or more is cut into up to 8 shards of at least 16 rows, whose gradients are added in a fixed order; with more than 2
/// MiB of weights, from 96 rows on, of at least 32, and before into two. Where to cut depends on the rows and the model alone: any number
/// of <see cref="Threads"/> gives the same bits. The memory of the last four numbers of rows is kept.
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract record BatchTrainer<T> : Trainer<T> where T : unmanaged
{
    private readonly int threads = 1;

    private protected BatchTrainer(ITrainedModel<T> model, Optimizer optimizer)
        : base(model, optimizer)
    {
    }

    /// <summary>The number of threads that work on a batch, 1 to 64; the default is 1. The others come from the thread pool.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Threads
    {
        get => threads;
        init =>
            threads = value is >= 1 and <= 64 ? value : throw new ArgumentOutOfRangeException(nameof(Threads), value, "Must be 1 to 64.");
    }

    /// <summary>
    /// The seed of dropout's and zoneout's masks, and of all else that is random: equal seeds give equal results on every machine and with
    /// any number of <see cref="Threads"/>. The default is 0.
    /// </summary>
    public ulong Seed { get; init; }

    /// <summary>The bytes of the parameters, by which batches are cut.</summary>
    private protected long WeightBytes => (long)Parameters.Buffer.Length * Unsafe.SizeOf<T>();

    /// <summary>Learns from a batch. If nothing in it counts, states move on, but nothing is learned.</summary>
    /// <returns>The mean loss before the update; 0 if nothing counts.</returns>
    /// <exception cref="InvalidOperationException">Gradients of other batches are accumulated. Nothing has changed.</exception>
    private protected double Learn<TShard>(ParameterSet<T> parameters, Batch<T, TShard> batch) where TShard : BatchShard<T>
    {
        CheckNothingAccumulated();
        if (batch.TotalWeight == 0)
        {
            batch.Run(Threads, LearningRun with { Learn = false }, parameters);
            return 0;
        }

        double loss = batch.Run(Threads, LearningRun, parameters);
        Update(parameters, loss, batch.Gradients);
        return loss;
    }

    /// <summary>Adds a batch's gradients to those that wait for an update. If nothing in it counts, states move on.</summary>
    /// <returns>The mean loss; 0 if nothing counts.</returns>
    private protected double Gather<TShard>(ParameterSet<T> parameters, Batch<T, TShard> batch) where TShard : BatchShard<T>
    {
        double weight = batch.TotalWeight;
        double loss = batch.Run(Threads, LearningRun with { Learn = weight > 0 }, parameters);
        if (weight > 0)
            Accumulate(parameters, loss, batch.Gradients, weight);
        return weight > 0 ? loss : 0;
    }

    /// <summary>The mean loss of a batch; 0 if nothing counts.</summary>
    /// <exception cref="NotFiniteNumberException">It is not finite.</exception>
    /// <param name="parameters">The parameters.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="keepsOutputs">True if outputs are wanted, too.</param>
    private protected double Measure<TShard>(ParameterSet<T> parameters, Batch<T, TShard> batch, bool keepsOutputs = false)
        where TShard : BatchShard<T>
    {
        double loss = batch.Run(Threads, new RunOptions(Learn: false, KeepsOutputs: keepsOutputs), parameters);
        return double.IsFinite(loss)
            ? loss
            : throw new NotFiniteNumberException($"The loss is {loss}, not a finite number. Nothing has changed.", loss);
    }

    /// <summary>The work on the batch of the next update.</summary>
    /// <remarks>The batches of one update have masks of their own.</remarks>
    private protected virtual RunOptions LearningRun
    {
        get
        {
            ulong seed = new CounterRandom(Seed).Bits((ulong)Updates);
            return new(Learn: true, Accumulated == 0 ? seed : new CounterRandom(seed).Bits((ulong)Accumulated));
        }
    }
}
