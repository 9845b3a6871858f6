using System.Diagnostics;

namespace RnnGen.Soak;

/// <summary>
/// A process that trains is killed at random and started again, until it is done: the last checkpoint has the bytes of one that nobody
/// disturbed.
/// </summary>
internal static class Kills
{
    /// <param name="time">How long it is killed; then it may finish.</param>
    /// <param name="updates">How many there are in all.</param>
    /// <param name="seed">Of the times between kills.</param>
    public static Outcome Run(TimeSpan time, long updates, int seed)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["disturbed"]);
        string disturbed = Path.Combine(folder["disturbed"], "checkpoint");
        Training.Run(folder["undisturbed"], updates, threads: 1);
        Random random = new(seed);
        int kills = 0, orphans = 0;
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            using Process process = Start(disturbed, updates, threads: 1 + (kills % 2));
            bool mayFinish = clock.Elapsed > time;
            if (process.WaitForExit(mayFinish ? Timeout.Infinite : random.Next(300, 3000)))
            {
                if (process.ExitCode != 0)
                    return new(
                        "killed and resumed", $"{kills} kills", 1,
                        $"the process ended with {process.ExitCode}: {process.StandardError.ReadToEnd()}");
                break;
            }

            process.Kill();
            process.WaitForExit();
            kills++;
            orphans = Math.Max(orphans, Directory.GetFiles(folder["disturbed"]).Count(file => file != disturbed));
        }

        bool isSame = File.ReadAllBytes(folder["undisturbed"]).AsSpan().SequenceEqual(File.ReadAllBytes(disturbed));
        int left = Directory.GetFiles(folder["disturbed"]).Length - 1;
        string first = !isSame ? "another checkpoint" : left > 0 ? $"{left} files are left over" : "";
        return new(
            "killed (-9) and resumed", $"{updates:N0} updates, {kills} kills, at most {orphans} files left by one", (isSame ? 0 : 1) + left,
            first);
    }

    private static Process Start(string checkpoint, long updates, int threads)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(Kills).Assembly.Location);
        foreach (string argument in (string[])[Training.Name, checkpoint, $"{updates}", $"{threads}"])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
