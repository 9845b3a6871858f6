using Xunit;

namespace RnnGen.Tests.Shared;

/// <summary>Holds code to allocating nothing once it has run.</summary>
internal static class Allocations
{
    /// <summary>Fails if an action allocates in each of its calls.</summary>
    /// <param name="action">What must not allocate.</param>
    /// <param name="calls">The calls of one measurement.</param>
    /// <param name="prepare">Runs before each measurement, which does not count it.</param>
    public static void AssertNone(Action action, int calls = 10, Action? prepare = null)
    {
        for (int i = 0; i < 3; i++)
        {
            prepare?.Invoke();
            action();
        }

        AssertNoneOf(() =>
        {
            prepare?.Invoke();
            return AllocatedBy(action, calls);
        });
    }

    /// <summary>Fails if none of some measurements is 0.</summary>
    /// <param name="measure">Does once what must not allocate, and returns the bytes that it has allocated.</param>
    /// <param name="times">The number of measurements.</param>
    public static void AssertNoneOf(Func<long> measure, int times = 5) =>
        // .NET itself sometimes allocates on a thread, when it starts to compile methods again, or counts what is left of a thread's memory
        // when another collects garbage; what we allocate, we allocate each time.
        Assert.Equal(0, Enumerable.Range(0, times).Min(_ => measure()));

    private static long AllocatedBy(Action action, int calls)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++)
            action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
