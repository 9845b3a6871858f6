using System.Text.Json;
using Microsoft.Playwright;
using VoiceServer.Serving;

namespace VoiceServer.Tests;

/// <summary>A test in a browser. It is skipped, and says so, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Debian's Chromium.</summary>
    internal const string Chromium = "/usr/bin/chromium";

    public BrowserFactAttribute() => Skip = File.Exists(Chromium) ? null : $"There is no {Chromium} (apt-get install chromium).";
}

/// <summary>The page as a person uses it. VOICESERVER_PICTURES names a folder for pictures of it.</summary>
public class PageTests
{
    [BrowserFact]
    public async Task ThePageDrawsWhatTheNetworkSays()
    {
        await using TestServer server = await TestServer.StartAsync();
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = BrowserFactAttribute.Chromium,
            Args =
            [
                "--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                $"--use-file-for-fake-audio-capture={Path.Combine(AppContext.BaseDirectory, "wwwroot", "noisy.wav")}",
            ],
        });
        IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        List<string> errors = [];
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                errors.Add(message.Text);
        };
        await page.GotoAsync(server.Address.ToString());
        Assert.Equal("Ready", await page.InnerTextAsync("#status"));

        // The recording: from its first sample, every answer that is drawn has the bits of the network alone.
        await page.ClickAsync("#play");
        await Answers(page, 330);
        Assert.True(await page.IsDisabledAsync("#play"));
        await Picture(page, "desktop");
        await page.ClickAsync("#stop");
        Assert.Equal("Stopped", await page.InnerTextAsync("#status"));
        JsonElement hops = (await page.EvaluateAsync("hops().map(hop => hop.probability).filter(p => p !== undefined)"))!.Value;
        float[] drawn = [.. hops.EnumerateArray().Select(hop => (float)hop.GetDouble())];
        Voice.SpeechModel model = new();
        model.Load(new ServerOptions().Weights);
        Assert.True(drawn.Length >= 330);
        Assert.Equal(TestServer.Sound.Answers(model, drawn.Length), drawn);
        Assert.Contains(drawn, probability => probability > 0.9f);

        // A phone, and the microphone: here the recording, at some place of it.
        await page.SetViewportSizeAsync(390, 844);
        await page.ClickAsync("#microphone");
        await Answers(page, 100);
        await Picture(page, "phone");
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 390);
        Assert.True(await page.IsHiddenAsync("#problem"));
        Assert.Empty(errors);

        // The end of the server is told to who looks at it.
        await server.StopAsync();
        await page.WaitForFunctionAsync("!document.getElementById('problem').hidden");
        Assert.Equal("The server ends.", await page.InnerTextAsync("#problem"));
        Assert.True(await page.IsEnabledAsync("#play"));
        await page.ClickAsync("#play");
        await page.WaitForFunctionAsync("!document.getElementById('problem').hidden");
        Assert.NotEqual("", await page.InnerTextAsync("#problem"));
    }

    private static async Task Answers(IPage page, int count) => await page.WaitForFunctionAsync(
        $"hops().filter(hop => hop.probability !== undefined).length >= {count}", null, new() { Timeout = 60_000 });

    private static async Task Picture(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("VOICESERVER_PICTURES") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }
}
