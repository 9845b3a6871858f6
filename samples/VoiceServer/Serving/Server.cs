using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RnnGen.Hosting;
using Voice;

namespace VoiceServer.Serving;

/// <summary>The web application.</summary>
internal static class Server
{
    /// <summary>Creates it; <c>Run</c> or <c>StartAsync</c> starts it.</summary>
    public static WebApplication Create(ServerOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, WebRootPath = "wwwroot" });
        builder.Logging.SetMinimumLevel(options.IsQuiet ? LogLevel.Warning : LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddRnnModel<SpeechModel>(options.Weights);
        builder.Services.AddHealthChecks().AddRnnModel<SpeechModel>("weights");
        // What a client sends faster than it is answered stays with the client, and not in buffers of a megabyte for each.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBufferSize = kestrel.Limits.MaxResponseBufferSize = 32 * 1024);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<ServerMetrics>();
        builder.Services.AddSingleton<Ticker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Ticker>());

        WebApplication server = builder.Build();
        server.Urls.Add($"http://127.0.0.1:{options.Port}");
        server.UseDefaultFiles();
        server.UseStaticFiles();
        server.UseWebSockets();
        Ticker ticker = server.Services.GetRequiredService<Ticker>();
        CancellationToken stopping = server.Lifetime.ApplicationStopping;
        server.Map("/speech", (HttpContext context) => Connection.RunAsync(context, ticker, stopping));
        server.MapGet("/stats", (ServerMetrics metrics, RnnModelFile<SpeechModel> model) => ServerStats.Of(metrics, model.Status));
        server.MapHealthChecks("/health", new HealthCheckOptions
        {
            ResponseWriter = (context, report) => context.Response.WriteAsync(
                string.Join('\n', report.Entries.Select(entry => $"{entry.Key}: {entry.Value.Status}, {entry.Value.Description}"))),
        });
        return server;
    }

    /// <summary>Where a started server listens, with the port that it got.</summary>
    public static Uri AddressOf(WebApplication server) =>
        new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
