using System.Diagnostics;
using System.Globalization;

namespace VoiceServer.Load;

/// <summary>A server in a process of its own, so that its time and memory are its alone.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<ServerProcess> StartAsync(LoadOptions options, CancellationToken ended)
    {
        string[] command =
        [
            "dotnet", typeof(ServerProcess).Assembly.Location, "--port", "0", "--threads", Text(options.Serving.Threads),
            "--tick", Text(options.Serving.Tick.TotalMilliseconds), "--weights", options.Serving.Weights,
            "--most-streams", Text(options.Serving.MostStreams), "--quiet",
        ];
        if (options.Core >= 0)
            command = ["taskset", "-c", Text(options.Core), .. command];
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        Process process = Process.Start(start)!;
        try
        {
            // Its first line says where it listens.
            while (await process.StandardOutput.ReadLineAsync(ended) is { } line)
            {
                if (line.StartsWith("http://", StringComparison.Ordinal))
                    return new(process, new Uri(line));
            }

            throw new InvalidOperationException("The server did not start.");
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
