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

        // .NET itself sometimes allocates on a thread once, when it starts to compile methods again; what we allocate, we allocate in every
        // call.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ =>
        {
            prepare?.Invoke();
            return AllocatedBy(action, calls);
        }));
    }

    private static long AllocatedBy(Action action, int calls)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++)
            action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
