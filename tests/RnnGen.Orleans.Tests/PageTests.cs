using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace RnnGen.Orleans.Tests;

/// <summary>The program of the page runs. Another test compares it with the page.</summary>
public class PageTests
{
    [Fact]
    public async Task TheProgramServes()
    {
        string path = Path.Combine(Directory.GetCurrentDirectory(), "detector.safetensors");
        Detector model = new(seed: 1);
        model.Save(path);
        try
        {
            await using WebApplication app = HostedProgram.Build(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Warning"]);
            await app.StartAsync();
            float[] frames = [.. Enumerable.Range(0, 24).Select(i => i / 24f)], expected = new float[12];
            Detector.State state = default;
            model.Forward(frames, ref state, expected);
            Assert.Equal(expected, await HostedProgram.Detect(app.Services.GetRequiredService<IGrainFactory>(), frames));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
