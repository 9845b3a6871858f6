using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace RnnGen.Hosting.Tests;

/// <summary>The program of docs/hosting.md.</summary>
internal static class HostedProgram
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRnnModel<Detector>("detector.safetensors");
        builder.Services.AddHealthChecks().AddRnnModel<Detector>();

        var app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapPost("/detect", (float[] sequence, Detector model) =>
        {
            var outputs = new float[sequence.Length / Detector.InputSize * Detector.OutputSize];
            model.Forward(sequence, outputs);
            return outputs;
        });
        app.MapPut("/weights", async (Stream body, Detector model) => await model.LoadAsync(body));
        return app;
    }

    public static void Options(IServiceCollection services) =>
        services.AddRnnModel<Detector>("detector.safetensors", options => options.PollInterval = TimeSpan.FromSeconds(10));

    public static bool Reload(WebApplication app) =>
        app.Services.GetRequiredService<RnnModelFile<Detector>>().Reload();
}
