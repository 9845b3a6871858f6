using System.Collections.Concurrent;

namespace RnnGen.Generator.Support;

/// <summary>
/// The results of a function, so that what it was asked before costs a look: the compiler has every model read again whenever anything was
/// edited. The function is pure, and keys and results are plain values; so a result is right in whichever compilation, order and thread it
/// is asked for, and keeps no compilation alive.
/// </summary>
/// <param name="most">
/// The number of results that are kept at least: those that were asked for last. At most twice as many are held, then the older half goes.
/// Threads that come at the same moment may hold one more each, or lose some too early.
/// </param>
/// <param name="function">Computes a result; threads that ask for the same one at once may each run it.</param>
internal sealed class Memo<TKey, TResult>(int most, Func<TKey, TResult> function) where TKey : notnull
{
    private volatile ConcurrentDictionary<TKey, TResult> recent = new();
    private volatile ConcurrentDictionary<TKey, TResult> older = new();

    public TResult Of(TKey key)
    {
        if (recent.TryGetValue(key, out var result))
            return result;
        if (!older.TryGetValue(key, out result))
            result = function(key);
        if (recent.Count >= most)
            (older, recent) = (recent, new());
        return recent.GetOrAdd(key, result);
    }
}
