namespace RnnGen.Benchmarks;

/// <summary>Our times beside the peers'.</summary>
internal static class CompareCommand
{
    public static void Run(Arguments arguments)
    {
        // All files first: a malformed one must not cost a measurement.
        var peers = Measurement.Read(arguments[0]);
        var others = arguments["--measured"] is { } other ? Measurement.Read(other) : [];
        var ours = arguments["--ours"] is { } file ? Measurement.Read(file) : null;
        var clock = new Stopclock();
        var limits = LimitsCommand.Measure(clock);
        ours ??= [.. SpeedCommand.Measure(clock, limits, Cases.All, "").Select(Echo)];
        Print(new(ours, peers, others), limits);
    }

    private static Measurement Echo(Measurement line)
    {
        Console.Error.WriteLine(line);
        return line;
    }

    private static void Print(Comparison all, MachineLimits limits)
    {
        Console.WriteLine("Times as fast as each peer; the share is of the load limit for stream, of the FMA peak otherwise.");
        foreach (var line in all.Ours)
        {
            string ratios = string.Join("  ", all.Ratios.Where(r => r.Ours == line).Select(r => $"{r.Peer} {r.Value:F2}"));
            Console.WriteLine($"{line.Shape,-28} {line.Microseconds,12:F3} us  {limits.ShareOf(line),5:P0}  "
                + $"{(ratios.Length > 0 ? ratios : "no peer measured it")}");
        }

        foreach (string shape in (string[])[.. all.Peers.Where(p => p.Shape.Variant.Length == 0)
            .Select(p => p.Shape.ToString())
            .Except(all.Ours.Select(o => o.Shape.ToString())).Distinct()])
            Console.WriteLine($"{shape,-28} was measured by peers alone");

        Console.WriteLine("\nGeometric means");
        foreach (var group in all.Ratios.GroupBy(r => (r.Ours.Shape.Mode, r.Peer)).OrderBy(g => g.Key.Mode, StringComparer.Ordinal))
            Console.WriteLine($"{group.Key.Mode,-12} {group.Key.Peer,-26} {group.Select(r => r.Value).GeometricMean(),7:F2}  of "
                + $"{group.Count()} rows");

        Console.WriteLine("\nTargets");
        foreach (var target in Target.Of(all, limits.ShareOf))
        {
            string verdict = target.IsReached switch { true => "yes", false => "no", null => "?" };
            Console.WriteLine($"{verdict,-4} {target.What,-74} {(target.IsReached is null ? "" : $"{target.Figure:F2}"),7}  "
                + $"{target.Where}");
        }
    }
}
