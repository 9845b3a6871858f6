using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RnnGen.Benchmarks;

/// <summary>Memory that is only read, vector after vector: how fast weights could arrive if nothing were computed with them.</summary>
internal sealed unsafe partial class LoadProbe : IDisposable
{
    private const nuint HugePage = 2 << 20;
    private const int AdviseHugePages = 14;

    private readonly float* start;
    private readonly nuint bytes;

    /// <summary>Reserves the memory.</summary>
    /// <param name="bytes">A multiple of 1,024.</param>
    /// <param name="hugePages">Whether the system is asked for huge pages, where it is Linux; it may refuse.</param>
    public LoadProbe(nuint bytes, bool hugePages)
    {
        this.bytes = bytes;
        nuint reserved = (bytes + HugePage - 1) / HugePage * HugePage;
        start = (float*)NativeMemory.AlignedAlloc(reserved, HugePage);
        if (hugePages && OperatingSystem.IsLinux())
            _ = Advise(start, reserved, AdviseHugePages);
        // Memory that was never written is one page of zeros, wherever it is read.
        new Span<float>(start, (int)(bytes / sizeof(float))).Fill(1);
    }

    /// <summary>Loads all of it once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run()
    {
        float* end = start + (bytes / sizeof(float));
        Vector512<int> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        // Bit operations on eight registers in turn are never what a load waits for.
        for (float* at = start; at < end; at += 128)
        {
            a ^= Vector512.Load((int*)at);
            b ^= Vector512.Load((int*)at + 16);
            c ^= Vector512.Load((int*)at + 32);
            d ^= Vector512.Load((int*)at + 48);
            e ^= Vector512.Load((int*)at + 64);
            f ^= Vector512.Load((int*)at + 80);
            g ^= Vector512.Load((int*)at + 96);
            h ^= Vector512.Load((int*)at + 112);
        }

        Seen = (a ^ b ^ c ^ d ^ e ^ f ^ g ^ h).GetElement(0);
    }

    /// <summary>Something of all that was loaded, so that it has to be.</summary>
    public int Seen { get; private set; }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(start);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
