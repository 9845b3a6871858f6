using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace RnnGen.Platforms;

/// <summary>The models as Blazor WebAssembly, interpreted, in headless Chromium.</summary>
internal static class Browser
{
    private const string Chromium = "/usr/bin/chromium";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static async Task<IReadOnlyList<Outcome>> Run(Workspace workspace)
    {
        string site = await workspace.Publish("tests/RnnGen.Platforms.Browser", "browser");
        await using WebApplication server = await Serve(Path.Combine(site, "wwwroot"));
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await Launch(workspace, playwright);
        IPage page = await browser.NewPageAsync();
        Channel<string> lines = Channel.CreateUnbounded<string>();
        page.Console += (_, message) => lines.Writer.TryWrite(message.Text);
        page.PageError += (_, error) => lines.Writer.TryComplete(new InvalidOperationException(error));
        long start = Stopwatch.GetTimestamp();
        await page.GotoAsync(server.Urls.First());
        List<string> read = [];
        using CancellationTokenSource limit = new(Limit);
        await foreach (string line in lines.Reader.ReadAllAsync(limit.Token))
        {
            if (line == "end")
                break;
            // What the framework says comes before the first line.
            if (read.Count > 0 || line.StartsWith("width ", StringComparison.Ordinal))
                read.Add(line);
        }

        return [new($"WebAssembly, Chromium {browser.Version.Split('.')[0]}, interpreted", read, Stopwatch.GetElapsedTime(start))];
    }

    /// <summary>Chromium, installed if it is not there.</summary>
    public static async Task<IBrowser> Launch(Workspace workspace, IPlaywright playwright)
    {
        if (!File.Exists(Chromium))
            await Shell.Run(workspace.Repository, "apt-get", "install", "-y", "--no-install-recommends", "chromium");
        return await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
    }

    /// <summary>A server of the files in a folder.</summary>
    public static async Task<WebApplication> Serve(string folder)
    {
        WebApplicationBuilder builder =
            WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = folder, WebRootPath = folder });
        builder.Logging.ClearProviders();
        WebApplication server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        PhysicalFileProvider files = new(folder);
        server.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        server.UseStaticFiles(new StaticFileOptions { FileProvider = files, ServeUnknownFileTypes = true });
        await server.StartAsync();
        return server;
    }
}
