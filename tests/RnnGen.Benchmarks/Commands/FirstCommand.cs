using System.Diagnostics;
using System.Globalization;

namespace RnnGen.Benchmarks;

/// <summary>
/// How soon a program with a model has its first output: RnnGen.FirstResult, published in each way that .NET has, started again and again.
/// </summary>
internal static class FirstCommand
{
    private const int Starts = 31;

    private static readonly (string Way, string Framework, string What)[] Ways =
    [
        ("jit", "net10.0", "compiled when it starts, on the installed runtime"),
        ("readytorun", "net10.0", "ReadyToRun, on the installed runtime"),
        ("readytorun-alone", "net10.0", "ReadyToRun, trimmed, with its own runtime"),
        ("aot", "net10.0", "NativeAOT"),
        ("aot", "net9.0", "NativeAOT"),
    ];

    /// <summary>Returns whether anything could be published.</summary>
    public static bool Run()
    {
        Console.WriteLine("way,framework,first_output_ms,least_ms,peak_rss_mib,shipped_bytes,what");
        int published = 0;
        foreach (var (way, framework, what) in Ways)
        {
            string folder = Path.Combine(Repository.Folder, "artifacts", "first", $"{framework}-{way}");
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            if (!Repository.Dotnet(
                Repository.Folder, out string output, "publish", "tests/RnnGen.FirstResult", "-c", "Release", $"-p:Framework={framework}",
                $"-p:Way={way}", "-o", folder, "--nologo"))
            {
                string reason =
                    output.Split('\n').Select(line => line.Split(" error ")).FirstOrDefault(parts => parts.Length > 1)?[1] ?? "no message";
                Console.WriteLine($"{way},{framework},,,,,\"cannot be published here: {reason.Trim().Replace('"', '\'')}\"");
                continue;
            }

            published++;
            string program = Path.Combine(folder, "RnnGen.FirstResult");
            Start(program);
            var starts = Enumerable.Range(0, Starts).Select(_ => Start(program)).ToList();
            long shipped = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
                .Where(f => f.Extension is not (".dbg" or ".pdb" or ".xml")).Sum(f => f.Length);
            Console.WriteLine($"{way},{framework},{starts.Select(s => s.Milliseconds).Median():F1},{starts.Min(s => s.Milliseconds):F1},{starts.Select(s => s.PeakMiB).Median():F1},{shipped},{what}");
        }

        return published > 0;
    }

    /// <summary>From before the process is made to the line with the first output; the second line has the peak of its memory.</summary>
    private static (double Milliseconds, double PeakMiB) Start(string program)
    {
        long start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program) { RedirectStandardOutput = true })!;
        string? first = process.StandardOutput.ReadLine();
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        string? kib = process.StandardOutput.ReadLine();
        process.WaitForExit();
        return process.ExitCode == 0 && first is not null && double.TryParse(kib, CultureInfo.InvariantCulture, out double peak)
            ? (milliseconds, peak / 1024)
            : throw new IOException($"{program} ended with {process.ExitCode} and wrote '{first}', '{kib}', but an output and KiB of "
                + "memory were expected.");
    }
}
