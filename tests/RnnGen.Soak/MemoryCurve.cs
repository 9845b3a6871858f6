using System.Diagnostics;
using Spectre.Console;

namespace RnnGen.Soak;

/// <summary>The managed heap, after a collection, and what the system counts, at points of a run.</summary>
internal sealed class MemoryCurve : IDisposable
{
    private const int Points = 40;

    /// <summary>
    /// The memory in bytes by which the second half may exceed the first, on top of a twentieth: the allocator and the JIT need it.
    /// </summary>
    private const long Slack = 8 << 20;

    private readonly List<(double Minutes, long Heap, long Resident)> samples = [];
    private readonly Stopwatch clock = new();
    private Timer? timer;

    public void Start(TimeSpan time)
    {
        clock.Start();
        timer = new(_ => Sample(), null, time / Points, time / Points);
    }

    public void Stop()
    {
        timer?.Dispose();
        clock.Stop();
    }

    /// <summary>
    /// Whether the heap of the last third is that of the third before, and what the system counts too. The first third is for the JIT and
    /// for scratch memory.
    /// </summary>
    public Outcome Judge()
    {
        lock (samples)
        {
            if (samples.Count < 6)
                return new("memory", $"{samples.Count} samples", 0, "too few to judge");
            int third = samples.Count / 3;
            var (before, after) = (samples.Skip(third).Take(third).ToList(), samples.Skip(2 * third).ToList());
            long heapBefore = Median(before.Select(s => s.Heap)), heapAfter = Median(after.Select(s => s.Heap));
            long residentBefore = Median(before.Select(s => s.Resident)), residentAfter = Median(after.Select(s => s.Resident));
            bool isFlat = heapAfter <= (heapBefore * 1.05) + Slack && residentAfter <= (residentBefore * 1.05) + Slack;
            return new(
                "memory is flat",
                $"heap {Megabytes(heapBefore)} then {Megabytes(heapAfter)} MB, resident {Megabytes(residentBefore)} then "
                + $"{Megabytes(residentAfter)} MB " +
                "(medians of the middle and the last third)",
                isFlat ? 0 : 1);
        }
    }

    public void Print()
    {
        Table table = new() { Border = TableBorder.Markdown };
        table.AddColumns("minutes", "heap MB", "resident MB");
        lock (samples)
        {
            foreach (var (minutes, heap, resident) in samples.Where((_, i) => i % 2 == 0))
                table.AddRow($"{minutes:F1}", Megabytes(heap), Megabytes(resident));
        }

        AnsiConsole.Write(table);
    }

    public void Dispose() => timer?.Dispose();

    private void Sample()
    {
        using Process process = Process.GetCurrentProcess();
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        lock (samples)
            samples.Add((clock.Elapsed.TotalMinutes, heap, process.WorkingSet64));
    }

    private static long Median(IEnumerable<long> values) => values.Order().ElementAt(values.Count() / 2);

    private static string Megabytes(long bytes) => $"{bytes / 1e6:F1}";
}
