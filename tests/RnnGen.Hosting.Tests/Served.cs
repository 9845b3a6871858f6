using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RnnGen.Hosting.Tests;

/// <summary>A host that serves <see cref="Detector"/> from a file of its own, which is looked at every 10 ms.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rnngen-served-").FullName;
    private readonly IHost host;

    private Served(Action<RnnModelOptions>? configure)
    {
        Path = System.IO.Path.Combine(folder, "detector.safetensors");
        new Detector(seed: 1).Save(Path);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddProvider(Lines);
        builder.Services.AddRnnModel<Detector>(Path, options =>
        {
            options.PollInterval = TimeSpan.FromMilliseconds(10);
            configure?.Invoke(options);
        });
        builder.Services.AddHealthChecks().AddRnnModel<Detector>(tags: ["ready"]);
        host = builder.Build();
    }

    public string Path { get; }

    public LogLines Lines { get; } = new();

    public Detector Model => host.Services.GetRequiredService<Detector>();

    public RnnModelFile<Detector> File => host.Services.GetRequiredService<RnnModelFile<Detector>>();

    public static async Task<Served> StartAsync(Action<RnnModelOptions>? configure = null)
    {
        Served served = new(configure);
        await served.host.StartAsync();
        return served;
    }

    public async Task<HealthReportEntry> HealthAsync() =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries[nameof(Detector)];

    /// <summary>Puts another file in the place of the weights, at once.</summary>
    public void Replace(byte[] bytes)
    {
        System.IO.File.WriteAllBytes(Path + ".new", bytes);
        System.IO.File.Move(Path + ".new", Path, overwrite: true);
    }

    /// <summary>The output of one step, from which weights are known.</summary>
    public static float[] Output(Detector model)
    {
        Detector.State state = default;
        float[] output = new float[Detector.OutputSize];
        model.Step([1, 2, 3, 4, 5, 6, 7, 8], ref state, output);
        return output;
    }

    /// <summary>Waits for what the watcher does on its own thread.</summary>
    public static async Task Until(Func<bool> condition)
    {
        for (int i = 0; i < 2000 && !condition(); i++)
            await Task.Delay(5);
        Assert.True(condition());
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>What was logged.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly List<string> lines = [];

    public string[] Of(LogLevel level)
    {
        lock (lines)
            return [.. lines.Where(line => line.StartsWith(level.ToString(), StringComparison.Ordinal))];
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (lines)
            lines.Add($"{logLevel}: {formatter(state, exception)} {exception?.Message}");
    }

    public void Dispose()
    {
    }
}
