using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>The way batches are worked on: the number of threads, and the seed of the random numbers.</summary>
/// <remarks>
/// A batch of 32 rows or more is cut into up to <see cref="MostShards"/> shards of at least 16 rows, whose gradients are added in a fixed
/// order; with more than 2 MiB of weights, from 96 rows on, of at least 32, and before into two. Where to cut depends on the rows, the
/// model and that option alone: any number of <see cref="Threads"/>, and of ranks of an <see cref="Exchange"/>, gives the same bits. The
/// memory of the last four numbers of rows is kept.
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract record BatchTrainer<T> : Trainer<T> where T : unmanaged
{
    private readonly int threads = 1;
    private readonly int mostShards = RunOptions.DefaultMostShards;
    private readonly int compareEvery = 100;
    private readonly RankAgreement? ranks;

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
    /// The most shards that a batch is cut into, 1 to 65,535; the default is 8. More threads and ranks than shards have nothing to do.
    /// </summary>
    /// <remarks>
    /// Another number gives other bits, so it belongs to the run: a checkpoint has it, and is loaded only by a trainer with the same.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MostShards
    {
        get => mostShards;
        init => mostShards = value is >= 1 and <= ushort.MaxValue
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MostShards), value, "Must be 1 to 65,535.");
    }

    /// <summary>
    /// The processes that train together; null, the default, for this one alone. All make the same calls with the same whole batches; each
    /// computes some shards of them, and all get the same losses, states and weights, to the bit those of one process.
    /// </summary>
    /// <remarks>
    /// <see cref="Trainer{T}.Save"/> writes on rank 0 only. The number of ranks may be another after a checkpoint. If one rank makes
    /// another call, or has other weights, options or data (<see cref="CompareEvery"/>), all are ended with a message that names it.
    /// </remarks>
    public IGradientExchange? Exchange
    {
        get => ranks?.Exchange;
        init => ranks = value is null ? null : new(value);
    }

    /// <summary>
    /// The number of updates from one comparison of the ranks' weights, options and data to the next, at least 1; the default is 100. They
    /// are also compared at the first call, and at the first one after a load.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int CompareEvery
    {
        get => compareEvery;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(CompareEvery));
            compareEvery = value;
        }
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
        Meet(RankCall.Learn, parameters, batch.Rows);
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
        Meet(RankCall.Learn, parameters, batch.Rows);
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
        Meet(RankCall.Measure, parameters, batch.Rows);
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

    /// <summary>Receives the data of a call in which ranks are compared; null in others.</summary>
    private protected ContentHash? ComparedData => ranks is not null && ranks.IsDue(Updates, Parameters) ? ranks.BeginData() : null;

    private protected sealed override bool IsWriter => Exchange is null or { Rank: 0 };

    private protected sealed override int ShardLimit => MostShards;

    /// <summary>Compares the call that follows with those of the other ranks.</summary>
    private protected void Meet(RankCall call, ParameterSet<T> parameters, int rows)
    {
        if (ranks is null)
            return;
        if (ranks.IsDue(Updates, parameters))
            ranks.Meet(call, Updates, rows, parameters, State, Options(), CompareEvery);
        else
            ranks.Meet(call, Updates, rows);
    }

    /// <summary>The text of all options that ranks must agree on.</summary>
    private string Options()
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            BatchTrainer<T> comparable = this with { Threads = 1, Exchange = null };
            IEnumerable<string> groups = Groups.Select(group => $"{string.Join(' ', group.Names)}: {group}");
            return $"{comparable}, trained: {string.Join(' ', Train ?? ["all"])}, groups: {string.Join("; ", groups)}, "
                + $"remembered: {string.Join(' ', Remembered.ToArray())}";
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
