using RnnGen.Numerics;

namespace RnnGen.Tests.Numerics;

public class ScratchTests
{
    [Fact]
    public void AThreadDoesNotKeepMoreThanItSays()
    {
        // 512 MB, whatever other tests use meanwhile.
        const int Length = 1 << 27;
        long before = GC.GetTotalMemory(forceFullCollection: true), during = 0, after = 0;
        var thread = new Thread(() =>
        {
            Rent();
            during = GC.GetTotalMemory(forceFullCollection: false);
            GC.Collect(2, GCCollectionMode.Forced, blocking: true);
            after = GC.GetTotalMemory(forceFullCollection: true);
        });
        thread.Start();
        thread.Join();
        Assert.InRange(during - before, 400L << 20, long.MaxValue);
        Assert.InRange(after - before, long.MinValue, 250L << 20);

        static void Rent()
        {
            ref float first = ref Scratch<float>.Rent(Length);
            first = 1;
        }
    }

    [Fact]
    public void LargeMemoryIsLentAgainWhileItIsThereAndSmallMemoryAlways()
    {
        ref float large = ref Scratch<float>.Rent(Scratch<float>.MostKept);
        large = 3;
        ref float small = ref Scratch<float>.Rent(1000);
        small = 4;
        Assert.Equal(3, Scratch<float>.Rent(Scratch<float>.MostKept - 5));
        Allocations.AssertNone(() => Scratch<float>.Rent(1000));
        Assert.Equal(3, large);
    }
}
