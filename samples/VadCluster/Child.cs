using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace VadCluster;

/// <summary>A process of the cluster. It is killed when this program ends.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process process;

    private Child(Process process) => this.process = process;

    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.HasExited ? TimeSpan.Zero : process.TotalProcessorTime;
        }
    }

    public static async Task<Child> StartAsync(string program, string[] arguments, string ready, CancellationToken ended)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException($"{program} cannot be started: {error.Message}", error);
        }

        Child child = new(process);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(ended) is { } line)
            {
                if (line.Contains(ready, StringComparison.Ordinal))
                    return child;
            }

            throw new InvalidOperationException($"{program} ended before it was ready.");
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    /// <summary>Sends an empty line, and reads the line that the process answers with.</summary>
    public async Task<string> AskAsync(CancellationToken ended)
    {
        await process.StandardInput.WriteLineAsync();
        await process.StandardInput.FlushAsync(ended);
        return await process.StandardOutput.ReadLineAsync(ended) ?? throw new InvalidOperationException("A silo has ended.");
    }

    /// <summary>Reads whatever the process goes on to print, so that it never waits for a reader.</summary>
    public void Ignore() => _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);

    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Kills it, as kill -9 does.</summary>
    public void Kill()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }
}
