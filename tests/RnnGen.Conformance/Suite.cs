using System.Globalization;
using Xunit.Abstractions;

namespace RnnGen.Conformance;

/// <summary>Runs the cases of a suite and counts: declared first, all of them, then compiled at once, then run one by one.</summary>
/// <param name="name">What its line begins with.</param>
internal sealed class Suite(string name)
{
    private readonly List<(string Name, Action Run)> cases = [];
    private readonly List<string> failures = [];
    private readonly SortedDictionary<string, int> skips = new(StringComparer.Ordinal);
    private int passed;

    /// <summary>Adds a case.</summary>
    /// <param name="caseName">What it is called in messages.</param>
    /// <param name="prepare">Declares its model, and returns what runs it.</param>
    public void Add(string caseName, Func<Action> prepare)
    {
        try
        {
            cases.Add((caseName, prepare()));
        }
        catch (OutOfScopeException exception)
        {
            Skip(exception.Message);
        }
        catch (Exception exception)
        {
            failures.Add($"{caseName}: {exception.GetType().Name}: {exception.Message}");
        }
    }

    /// <summary>Runs everything, prints the line, and throws if anything failed.</summary>
    public void Finish(ITestOutputHelper output, Announcer announcer)
    {
        foreach (var (caseName, run) in cases)
        {
            try
            {
                run();
                passed++;
            }
            catch (OutOfScopeException exception)
            {
                Skip(exception.Message);
            }
            catch (Exception exception)
            {
                failures.Add($"{caseName}: {exception.GetType().Name}: {exception.Message}");
            }
        }

        int skipped = skips.Values.Sum();
        string reasons = skipped == 0
            ? ""
            : $" ({string.Join("; ", skips.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Value} {s.Key}")))})";
        string line = passed + failures.Count + skipped == 0
            ? $"{name}: skipped, the folders have none of its cases"
            : $"{name}: {passed} passed, {failures.Count} failed, {skipped} skipped{reasons}";
        output.WriteLine(line);
        foreach (string failure in failures)
            output.WriteLine(failure);
        announcer.Say(line);
        Assert.True(failures.Count == 0, $"{line}\n{string.Join("\n", failures.Take(20))}");
    }

    private void Skip(string reason) => skips[reason] = skips.GetValueOrDefault(reason) + 1;
}
