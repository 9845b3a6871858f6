namespace RnnGen.Benchmarks;

/// <summary>What this machine can do at most.</summary>
internal static class LimitsCommand
{
    public static void Run()
    {
        var limits = MachineLimits.Measure(new Stopclock());
        Console.WriteLine("what,value,unit");
        Console.WriteLine($"fma_512,{limits.Peak * 1e-9:F1},GFLOP/s");
        foreach (var load in limits.Loads)
            Console.WriteLine($"load_{load.Bytes / 1024}KiB{(load.HugePages ? "_huge_pages" : "")},{load.Speed * 1e-9:F1},GB/s");
    }

    /// <summary>Measures them, and says so on the standard error stream.</summary>
    public static MachineLimits Measure(Stopclock clock)
    {
        var limits = MachineLimits.Measure(clock);
        Console.Error.WriteLine($"# FMA peak {limits.Peak * 1e-9:F0} GFLOP/s; loads in GB/s: "
            + string.Join(
                ", ", limits.Loads.Select(l => $"{l.Speed * 1e-9:F0} from {l.Bytes / 1024} KiB{(l.HugePages ? " in huge pages" : "")}")));
        return limits;
    }
}
