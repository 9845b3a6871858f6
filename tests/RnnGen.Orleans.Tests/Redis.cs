using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace RnnGen.Orleans.Tests;

/// <summary>A redis-server of the test's own, in a temporary folder.</summary>
internal sealed class Redis : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rnngen-redis-");
    private Process? process;

    public Redis()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Whether the program is installed.</summary>
    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(path => File.Exists(Path.Combine(path, "redis-server")));

    public int Port { get; }

    public async Task StartAsync()
    {
        process = Process.Start(new ProcessStartInfo(
            "redis-server",
            ["--port", $"{Port}", "--bind", "127.0.0.1", "--appendonly", "yes", "--appendfsync", "always", "--save", "",
                "--dir", folder.FullName])
        { RedirectStandardOutput = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(
            new ConfigurationOptions { EndPoints = { { "127.0.0.1", Port } }, AbortOnConnectFail = false });
        for (int i = 0; i < 100 && !redis.IsConnected; i++)
            await Task.Delay(50);
    }

    public void Kill()
    {
        process?.Kill();
        process?.WaitForExit();
        process?.Dispose();
        process = null;
    }

    public void Dispose()
    {
        Kill();
        folder.Delete(recursive: true);
    }
}
