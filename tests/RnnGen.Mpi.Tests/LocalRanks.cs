using System.Runtime.ExceptionServices;

namespace RnnGen.Mpi.Tests;

/// <summary>Runs ranks as threads of this process.</summary>
internal static class LocalRanks
{
    /// <summary>Runs one thread for each rank and waits for all of them: what each returns, or throws.</summary>
    public static Outcome<TResult>[] Run<TResult>(int ranks, Func<LocalExchange, TResult> work)
    {
        IReadOnlyList<LocalExchange> exchanges = LocalExchange.Connect(ranks);
        var outcomes = new Outcome<TResult>[ranks];
        Thread[] threads = [.. exchanges.Select(exchange => new Thread(() =>
        {
            try
            {
                outcomes[exchange.Rank] = new(work(exchange), null);
                ((IGradientExchange)exchange).Leave();
            }
#pragma warning disable CA1031 // Every exception is an outcome.
            catch (Exception error)
#pragma warning restore CA1031
            {
                outcomes[exchange.Rank] = new(outcomes[exchange.Rank].Result, error);
                exchange.Abort(error);
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            Assert.True(thread.Join(TimeSpan.FromMinutes(2)), "A rank waits for ever.");
        return outcomes;
    }

    /// <summary>What all ranks return, which must be the same.</summary>
    public static TResult Same<TResult>(int ranks, Func<LocalExchange, TResult> work)
    {
        Outcome<TResult>[] outcomes = Run(ranks, work);
        foreach (Outcome<TResult> outcome in outcomes)
        {
            if (outcome.Error is { } error)
                ExceptionDispatchInfo.Throw(error.InnerException ?? error);
        }

        return Assert.Single(outcomes.Select(outcome => outcome.Result).Distinct())!;
    }
}

/// <summary>How a rank ended.</summary>
internal readonly record struct Outcome<TResult>(TResult? Result, Exception? Error);
