using System.Collections.Concurrent;
using System.Diagnostics;

namespace RnnGen.Mpi.Tests;

/// <summary>Starts this assembly's program on several ranks.</summary>
internal static class MpiRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>The path of an implementation's mpirun; null if it is not installed.</summary>
    public static string? Find(string implementation)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Select(folder => Path.Combine(folder, $"mpirun.{implementation}")).FirstOrDefault(File.Exists);
    }

    /// <summary>Starts ranks.</summary>
    /// <param name="implementation">openmpi or mpich.</param>
    /// <param name="ranks">The number of processes.</param>
    /// <param name="arguments">Of the program.</param>
    public static Running Start(string implementation, int ranks, params string[] arguments)
    {
        // More ranks than cores, not bound to cores that others use, and started by root in containers.
        string[] options = implementation == "openmpi"
            ? ["--oversubscribe", "--bind-to", "none"]
            : [];
        ProcessStartInfo start = new(
            Find(implementation)!,
            [.. options, "-np", $"{ranks}", "dotnet", "exec", typeof(MpiRun).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // Open MPI gives ranks a terminal, which .NET would prepare.
        start.Environment["TERM"] = "dumb";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        return new(Process.Start(start)!, Limit);
    }

    /// <summary>Runs ranks to their end, which must be a good one: their lines, sorted.</summary>
    public static string[] Run(string implementation, int ranks, params string[] arguments)
    {
        using Running running = Start(implementation, ranks, arguments);
        int code = running.Wait();
        Assert.True(code == 0, $"exit code {code}: {running.Text}");
        return [.. running.Lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>Ranks at work.</summary>
    internal sealed class Running : IDisposable
    {
        private readonly Process process;
        private readonly CancellationTokenSource limit;
        private readonly ConcurrentQueue<string> lines = new();
        private readonly ConcurrentQueue<string> errors = new();

        public Running(Process process, TimeSpan limit)
        {
            this.process = process;
            this.limit = new(limit);
            process.StandardInput.Close();
            process.OutputDataReceived += (_, line) => Keep(lines, line.Data);
            process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        /// <summary>What the ranks have written so far.</summary>
        public IEnumerable<string> Lines => lines;

        /// <summary>That, and the errors.</summary>
        public string Text => string.Join('\n', lines.Concat(errors));

        /// <summary>Waits for the end: the exit code.</summary>
        public int Wait()
        {
            process.WaitForExitAsync(limit.Token).GetAwaiter().GetResult();
            return process.ExitCode;
        }

        /// <summary>Waits until the ranks have written so many lines.</summary>
        public string[] WaitForLines(int count)
        {
            while (lines.Count < count)
            {
                limit.Token.ThrowIfCancellationRequested();
                Assert.False(process.HasExited, Text);
                Thread.Sleep(20);
            }

            return [.. lines];
        }

        public void Dispose()
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
            limit.Dispose();
        }

        private static void Keep(ConcurrentQueue<string> kept, string? line)
        {
            if (line is { Length: > 0 })
                kept.Enqueue(line);
        }
    }
}

/// <summary>A test that needs both implementations of MPI, each tested by cases of its own.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MpiTheoryAttribute : TheoryAttribute
{
    public MpiTheoryAttribute(string implementation) => Skip = MpiRun.Find(implementation) is null
        ? $"mpirun.{implementation} is not installed (Debian: apt-get install --no-install-recommends openmpi-bin mpich)."
        : null;
}
