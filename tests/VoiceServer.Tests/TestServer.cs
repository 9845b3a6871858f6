using Microsoft.AspNetCore.Builder;
using VoiceServer.Load;
using VoiceServer.Serving;

namespace VoiceServer.Tests;

/// <summary>The sample's server on a free port, with weights of its own.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("voiceserver-").FullName;
    private readonly WebApplication application;

    private TestServer(int mostStreams)
    {
        Weights = Path.Combine(folder, "speech.safetensors");
        File.Copy(new ServerOptions().Weights, Weights);
        application = Server.Create(
            new() { Port = 0, Weights = Weights, MostStreams = mostStreams, Tick = TimeSpan.FromMilliseconds(2), IsQuiet = true });
    }

    /// <summary>The recording.</summary>
    public static Sound Sound { get; } = new(Path.Combine(AppContext.BaseDirectory, "wwwroot", "noisy.wav"));

    public string Weights { get; }

    public Uri Address => Server.AddressOf(application);

    public static async Task<TestServer> StartAsync(int mostStreams = 1000)
    {
        TestServer server = new(mostStreams);
        await server.application.StartAsync();
        return server;
    }

    public Task StopAsync() => application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
