using System.Runtime.CompilerServices;
using VerifyTests;

[assembly: VerifyXunit.UseVerify]

namespace VerifyXunit;

/// <summary>
/// The part of Verify.Xunit that these tests need, with Verify's signatures and file conventions, because the package cannot be
/// restored everywhere: once it can, it replaces this folder's Verify*.cs files and no test changes.
/// A text is compared with <c>Class.Method.verified.txt</c> beside the test, named targets with <c>Class.Method#Name.verified.cs</c>. What
/// differs is written as <c>.received.</c>; renaming it to <c>.verified.</c> accepts it.
/// </summary>
public static class Verifier
{
    /// <summary>Verifies a text.</summary>
    public static Task Verify(string target, VerifySettings? settings = null, [CallerFilePath] string sourceFile = "") =>
        Verify([new Target("txt", target)], settings, sourceFile);

    /// <summary>Verifies a text in a file of the given extension.</summary>
    public static Task Verify(string target, string extension, VerifySettings? settings = null, [CallerFilePath] string sourceFile = "") =>
        Verify([new Target(extension, target)], settings, sourceFile);

    /// <summary>Verifies several texts.</summary>
    public static Task Verify(IEnumerable<Target> targets, VerifySettings? settings = null, [CallerFilePath] string sourceFile = "")
    {
        var method = UseVerifyAttribute.Current;
        var snapshots = new SnapshotFiles(Path.GetDirectoryName(sourceFile)!, $"{method.ReflectedType!.Name}.{method.Name}");
        return snapshots.VerifyAsync([.. targets]);
    }
}

/// <summary>The verified and received files of one test.</summary>
internal sealed class SnapshotFiles(string folder, string test)
{
    public async Task VerifyAsync(IReadOnlyList<Target> targets)
    {
        var problems = new List<string>();
        var verified = new HashSet<string>();
        foreach (var (target, index) in targets.Select((t, i) => (t, i)))
        {
            string name = target.Name is not null ? $"#{target.Name}" : targets.Count > 1 ? $"#{index:00}" : "";
            string path = Path.Combine(folder, $"{test}{name}.verified.{target.Extension}");
            verified.Add(path);
            if (await CompareAsync(path, VerifierSettings.Scrub(target.Data)) is { } problem)
                problems.Add(problem);
        }

        problems.AddRange(Existing("verified").Where(p => !verified.Contains(p)).Select(p => $"  Delete: {Path.GetFileName(p)}"));
        foreach (string stale in Existing("received").Where(r => !verified.Contains(r.Replace(".received.", ".verified."))))
            File.Delete(stale);
        if (problems.Count > 0)
            throw new VerifyException($"Directory: {folder}\n{string.Join("\n", problems)}");
    }

    private static async Task<string?> CompareAsync(string verified, string text)
    {
        string received = verified.Replace(".verified.", ".received.");
        string? expected = File.Exists(verified) ? (await File.ReadAllTextAsync(verified)).Replace("\r\n", "\n") : null;
        if (expected == text)
        {
            File.Delete(received);
            return null;
        }

        await File.WriteAllTextAsync(received, text);
        return $"  {(expected is null ? "New" : "NotEqual")}: "
            + $"{Path.GetFileName(received)}{(expected is null ? "" : FirstDifference(expected, text))}";
    }

    private static string FirstDifference(string expected, string actual)
    {
        string[] was = expected.Split('\n'), now = actual.Split('\n');
        int line = Enumerable.Range(0, Math.Max(was.Length, now.Length)).First(i => was.ElementAtOrDefault(i) != now.ElementAtOrDefault(i));
        return $"\n    line {line + 1}, verified: {was.ElementAtOrDefault(line)}\n    line {line + 1}, received: "
            + $"{now.ElementAtOrDefault(line)}";
    }

    private IEnumerable<string> Existing(string kind) =>
        Directory.GetFiles(folder, $"{test}*.{kind}.*").Where(p => Path.GetFileName(p)[test.Length] is '#' or '.');
}

/// <summary>A text is not what was verified.</summary>
public sealed class VerifyException(string message) : Exception(message);
