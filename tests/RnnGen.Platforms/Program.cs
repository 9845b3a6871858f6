using System.CommandLine;
using RnnGen.Platforms;
using Spectre.Console;

Dictionary<string, Func<Workspace, Task<IReadOnlyList<Outcome>>>> platforms = new()
{
    ["jit"] = Programs.Jit,
    ["aot"] = Programs.NativeAot,
    ["arm64"] = Programs.Arm64,
    ["browser"] = Browser.Run,
};
Dictionary<string, Func<Workspace, Task<IReadOnlyList<string>>>> pages = new() { ["page"] = Page.Run, ["site"] = Site.Run };
string[] names = [.. platforms.Keys, .. pages.Keys];
Option<string[]> only = new("--only")
{
    Description = $"The platforms to run on: {string.Join(", ", platforms.Keys)}; page, samples/Browser used as a person would; and "
        + "site, the site of the pages. All by default.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => names,
};
only.AcceptOnlyFromAmong(names);
RootCommand command = new("Runs the same models on all platforms that this machine can show, and compares every bit. Installs what it "
    + "needs (Debian, as root).") { only };
command.SetAction(async result =>
{
    Workspace workspace = new();
    List<Outcome> outcomes = [];
    List<string> seen = [];
    Dictionary<string, Exception> failures = [];
    foreach (string name in result.GetValue(only)!)
    {
        Console.Error.WriteLine($"{name}: publishing and running");
        try
        {
            if (pages.TryGetValue(name, out var look))
                seen.AddRange((await look(workspace)).Select(line => $"{name}: {line}"));
            else
                outcomes.AddRange(await platforms[name](workspace));
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException or IOException or System.ComponentModel.Win32Exception or OperationCanceledException or Microsoft.Playwright.PlaywrightException)
        {
            failures[name] = failure;
        }
    }

    AnsiConsole.Profile.Width = 120;
    Table table =
        new Table().AddColumns("platform", "vectors", "hash").AddColumn(new TableColumn("seconds").RightAligned()).AddColumn("same bits");
    foreach (Outcome outcome in outcomes)
        table.AddRow(
            outcome.Platform, outcome.Width, outcome.Hash, $"{outcome.Elapsed.TotalSeconds:F2}",
            outcome.Hash == outcomes[0].Hash ? "yes" : "NO");
    if (outcomes.Count > 0)
        AnsiConsole.Write(table);
    seen.ForEach(line => Console.WriteLine(line));
    foreach (Outcome other in outcomes.Where(o => o.Hash != outcomes[0].Hash))
    {
        foreach ((string expected, string actual) in outcomes[0].Models.Zip(other.Models).Where(pair => pair.First != pair.Second))
            Console.WriteLine($"{other.Platform}: {actual}\n  instead of {expected}");
    }

    foreach ((string name, Exception failure) in failures)
        Console.WriteLine($"{name} was not run: {failure.Message}");
    return failures.Count == 0 && outcomes.All(o => o.Hash == outcomes[0].Hash && o.Models.Any()) ? 0 : 1;
});
return await command.Parse(args).InvokeAsync();
