namespace RnnGen.Benchmarks;

/// <summary>A model computed something else than <see cref="Reference"/> did.</summary>
internal sealed class WrongResultException(string message) : Exception(message);

/// <summary>Times all shapes of the peers' measurement.</summary>
internal static class SpeedCommand
{
    public static void Run(Arguments arguments)
    {
        var clock = new Stopclock();
        var limits = LimitsCommand.Measure(clock);
        foreach (var line in Measure(clock, limits, Cases.All, arguments["--filter"] ?? ""))
            Console.WriteLine(line);
    }

    /// <summary>
    /// Checks and times the cases whose line contains <paramref name="filter"/>, and says on the standard error stream where each stands
    /// against its limit.
    /// </summary>
    /// <exception cref="WrongResultException">A result is wrong.</exception>
    public static IEnumerable<Measurement> Measure(Stopclock clock, MachineLimits limits, IEnumerable<Case> cases, string filter)
    {
        foreach (var item in Matching(cases, filter))
        {
            var work = item.Prepare();
            string errors = Check(item.Shape, work);
            var (seconds, _, clear) = clock.Time(work.Run);
            var line = new Measurement("rnngen", item.Shape, seconds * 1e6);
            Console.Error.WriteLine($"# {item.Shape}: {item.Shape.Flop / seconds * 1e-9:F1} GFLOP/s, {limits.ShareOf(line):P0} of the "
                + $"{MachineLimits.NameOf(item.Shape)}, "
                + $"{clear} clear repetitions{(clear < 3 ? " (UNCLEARED: run again)" : "")}, errors {errors}");
            yield return line;
        }
    }

    /// <summary>Checks the cases whose line contains a text, and times nothing.</summary>
    /// <exception cref="WrongResultException">A result is wrong.</exception>
    public static void CheckAll(Arguments arguments)
    {
        foreach (var item in Matching(Cases.All, arguments["--filter"] ?? ""))
            Console.WriteLine($"{item.Shape}: right, errors {Check(item.Shape, item.Prepare())}");
    }

    private static IEnumerable<Case> Matching(IEnumerable<Case> cases, string filter) =>
        cases.Where(c => c.Shape.ToString().Contains(filter, StringComparison.Ordinal));

    private static string Check(Shape shape, Work work)
    {
        var errors = work.Errors().ToList();
        foreach (var (what, error) in errors)
        {
            if (!(error < work.Tolerance))
                throw new WrongResultException($"{shape}: wrong {what}: {error:G3} from the reference, more than {work.Tolerance}. "
                    + "Nothing of it is timed.");
        }

        return string.Join(", ", errors.Select(e => $"{e.Error:G2} ({e.What})"));
    }
}
