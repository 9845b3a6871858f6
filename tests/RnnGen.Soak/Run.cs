using System.Globalization;
using Spectre.Console;

namespace RnnGen.Soak;

/// <summary>The result of one check.</summary>
/// <param name="What">What was done.</param>
/// <param name="Done">How much of it.</param>
/// <param name="Differences">How often something came out otherwise than it should.</param>
/// <param name="First">The first of them, or why nothing was done.</param>
internal sealed record Outcome(string What, string Done, long Differences, string First = "");

/// <summary>All checks one after the other, and what they found as a table.</summary>
internal static class Run
{
    // 100,000 in half an hour.
    private const double UpdatesPerMinute = 10_000 / 3.0;

    public static int All(TimeSpan time, int seed)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        using MemoryCurve memory = new();
        List<Outcome> outcomes = [];
        Add(() => Scripts.Run(time * 0.5, seed, memory));
        Outcome flat = memory.Judge();
        Add(() => LoadsBesideUse.Run(time * 0.1, seed));
        Add(() => Kills.Run(time * 0.4, (long)Math.Clamp(UpdatesPerMinute * time.TotalMinutes, 500, 100_000), seed));
        Add(() => FullDisk.Run(seed));
        Add(Clock.Run);
        outcomes.Insert(1, flat);
        AnsiConsole.Profile.Width = 200;
        memory.Print();
        Table table = new() { Border = TableBorder.Markdown };
        table.AddColumns("what", "done", "differences", "the first of them");
        foreach (Outcome outcome in outcomes)
        {
            string[] cells = [outcome.What, outcome.Done, $"{outcome.Differences}", outcome.First];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        AnsiConsole.Write(table);
        return outcomes.TrueForAll(outcome => outcome.Differences == 0) ? 0 : 1;

        void Add(Func<Outcome> check)
        {
            Outcome outcome = check();
            outcomes.Add(outcome);
            Console.WriteLine($"{DateTime.Now:HH:mm:ss} {outcome.What}: {outcome.Done}, {outcome.Differences} differences {outcome.First}");
        }
    }
}
