namespace RnnGen;

/// <summary>A rank's call that needs all others.</summary>
internal enum RankCall
{
    /// <summary>It learns from a batch.</summary>
    Learn = 1,

    /// <summary>It measures the loss of a batch.</summary>
    Measure,

    /// <summary>It has no more calls.</summary>
    Leave,
}

/// <summary>
/// Compares the ranks before every call: all must make the same call, after as many updates. At the first call, after a load and then every
/// so many updates, all must also have the same model, weights, options and data, whose hashes are compared. A difference ends all ranks.
/// </summary>
internal sealed class RankAgreement
{
    // What each rank says of its call, in the order in which a difference is reported.
    private const int Call = 0, Updates = 1, Rows = 2, Compares = 3, Options = 6, Fields = 8;

    private static readonly string[] Names =
    [
        "call", "number of updates", "number of rows", "time to compare: another CompareEvery, or it has loaded another file",
        "model", "set of weights or moments", "set of options", "batch",
    ];

    private readonly long[] calls;
    private readonly int[] starts;
    private readonly ContentHash data = new();
    private readonly ContentHash others = new();

    private object? compared;
    private long next;

    /// <param name="exchange">The ranks.</param>
    public RankAgreement(IGradientExchange exchange)
    {
        Exchange = exchange;
        calls = new long[Fields * exchange.Ranks];
        starts = new int[exchange.Ranks + 1];
        for (int rank = 0; rank < starts.Length; rank++)
            starts[rank] = rank * Fields;
    }

    public IGradientExchange Exchange { get; }

    private Span<long> Own => calls.AsSpan(Exchange.Rank * Fields, Fields);

    /// <summary>True if the next call compares hashes.</summary>
    /// <param name="updates">The number of updates so far.</param>
    /// <param name="parameters">The model's parameters: those that a load has brought are compared at once.</param>
    public bool IsDue(long updates, object parameters) => updates >= next || !ReferenceEquals(parameters, compared);

    /// <summary>The hash that the data of the next call are to be added to.</summary>
    public ContentHash BeginData()
    {
        // What a call has added that was refused afterwards does not count.
        data.Finish();
        return data;
    }

    /// <summary>Compares the call that follows at once.</summary>
    /// <exception cref="InvalidOperationException">The ranks differ; all are ended.</exception>
    public void Meet(RankCall call, long updates, int rows)
    {
        Own.Clear();
        (Own[Call], Own[Updates], Own[Rows]) = ((long)call, updates, rows);
        Compare("");
    }

    /// <summary>Compares the call that follows at once, with the hashes of all that it depends on.</summary>
    /// <param name="call">The call.</param>
    /// <param name="updates">The number of updates so far.</param>
    /// <param name="rows">Of the batch, whose data were added to <see cref="BeginData"/>.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="state">The optimiser's state.</param>
    /// <param name="options">The trainer's options.</param>
    /// <param name="every">The number of updates to the next comparison.</param>
    /// <exception cref="InvalidOperationException">The ranks differ; all are ended.</exception>
    public void Meet<T>(
        RankCall call, long updates, int rows, ParameterSet<T> parameters, OptimizerState<T> state, string options, int every)
        where T : unmanaged
    {
        others.Add<char>(typeof(T).Name);
        foreach (ParameterView<T> parameter in parameters)
            others.Add<char>(parameter.Name).Add<int>([.. parameter.Shape]);
        long model = others.Finish();
        others.Add<T>(parameters.Buffer.Span);
        for (int i = 0; i < state.MomentNames.Count; i++)
            others.Add<T>(state.Buffer(i).Span);
        long weights = others.Finish();
        ReadOnlySpan<long> said = [(long)call, updates, rows, 1, model, weights, others.Add<char>(options).Finish(), data.Finish()];
        said.CopyTo(Own);
        Compare(options);
        (compared, next) = (parameters, updates + every);
    }

    /// <summary>Says that this rank has no more calls.</summary>
    /// <exception cref="InvalidOperationException">Another rank has one; all are ended.</exception>
    public void Leave()
    {
        Own.Clear();
        Own[Call] = (long)RankCall.Leave;
        Compare("");
    }

    private void Compare(string options)
    {
        Exchange.Gather(calls.AsSpan(), starts);
        for (int rank = 1; rank < Exchange.Ranks; rank++)
        {
            int same = calls.AsSpan(0, Fields).CommonPrefixLength(calls.AsSpan(rank * Fields, Fields));
            if (same == Fields)
                continue;
            var error = new InvalidOperationException(Difference(rank, same, options));
            Exchange.Abort(error);
            throw error;
        }
    }

    private string Difference(int rank, int field, string options)
    {
        long first = calls[field], other = calls[(rank * Fields) + field];
        string what = field switch
        {
            Call => $"rank 0 {Does(first)}, but rank {rank} {Does(other)}. All ranks must make the same calls of a trainer",
            Updates or Rows => $"rank {rank} has another {Names[field]} than rank 0: {other}, not {first}",
            Compares => $"rank {rank} has another {Names[field]}",
            _ => $"rank {rank} has another {Names[field]} than rank 0 after {calls[Updates]} updates",
        };
        string own = field == Options ? $" Rank {Exchange.Rank} has: {options}" : "";
        return $"The ranks do not train the same: {what}.{own}";
    }

    private static string Does(long call) => (RankCall)call switch
    {
        RankCall.Learn => "learns from a batch",
        RankCall.Measure => "measures a loss",
        RankCall.Leave => "has left",
        _ => $"makes call {call}",
    };
}
