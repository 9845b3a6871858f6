using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace RnnGen.Scale;

/// <summary>The table of docs/scale.md: what an exchange costs by a simulation, beside an update of 16 rows a rank as measured here.</summary>
internal static class Plan
{
    // Between processes of one machine: what `measure` printed (see docs/scale.md). Of networks: round numbers of their makers.
    private static readonly Link[] Links =
    [
        new("shared memory, measured", Latency: 0.84e-6, Overhead: 0.28e-6, Bandwidth: 5.6e9),
        new("Ethernet of 10 Gb/s, assumed", Latency: 20e-6, Overhead: 5e-6, Bandwidth: 1.2e9),
        new("InfiniBand of 100 Gb/s, assumed", Latency: 1.5e-6, Overhead: 0.5e-6, Bandwidth: 12e9),
    ];

    /// <summary>Measures and prints.</summary>
    public static void Run()
    {
        double adds = AddsPerSecond();
        Small first = new(seed: 1);
        Large second = new(seed: 1);
        double small = UpdateSeconds(first, Small.InputSize), large = UpdateSeconds(second, Large.InputSize);
        Console.WriteLine($"measured here: an update of 16 rows {small * 1e3:F1} ms and {large * 1e3:F1} ms, sums {adds / 1e9:F1} GB/s");
        foreach (Link link in Links)
        {
            Console.WriteLine();
            Console.WriteLine($"{link.Name}: {link.Latency * 1e6:F1} us, {link.Overhead * 1e6:F1} us a message, {link.Bandwidth / 1e9:F1} GB/s");
            Console.WriteLine("parameters   ranks  chain of 64 KiB     best chain (chunk)             tree     share: chain   tree");
            Simulation simulation = new(link, adds);
            foreach (var (parameters, update) in new[] { (first.Parameters.ParameterCount, small), (second.Parameters.ParameterCount, large) })
            {
                foreach (int ranks in (int[])[8, 64, 512])
                {
                    double bytes = parameters * sizeof(float);
                    double chain = simulation.Chain(ranks, bytes, 64 << 10), tree = simulation.Tree(ranks, bytes);
                    var (chunk, best) = simulation.BestChain(ranks, bytes);
                    Console.WriteLine($"{parameters,10:N0}  {ranks,6}  {chain * 1e3,12:F2} ms  {best * 1e3,9:F2} ms ({chunk / 1024,4} KiB)"
                        + $"  {tree * 1e3,11:F2} ms  {best / (best + update),15:P1}  {tree / (tree + update),6:P1}");
                }
            }
        }
    }

    private static double UpdateSeconds<TState>(IRnnModel<float, int, int, TState> model, int symbols) where TState : struct, IRnnState<float>
    {
        Random random = new(1);
        int[] inputs = [.. Enumerable.Range(0, model.Shape.Steps * 16).Select(_ => random.Next(symbols))];
        var trainer = model.CreateTrainer(new Adam(1e-3));
        return Fastest(100, () => trainer.Step(inputs, inputs));
    }

    /// <summary>Bytes that are added to others in a second, from and to memory beyond the caches.</summary>
    private static double AddsPerSecond()
    {
        float[] addend = new float[16 << 20], total = new float[addend.Length];
        double seconds = Fastest(100, () =>
        {
            Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(total);
            ReadOnlySpan<Vector<float>> addends = MemoryMarshal.Cast<float, Vector<float>>(addend);
            for (int i = 0; i < sums.Length; i++)
                sums[i] += addends[i];
        });
        return total.Length * sizeof(float) / seconds;
    }

    private static double Fastest(int times, Action work)
    {
        double fastest = double.PositiveInfinity;
        for (int i = 0; i < times; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return fastest;
    }
}
