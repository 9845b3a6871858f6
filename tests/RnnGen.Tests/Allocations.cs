namespace RnnGen.Tests;

/// <summary>Holds code to allocating nothing once it has run.</summary>
internal static class Allocations
{
    public static void AssertNone(Action action)
    {
        for (int i = 0; i < 3; i++)
            action();
        // .NET itself sometimes allocates on a thread once, when it starts to compile methods again; what we allocate, we allocate in every
        // call.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedBy(action)));
    }

    private static long AllocatedBy(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
